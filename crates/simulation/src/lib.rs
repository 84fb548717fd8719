//! The whole engine against a simulated HiBob. Everything is in `tests/it`: `faults` has whatever the
//! sandbox can break, alone and in pairs, and `days` has companies that live for a month.
//!
//! Run with `cargo xtask pg -- cargo nextest run -p simulation`.
