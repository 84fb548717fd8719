//! What connectors promise, from outside the crate.

#[cfg(test)]
mod hibob;
