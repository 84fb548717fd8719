//! The second core.

use std::{panic, thread};

/// From so many employees on a second thread is worth its start.
const ENOUGH: usize = 5_000;

/// Does both, at the same time where there is enough to do. What they come to is the same.
pub(crate) fn both<A, B: Send>(
    employees: usize,
    one: impl FnOnce() -> A,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    if employees < ENOUGH {
        return (one(), other());
    }
    thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        match other.join() {
            Ok(other) => (one, other),
            Err(panicked) => panic::resume_unwind(panicked),
        }
    })
}
