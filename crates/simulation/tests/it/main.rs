//! The whole engine against a simulated HiBob, on both engines.
//!
//! Run with `cargo xtask pg -- cargo nextest run -p simulation`: without a PostgreSQL cluster its half
//! fails, it is never skipped.

// Modules of a test binary are tests too, and clippy is told so.
#[cfg(test)]
mod company;
#[cfg(test)]
mod content;
#[cfg(test)]
mod database;
#[cfg(test)]
mod days;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod installation;
#[cfg(test)]
mod time;
