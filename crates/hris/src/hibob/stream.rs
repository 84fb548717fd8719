//! Reads an answer while it arrives, hand in hand: the network, a thread that finds where employees
//! begin and end, a thread that reads what they say, and short queues in between. Nobody ever holds
//! the whole answer.

use std::{
    io::{ErrorKind, Read},
    mem,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc as std_mpsc,
    },
};

use bytes::Bytes;
use domain::Problem;
use reqwest::Response;
use tokio::sync::mpsc;

use super::{
    Limits,
    batch::Batch,
    gather::{Gathered, Lists},
    problem,
    retry::Failure,
    split::{Fault, SplitLimits, Splitter},
};
use crate::{Progress, Roster, Scope};

/// Chunks are handed over in heaps of this size, so that waking the other side costs nothing.
const HEAP_BYTES: usize = 64 * 1024;
/// Heaps that may wait to be cut, and batches that may wait to be read.
const QUEUE: usize = 4;

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
    let (cutter, batches) = std_mpsc::sync_channel(QUEUE);
    let limits = split_limits(limits);
    let splitting = tokio::task::spawn_blocking(move || split(receiver, limits, &cutter));
    let gathering = {
        let count = Arc::clone(&count);
        tokio::task::spawn_blocking(move || gather(batches, gathered, &count))
    };
    let tell = || progress.fetched(count.load(Ordering::Relaxed));
    let network = forward(&mut response, sender, tell).await;
    let died = |_| Failure::Final(problem::internal("the parser died"));
    let gathered = gathering.await.map_err(died)?;
    let split = splitting.await.map_err(died)?;
    tell();
    match (network, split.map(|()| gathered)) {
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
            if sender.send(mem::take(&mut heap)).await.is_err() {
                return Ok(());
            }
            tell();
        }
    }
    // A parser that is gone has its reason, which the caller asks it for.
    let _ = sender.send(heap).await;
    Ok(())
}

/// Cuts the chunks into employees and hands these over in batches.
fn split(
    mut chunks: mpsc::Receiver<Vec<Bytes>>,
    limits: SplitLimits,
    batches: &std_mpsc::SyncSender<Batch>,
) -> Result<(), Fault> {
    let mut splitter = Splitter::new(limits);
    let mut batch = Batch::new();
    while let Some(heap) = chunks.blocking_recv() {
        for chunk in heap {
            splitter.feed(&chunk, |element| {
                batch.add(element);
                if batch.is_full() {
                    hand_over(batches, mem::replace(&mut batch, Batch::new()));
                }
            })?;
        }
    }
    hand_over(batches, batch);
    splitter.finish()
}

/// Whoever reads them is gone only after a panic, which the caller finds.
fn hand_over(batches: &std_mpsc::SyncSender<Batch>, batch: Batch) {
    let _ = batches.send(batch);
}

/// Reads what the employees of each batch say.
fn gather(
    batches: std_mpsc::Receiver<Batch>,
    mut gathered: Gathered,
    count: &AtomicU64,
) -> Gathered {
    for batch in batches {
        batch.each(|element| gathered.take(element));
        count.store(gathered.records(), Ordering::Relaxed);
    }
    gathered
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
            .feed(&buffer[..read], |element| gathered.take(element.into()))
            .map_err(problem::fault)?;
    }
    splitter.finish().map_err(problem::fault)?;
    gathered.settle(&Lists::default(), Scope::Whole)
}
