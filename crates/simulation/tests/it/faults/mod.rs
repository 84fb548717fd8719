//! Everything HiBob can get wrong, alone and in pairs, against a directory that is filled.

mod expected;
mod scenario;
mod tests;
