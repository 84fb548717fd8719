//! Any text is a country, an unsure match or no country, and never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = hris::normalise::country(text);
});
