//! The planner against an independent oracle, and every rule of it by example.
//!
//! `oracle` says slowly and obviously what a sync must come to, `history` makes companies in which
//! everything goes wrong at once, `properties` holds the two against each other, and `cases` has
//! the rules one by one.

mod cases;
mod company;
mod explained;
mod history;
mod oracle;
mod properties;
