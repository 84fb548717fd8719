//! Time, randomness and sleep as parameters, so that tests neither wait nor guess.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use domain::{Clock, Entropy, OsEntropy, SystemClock};

/// Waits.
pub trait Sleeper: Send + Sync {
    /// Comes back after this long.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Waits for real.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioSleeper;

impl Sleeper for TokioSleeper {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// What a connector takes from the world around it.
#[derive(Clone)]
pub struct Environment {
    /// For a rate limit that ends at an instant.
    pub clock: Arc<dyn Clock>,
    /// For pauses that differ between callers.
    pub entropy: Arc<dyn Entropy>,
    /// For waiting.
    pub sleeper: Arc<dyn Sleeper>,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(OsEntropy),
            sleeper: Arc::new(TokioSleeper),
        }
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}
