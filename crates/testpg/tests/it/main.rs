//! The crate against real server programs.

mod cluster;
mod database;
