//! Builders and temporary databases for tests.

/// A fresh PostgreSQL database for each test, in the cluster that `cargo xtask test` or `cargo xtask pg` started.
pub use testpg as postgres;
