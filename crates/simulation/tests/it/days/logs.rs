//! Everything that is logged while the tests of this process run.

use std::{
    io::{self, Write},
    sync::{Mutex, Once},
};

use tracing_subscriber::filter::LevelFilter;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static START: Once = Once::new();

struct Sink;

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins to listen, to everything that anybody may ask for.
pub(crate) fn listen() {
    START.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::DEBUG)
            .with_ansi(false)
            .with_writer(|| Sink)
            .init();
    });
}

pub(crate) fn heard() -> String {
    String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned()
}
