//! CSV files that people bring along.

use crate::Failure;

/// Reads a file whose first line names the columns. Nothing but that line decides what stands between the
/// cells: a comma, or the semicolon that spreadsheets write in many countries, where it has no comma.
///
/// # Errors
/// When letters of it were lost on the way, because it is not in UTF-8.
pub(crate) fn reader(text: &str) -> Result<csv::Reader<&[u8]>, Failure> {
    // What could not be read as UTF-8 has become this letter, which nobody is called by.
    if text.contains(['\u{fffd}', '\0']) {
        return Err(Failure::field(
            "file",
            "not_utf8",
            "The file is not in UTF-8, so letters in names would be lost; nothing was changed.",
        )
        .mend("Save it as CSV UTF-8 and choose it once more."));
    }
    let text = text.trim_start_matches('\u{feff}');
    let heading = text.lines().next().unwrap_or_default();
    let delimiter = if !heading.contains(',') && heading.contains(';') {
        b';'
    } else {
        b','
    };
    Ok(csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(delimiter)
        .from_reader(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_another_encoding_is_refused() {
        let latin = b"email,last_name\nm@acme.test,M\xfcller\n";
        let text = String::from_utf8_lossy(latin);
        assert_eq!(reader(&text).unwrap_err().code, "not_utf8");
        assert!(reader("email;last_name\nm@acme.test;Müller\n").is_ok());
    }
}
