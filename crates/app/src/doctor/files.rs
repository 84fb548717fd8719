//! The files of an installation: who may read them, whether they can be written, and for how long.

use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
};

use super::{DoctorCheck, bad, good};

/// A run writes each change twice, once to the journal and once to the file.
const SPARE: u64 = 64 * 1024 * 1024;

/// Whether the files are this user's own, and the database can be written.
pub(super) fn permissions(database: Option<&Path>, key: Option<&Path>) -> DoctorCheck {
    let mut looked_at: Vec<PathBuf> = Vec::new();
    let mut trouble = Vec::new();
    if let Some(database) = database {
        looked_at.extend(["", "-wal", "-shm"].map(|end| with_end(database, end)));
        if let Err(error) = OpenOptions::new().write(true).open(database)
            && database.exists()
        {
            let name = database.display();
            trouble.push(format!("{name} cannot be written by this user: {error}."));
        }
    }
    looked_at.extend(key.map(Path::to_path_buf));
    looked_at.retain(|path| path.exists());
    trouble.extend(looked_at.iter().filter_map(|path| open_to_others(path)));
    if trouble.is_empty() {
        let names = looked_at.iter().map(|path| path.display().to_string());
        let names: Vec<String> = names.collect();
        let found = "only this user may read";
        good("files", format!("{found} {}", names.join(", ")))
    } else {
        bad("files", trouble.join(" "))
    }
}

/// Whether there is room for more.
pub(super) fn disk(database: &Path) -> Option<DoctorCheck> {
    let folder = database.parent().filter(|folder| folder.is_dir());
    let free = free_bytes(folder.unwrap_or_else(|| Path::new(".")))?;
    let size = fs::metadata(database).map_or(0, |found| found.len());
    let detail = format!("{} MB free beside the database", free / 1_000_000);
    Some(if free < size + SPARE {
        let needed = (size + SPARE) / 1_000_000;
        bad(
            "disk",
            format!("{detail}; a run may need {needed} MB. Free some."),
        )
    } else {
        good("disk", detail)
    })
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(unix)]
fn open_to_others(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    let name = path.display();
    (mode & 0o077 != 0)
        .then(|| format!("{name} has mode {mode:o}, so others may use it: chmod 600 {name}."))
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> Option<String> {
    None
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
