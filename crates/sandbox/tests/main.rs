//! The sandbox against the shapes of HiBob's documentation, with a client that knows nothing but HTTP and JSON.

mod bulk;
mod company;
mod control;
mod faults;
mod limits;
mod metadata;
mod one;
mod permissions;
mod search;
mod speed;
mod support;
mod time;
mod webhooks;
mod writes;
