//! An undo in words.

use std::fmt::Write as _;

use app::view::Undone;

use super::{counted, run};

/// What was taken back, what was not and why, and what to do now.
pub(crate) fn undone(undone: &Undone) -> String {
    let mut text = String::new();
    if undone.act_id.is_some() {
        let people = counted(undone.changes.len() as u64, "person is", "people are");
        let _ = writeln!(text, "{people} as before the run {}.", undone.run_id);
    }
    text.push_str(&run::groups(&undone.groups));
    text.push_str(&run::all_changes(&undone.changes));
    if !undone.not_undone.is_empty() {
        let _ = writeln!(text, "\nNot undone ({}):", undone.not_undone.len());
        for left in &undone.not_undone {
            let _ = writeln!(text, "  {}: {} ({})", left.name, left.reason, left.code);
        }
    }
    let _ = writeln!(text, "\n{}", undone.note);
    text.trim_start().to_owned()
}
