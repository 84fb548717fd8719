//! Any bytes, cut anywhere, are an answer to HiBob's people search or a problem: never a panic, and
//! the same whatever the cuts.
#![no_main]

use std::io::{self, Read};

use hris::hibob::decode_answer;

/// Gives at most so many bytes at once, as a network does.
struct Cut<'a> {
    rest: &'a [u8],
    size: usize,
}

impl Read for Cut<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.size.min(buffer.len());
        self.rest.read(&mut buffer[..size])
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((&size, answer)) = bytes.split_first() else {
        return;
    };
    let cut = Cut { rest: answer, size: usize::from(size) + 1 };
    assert_eq!(decode_answer(cut), decode_answer(answer));
});
