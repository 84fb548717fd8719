//! Any text is an email or an error, and never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = hris::normalise::email(text);
});
