//! Everything HiBob can get wrong, alone and in pairs, against a directory that is filled.

pub(crate) mod expected;
mod scenario;
mod tests;
