//! How an answer gets onto the wire: in one piece when small, in chunks made as they are needed when large, and from
//! memory when the same was asked for before, so that a benchmark measures the client and not the sandbox.

use std::{
    io::{self, Write},
    sync::Arc,
};

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use futures_util::stream;
use jiff::civil::Date;
use tokio::sync::mpsc;

use crate::{answer::Answer, plan::Mode, sandbox::Sandbox};

/// Up to so many employees are written in one piece.
const SMALL: usize = 500;
/// How many chunks wait for a slow reader.
const WAITING: usize = 8;

/// What two calls must have in common for one answer to do for both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    generation: u64,
    today: Date,
    fields: Vec<&'static str>,
    mode: Mode,
    show_inactive: bool,
    gzip: bool,
}

/// Whole answers, the last used first, within a number of bytes.
pub(crate) struct Kept {
    most: usize,
    answers: Vec<(Key, Arc<Vec<Bytes>>)>,
}

impl Kept {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            answers: Vec::new(),
        }
    }

    fn get(&mut self, key: &Key) -> Option<Arc<Vec<Bytes>>> {
        let at = self.answers.iter().position(|(kept, _)| kept == key)?;
        let answer = self.answers.remove(at);
        let chunks = Arc::clone(&answer.1);
        self.answers.insert(0, answer);
        Some(chunks)
    }

    fn keep(&mut self, key: Key, chunks: Vec<Bytes>) {
        // What another generation answered is never asked for again.
        self.answers
            .retain(|(kept, _)| kept.generation == key.generation && *kept != key);
        self.answers.insert(0, (key, Arc::new(chunks)));
        while self
            .answers
            .iter()
            .map(|(_, chunks)| length(chunks))
            .sum::<usize>()
            > self.most
        {
            self.answers.pop();
        }
    }

    pub(crate) fn clear(&mut self) {
        self.answers.clear();
    }
}

fn length(chunks: &[Bytes]) -> usize {
    chunks.iter().map(Bytes::len).sum()
}

/// Makes the response; with a generation the answer may be kept and used again.
pub(crate) fn deliver(
    sandbox: &Sandbox,
    answer: Answer,
    gzip: bool,
    generation: Option<u64>,
) -> Response {
    let small = answer.size_hint() <= SMALL;
    if small && !gzip {
        return whole(&answer);
    }
    let key = generation.filter(|_| !small).map(|generation| Key {
        generation,
        today: answer.today,
        fields: answer.fields.iter().map(|field| field.id).collect(),
        mode: answer.mode,
        show_inactive: answer.show_inactive,
        gzip,
    });
    if let Some(chunks) = key.as_ref().and_then(|key| sandbox.kept().get(key)) {
        return again(chunks, gzip);
    }
    response(
        Body::from_stream(made(sandbox.clone(), answer, gzip, key)),
        gzip,
    )
}

fn whole(answer: &Answer) -> Response {
    let mut body = Vec::new();
    // Writing into memory cannot fail.
    drop(answer.write_to(&mut body));
    response(Body::from(body), false)
}

fn again(chunks: Arc<Vec<Bytes>>, gzip: bool) -> Response {
    let length = length(&chunks);
    let pieces = (0..chunks.len()).map(move |at| Ok::<_, io::Error>(chunks[at].clone()));
    let mut response = response(Body::from_stream(stream::iter(pieces)), gzip);
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response
}

fn response(body: Body, gzip: bool) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// Writes the answer on a thread of its own, chunk by chunk and only as fast as it is read.
fn made(
    sandbox: Sandbox,
    answer: Answer,
    gzip: bool,
    key: Option<Key>,
) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send + 'static {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let most = sandbox.kept().most;
        let mut out = Chunks {
            sender,
            keep: key.is_some().then(Vec::new),
            kept: 0,
            most,
        };
        // An error means that nobody reads any more.
        let done = if gzip {
            compressed(&answer, &mut out)
        } else {
            answer.write_to(&mut out)
        };
        if let (Ok(()), Some(key), Some(chunks)) = (done, key, out.keep) {
            sandbox.kept().keep(key, chunks);
        }
    });
    stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|chunk| (Ok(chunk), receiver))
    })
}

fn compressed(answer: &Answer, out: &mut Chunks) -> io::Result<()> {
    let mut encoder = GzEncoder::new(
        io::BufWriter::with_capacity(64 * 1024, out),
        Compression::fast(),
    );
    answer.write_to(&mut encoder)?;
    encoder.finish()?.flush()
}

/// Hands every write on as a chunk and keeps it too while it is worth keeping.
struct Chunks {
    sender: mpsc::Sender<Bytes>,
    keep: Option<Vec<Bytes>>,
    kept: usize,
    most: usize,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let chunk = Bytes::copy_from_slice(bytes);
        self.kept += chunk.len();
        if self.kept > self.most {
            self.keep = None;
        }
        if let Some(keep) = &mut self.keep {
            keep.push(chunk.clone());
        }
        self.sender
            .blocking_send(chunk)
            .map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A gzip body of so many MiB of blanks, made as it is read.
pub(crate) fn bomb(mebibytes: u64) -> Response {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let out = Chunks {
            sender,
            keep: None,
            kept: 0,
            most: 0,
        };
        let blanks = vec![b' '; 1024 * 1024];
        let mut encoder = GzEncoder::new(
            io::BufWriter::with_capacity(64 * 1024, out),
            Compression::fast(),
        );
        // Whoever is bombed hangs up early; that ends the writing and is no error.
        drop((0..mebibytes).try_for_each(|_| encoder.write_all(&blanks)));
    });
    let chunks = stream::unfold(receiver, async |mut receiver: mpsc::Receiver<Bytes>| {
        receiver
            .recv()
            .await
            .map(|chunk| (Ok::<_, io::Error>(chunk), receiver))
    });
    response(Body::from_stream(chunks), true)
}
