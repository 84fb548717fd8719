//! Programs the habits need, and how to install those that are missing.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::shell;

/// A program and where it comes from.
#[derive(Debug)]
pub(crate) struct Tool {
    /// The name of the Debian package or of the crate.
    name: &'static str,
    source: Source,
}

#[derive(Debug)]
enum Source {
    /// A package of Debian, there when the function says so.
    Debian { is_installed: fn() -> bool },
    /// A subcommand of Cargo. Any version that is installed will do; this one is installed when none is.
    Cargo { version: &'static str },
}

/// The PostgreSQL server programs.
pub(crate) static POSTGRESQL: Tool = Tool {
    name: "postgresql",
    source: Source::Debian {
        is_installed: || testpg::Binaries::find().is_ok(),
    },
};

/// Python that can make environments of its own, for test tools from the Python package index.
pub(crate) static PYTHON: Tool = Tool {
    name: "python3-venv",
    source: Source::Debian {
        is_installed: || {
            shell::succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"]))
        },
    },
};

/// A browser.
pub(crate) static CHROMIUM: Tool = Tool {
    name: "chromium",
    source: Source::Debian {
        is_installed: || Path::new("/usr/bin/chromium").is_file(),
    },
};

/// Another clock for a process.
pub(crate) static FAKETIME: Tool = Tool {
    name: "faketime",
    source: Source::Debian {
        is_installed: || shell::is_in_path("faketime"),
    },
};

/// The test runner.
pub(crate) static NEXTEST: Tool = Tool::cargo("cargo-nextest", "0.9.143");

/// Licences, bans and sources of dependencies.
pub(crate) static DENY: Tool = Tool::cargo("cargo-deny", "0.20.2");

/// Drives libFuzzer.
pub(crate) static FUZZ: Tool = Tool::cargo("cargo-fuzz", "0.13.2");

/// Changes the code to see whether a test notices.
pub(crate) static MUTANTS: Tool = Tool::cargo("cargo-mutants", "27.1.0");

impl Tool {
    const fn cargo(name: &'static str, version: &'static str) -> Self {
        Self {
            name,
            source: Source::Cargo { version },
        }
    }

    fn is_missing(&self) -> bool {
        match self.source {
            Source::Debian { is_installed } => !is_installed(),
            Source::Cargo { .. } => {
                let subcommand = self.name.trim_start_matches("cargo-");
                !shell::succeeds(&mut shell::cargo([subcommand, "--version"]))
            }
        }
    }
}

/// Installs those of the tools that are missing.
pub(crate) fn ensure(tools: impl Iterator<Item = &'static Tool>) -> Result<()> {
    let mut missing: Vec<&Tool> = tools.filter(|tool| tool.is_missing()).collect();
    missing.sort_by_key(|tool| tool.name);
    missing.dedup_by_key(|tool| tool.name);
    let packages: Vec<&str> = missing
        .iter()
        .filter(|tool| matches!(tool.source, Source::Debian { .. }))
        .map(|tool| tool.name)
        .collect();
    if !packages.is_empty() {
        install_packages(&packages)?;
    }
    for tool in &missing {
        if let Source::Cargo { version } = tool.source {
            shell::run(&mut shell::cargo([
                "install",
                tool.name,
                "--version",
                version,
                "--locked",
            ]))?;
        }
    }

    match missing.into_iter().find(|tool| tool.is_missing()) {
        None => Ok(()),
        Some(tool) => bail!("{} was installed and still cannot be found", tool.name),
    }
}

fn install_packages(packages: &[&str]) -> Result<()> {
    let os_release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    if !is_debian(&os_release) || !shell::is_in_path("apt-get") {
        bail!(
            "not found on this machine, and only on Debian are they installed for you: {} (names of Debian packages)",
            packages.join(", ")
        );
    }
    let privileged = Privilege::of_this_user()
        .with_context(|| format!("not found on this machine: {}", packages.join(", ")))?;
    let _no_cluster = NoDefaultCluster::set_up(privileged)?;
    shell::run(privileged.command("apt-get").args(["update", "--quiet"]))?;
    shell::run(
        privileged
            .command("apt-get")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(packages),
    )
}

fn is_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| {
        line.strip_prefix("ID=")
            .or_else(|| line.strip_prefix("ID_LIKE="))
            .is_some_and(|ids| ids.trim_matches('"').split(' ').any(|id| id == "debian"))
    })
}

/// How this user may install packages.
#[derive(Debug, Clone, Copy)]
enum Privilege {
    Root,
    Sudo,
}

impl Privilege {
    fn of_this_user() -> Result<Self> {
        let id = Command::new("id")
            .arg("-u")
            .output()
            .context("`id -u` could not be started")?;
        if id.stdout.trim_ascii() == b"0" {
            Ok(Self::Root)
        } else if shell::succeeds(Command::new("sudo").args(["--non-interactive", "true"])) {
            Ok(Self::Sudo)
        } else {
            bail!("installing packages needs root, or sudo that asks for no password")
        }
    }

    /// A command as root. `env` carries the variable across sudo, which drops most.
    fn command(self, program: &str) -> Command {
        let mut command = match self {
            Self::Root => shell::command("env"),
            Self::Sudo => {
                let mut sudo = shell::command("sudo");
                sudo.args(["--non-interactive", "env"]);
                sudo
            }
        };
        command.args(["DEBIAN_FRONTEND=noninteractive", program]);
        command
    }
}

/// Keeps Debian's package from making and starting a cluster on port 5432, for as long as this value lives.
///
/// A machine that has the server already keeps its clusters: this only concerns the first installation of a version.
struct NoDefaultCluster {
    privileged: Privilege,
}

impl NoDefaultCluster {
    const DIRECTORY: &str = "/etc/postgresql-common/createcluster.d";
    const FILE: &str = "/etc/postgresql-common/createcluster.d/rollcall-tests.conf";

    fn set_up(privileged: Privilege) -> Result<Self> {
        shell::run(
            privileged
                .command("mkdir")
                .args(["--parents", Self::DIRECTORY]),
        )?;
        let guard = Self { privileged };
        let write = format!("echo 'create_main_cluster = false' > {}", Self::FILE);
        shell::run(privileged.command("sh").args(["-c", &write]))?;
        Ok(guard)
    }
}

impl Drop for NoDefaultCluster {
    fn drop(&mut self) {
        // Installing PostgreSQL for other purposes later should do what Debian documents.
        if Path::new(Self::FILE).exists()
            && let Err(error) = shell::run(self.privileged.command("rm").arg(Self::FILE))
        {
            eprintln!("{error:#}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_its_children_are_recognised() {
        assert!(is_debian("NAME=\"Debian\"\nID=debian\n"));
        assert!(is_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(is_debian("ID=mint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!is_debian("ID=fedora\nVERSION_ID=43\n"));
        assert!(!is_debian("ID=notdebian\nHOME=debian\n"));
    }

    #[test]
    fn a_subcommand_that_is_there_is_not_installed_again() {
        static FMT: Tool = Tool::cargo("cargo-fmt", "0.0.0");

        assert!(!FMT.is_missing());
    }
}
