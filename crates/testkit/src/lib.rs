//! What tests of several packages share.

mod mail_server;

pub use mail_server::MailServer;
/// A fresh PostgreSQL database for each test, in the cluster that `cargo xtask test` or `cargo xtask pg` started.
pub use testpg as postgres;
