//! Where it ran.

use std::{fmt, fs, process::Command, thread};

/// What the numbers depend on.
pub(crate) struct Machine {
    cores: usize,
    model: Option<String>,
    memory: Option<u64>,
    load: Option<String>,
    rustc: Option<String>,
}

impl Machine {
    /// This machine, as far as it tells.
    pub(crate) fn describe() -> Self {
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

/// Version without commit and date.
fn rustc() -> Option<String> {
    let output = Command::new("rustc").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version: Vec<&str> = text.split_whitespace().take(2).collect();
    (version.len() == 2).then(|| version.join(" "))
}
