//! Reads an answer while it arrives: the network on one side, the parser on a thread of its own on
//! the other, a short queue in between. Neither side ever holds the whole answer.

use std::{
    io::{ErrorKind, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use domain::Problem;
use reqwest::Response;
use tokio::sync::mpsc;

use super::{
    Limits,
    gather::{Gathered, Lists},
    problem,
    retry::Failure,
    split::{Fault, SplitLimits, Splitter},
};
use crate::{Progress, Roster, Scope};

/// Chunks are handed over in heaps of this size, so that waking the other side costs nothing.
const HEAP_BYTES: usize = 64 * 1024;
/// Heaps that may wait for the parser.
const QUEUE: usize = 8;

/// Adds the employees of an answer to what is gathered.
pub(super) async fn read(
    mut response: Response,
    limits: &Limits,
    gathered: Gathered,
    progress: &dyn Progress,
) -> Result<Gathered, Failure> {
    if response
        .content_length()
        .is_some_and(|length| length > limits.body_bytes)
    {
        return Err(Failure::Final(problem::too_long()));
    }
    let (sender, receiver) = mpsc::channel(QUEUE);
    let count = Arc::new(AtomicU64::new(gathered.records()));
    let worker = {
        let (limits, count) = (split_limits(limits), Arc::clone(&count));
        tokio::task::spawn_blocking(move || parse(receiver, limits, gathered, &count))
    };
    let tell = || progress.fetched(count.load(Ordering::Relaxed));
    let network = forward(&mut response, sender, tell).await;
    let parsed = worker
        .await
        .map_err(|_| Failure::Final(problem::internal("the parser died")))?;
    tell();
    match (network, parsed) {
        (Err(error), Ok(_) | Err(Fault::Incomplete)) => {
            Err(Failure::of(problem::broken_off(&error)))
        }
        (Ok(()), Ok(gathered)) => Ok(gathered),
        (_, Err(fault)) => Err(Failure::of(problem::fault(fault))),
    }
}

/// Hands the chunks over until the answer ends or the parser has had enough.
async fn forward(
    response: &mut Response,
    sender: mpsc::Sender<Vec<Bytes>>,
    tell: impl Fn(),
) -> Result<(), reqwest::Error> {
    let mut heap = Vec::new();
    let mut size = 0;
    while let Some(chunk) = response.chunk().await? {
        size += chunk.len();
        heap.push(chunk);
        if size >= HEAP_BYTES {
            size = 0;
            if sender.send(std::mem::take(&mut heap)).await.is_err() {
                return Ok(());
            }
            tell();
        }
    }
    // A parser that is gone has its reason, which the caller asks it for.
    let _ = sender.send(heap).await;
    Ok(())
}

fn parse(
    mut chunks: mpsc::Receiver<Vec<Bytes>>,
    limits: SplitLimits,
    mut gathered: Gathered,
    count: &AtomicU64,
) -> Result<Gathered, Fault> {
    let mut splitter = Splitter::new(limits);
    while let Some(heap) = chunks.blocking_recv() {
        for chunk in heap {
            splitter.feed(&chunk, |element| gathered.take(element))?;
        }
        count.store(gathered.records(), Ordering::Relaxed);
    }
    splitter.finish()?;
    Ok(gathered)
}

fn split_limits(limits: &Limits) -> SplitLimits {
    SplitLimits {
        element_bytes: limits.record_bytes,
        depth: limits.depth,
        elements: limits.employees,
        body_bytes: limits.body_bytes,
    }
}

/// Reads a whole answer of HiBob's people search from anywhere: the same code that a pull runs, with
/// the default [`Limits`] and without the network. Named lists are not asked, so a department that
/// only they can name keeps its id as its name.
///
/// Fails as a pull does: `bad_answer` for what is no such answer, `roster_incomplete` for one that
/// breaks off.
pub fn decode_answer(mut reader: impl Read) -> Result<Roster, Problem> {
    let mut splitter = Splitter::new(split_limits(&Limits::default()));
    let mut gathered = Gathered::default();
    let mut buffer = vec![0; HEAP_BYTES];
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(problem::incomplete(&error.kind().to_string())),
        };
        splitter
            .feed(&buffer[..read], |element| gathered.take(element))
            .map_err(problem::fault)?;
    }
    splitter.finish().map_err(problem::fault)?;
    gathered.settle(&Lists::default(), Scope::Whole)
}
