//! Where it ran.

use std::{fmt, fs, path::Path, process::Command, thread};

/// What the numbers depend on.
pub(crate) struct Machine {
    cores: usize,
    model: Option<String>,
    memory: Option<u64>,
    load: Option<String>,
    rustc: Option<String>,
    server: Option<String>,
    disk: Option<String>,
}

impl Machine {
    /// This machine, as far as it tells, with a database server and the folder of the other databases.
    pub(crate) fn describe(server: Option<String>, folder: &Path) -> Self {
        Self {
            cores: thread::available_parallelism().map_or(1, usize::from),
            model: value_of("/proc/cpuinfo", "model name"),
            memory: value_of("/proc/meminfo", "MemTotal").and_then(|text| {
                let kibibytes: u64 = text.strip_suffix(" kB")?.parse().ok()?;
                Some(kibibytes * 1024)
            }),
            load: fs::read_to_string("/proc/loadavg")
                .ok()
                .and_then(|text| text.split(' ').next().map(str::to_owned)),
            rustc: rustc(),
            server,
            disk: file_system(folder),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let model = self.model.as_deref().unwrap_or("processor unknown");
        write!(f, "{} cores ({model})", self.cores)?;
        if let Some(memory) = self.memory {
            write!(
                f,
                ", {:.0} GiB of memory",
                memory as f64 / 1024.0_f64.powi(3)
            )?;
        }
        if let Some(rustc) = &self.rustc {
            write!(f, ", {rustc}")?;
        }
        if let Some(server) = &self.server {
            write!(f, ", {server}")?;
        }
        if let Some(disk) = &self.disk {
            write!(f, ", databases on {disk}")?;
        }
        if let Some(load) = &self.load {
            write!(f, ", load average {load} before the first measure")?;
        }
        Ok(())
    }
}

/// The first value of a name in a file of `name: value` lines.
fn value_of(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

/// The type of the file system that a folder is on, such as `ext4` or `tmpfs`.
fn file_system(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    kind_of(&folder, &fs::read_to_string("/proc/mounts").ok()?)
}

/// The last of the longest mount points above a folder counts.
fn kind_of(folder: &Path, mounts: &str) -> Option<String> {
    let above = mounts.lines().filter_map(|mount| {
        let mut words = mount.split(' ').skip(1);
        let (point, kind) = (words.next()?, words.next()?);
        folder.starts_with(point).then_some((point.len(), kind))
    });
    let (_, kind) = above.max_by_key(|(length, _)| *length)?;
    Some(kind.to_owned())
}

/// Version without commit and date.
fn rustc() -> Option<String> {
    let output = Command::new("rustc").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version: Vec<&str> = text.split_whitespace().take(2).collect();
    (version.len() == 2).then(|| version.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_mount_tells_the_file_system() {
        let mounts = "/dev/vda / ext4 rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n";
        let kind = |folder: &str| kind_of(Path::new(folder), mounts);
        assert_eq!(kind("/dev/shm/bench").as_deref(), Some("tmpfs"));
        assert_eq!(kind("/dev/shmoo").as_deref(), Some("ext4"));
        assert_eq!(kind_of(Path::new("/tmp"), ""), None);
    }
}
