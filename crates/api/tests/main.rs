//! The API over HTTP, on both engines.
