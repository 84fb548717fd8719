//! Letters to real servers on loopback: aiosmtpd, and servers that say nothing or hang up.

// Modules of a test binary are tests too, and clippy is told so.
#[cfg(test)]
mod letters;
