//! Any text is a date or an error, and never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = hris::normalise::date(text);
});
