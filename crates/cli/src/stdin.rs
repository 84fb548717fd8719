//! What is read from stdin: secrets, one line each, and documents.

use std::{
    fs,
    io::{self, BufRead as _, IsTerminal as _, Read as _},
    path::Path,
};

use anyhow::{Context as _, Result};
use secrecy::SecretString;

use crate::{exit::WrongUse, output};

/// No secret is longer; a longer line is another file given by mistake.
const SECRET_LIMIT: u64 = 16 * 1024;
/// No policy and no table of regions is larger.
const DOCUMENT_LIMIT: u64 = 4 * 1024 * 1024;

/// Reads a secret: the first line of stdin without its end. `option` and `what` are for the sentence when it is no
/// good.
pub(crate) fn secret(option: &str, what: &str) -> Result<SecretString> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        output::say(&format!(
            "Type the {what} and press Enter. It shows as you type; a pipe keeps it from the screen."
        ));
    }
    let mut line = String::new();
    stdin
        .lock()
        .take(SECRET_LIMIT)
        .read_line(&mut line)
        .map_err(|error| {
            WrongUse(format!(
                "{option} could not read a {what} from stdin: {error}."
            ))
        })?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    if line.len() as u64 == SECRET_LIMIT {
        return Err(WrongUse(format!(
            "{option} found a line of over {SECRET_LIMIT} bytes on stdin, which is no {what}."
        ))
        .into());
    }
    line.truncate(length);
    if line.trim().is_empty() {
        return Err(WrongUse(format!("{option} found no {what} on stdin; give it as one line, such as: rollcall … {option} < FILE")).into());
    }
    Ok(SecretString::from(line))
}

/// Reads a document from a file, or from stdin when there is none or it is `-`.
pub(crate) fn document(file: Option<&Path>) -> Result<String> {
    match file.filter(|path| *path != Path::new("-")) {
        Some(path) => {
            let found = |error| {
                WrongUse(format!(
                    "--file is {}, which cannot be read: {error}.",
                    path.display()
                ))
            };
            Ok(fs::read_to_string(path).map_err(found)?)
        }
        None => {
            if io::stdin().is_terminal() {
                output::say("Reading the JSON document from stdin; --file names a file instead.");
            }
            let mut text = String::new();
            io::stdin()
                .lock()
                .take(DOCUMENT_LIMIT)
                .read_to_string(&mut text)
                .context("the document could not be read from stdin")?;
            Ok(text)
        }
    }
}
