//! Any bytes, in chunks of any size, are an answer to HiBob's people search or a fault, and never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((&size, answer)) = bytes.split_first() else {
        return;
    };
    // The network cuts an answer anywhere, so where it is cut is part of the input.
    let chunks = answer.chunks(usize::from(size) + 1);
    let _ = hris::hibob::read_answer(chunks);
});
