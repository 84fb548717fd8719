//! The key file as it is changed: as a whole, by one process at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::{Failure, Vault, vault::id_in};

/// The right to change a key file. Dropped, it is free again.
pub(crate) struct KeyFile {
    path: PathBuf,
    folder: File,
}

impl KeyFile {
    /// Takes the right to change the file that the keys were read from.
    pub(crate) fn lock(path: &Path) -> Result<Self, Failure> {
        // Behind a link lies the file that is to be replaced; the link stays.
        let path = path
            .canonicalize()
            .map_err(|error| unchanged(path, &error))?;
        let folder = path.parent().unwrap_or_else(|| Path::new("/"));
        // The folder is what is locked: the file itself is another one after each change.
        let folder = File::open(folder).map_err(|error| unchanged(folder, &error))?;
        match folder.try_lock() {
            Ok(()) => Ok(Self { path, folder }),
            Err(TryLockError::WouldBlock) => Err(Failure::conflict(
                "rotation_going",
                "Another process is changing the key file; nothing was changed.",
            )
            .mend("Wait for it to end.")),
            Err(TryLockError::Error(error)) => Err(unchanged(&path, &error)),
        }
    }

    /// The keys that are in it now.
    pub(crate) fn read(&self) -> Result<Vault, Failure> {
        Vault::read(&self.path)
    }

    /// Puts a key in front of the others: from now on it seals, and the others open.
    pub(crate) fn put_in_front(&self, key: &SecretString) -> Result<Vault, Failure> {
        let text = self.text().map_err(|error| unchanged(&self.path, &error))?;
        let both = Zeroizing::new(format!("{}\n{}", key.expose_secret(), text.as_str()));
        self.replace(&both)
            .map_err(|error| unchanged(&self.path, &error))?;
        self.read()
    }

    /// Removes all keys but this one.
    pub(crate) fn keep_only(&self, id: &str) -> io::Result<()> {
        let text = self.text()?;
        let kept = text.lines().find(|line| id_in(line) == Some(id));
        let kept = kept.ok_or_else(|| io::Error::other("the new key is no longer in it"))?;
        self.replace(&Zeroizing::new(format!("{kept}\n")))
    }

    fn text(&self) -> io::Result<Zeroizing<String>> {
        fs::read_to_string(&self.path).map(Zeroizing::new)
    }

    /// Writes a new file and gives it the old one's name: whoever reads, and whatever happens, finds
    /// the one or the other, and never a part.
    fn replace(&self, text: &str) -> io::Result<()> {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".new");
        let new = PathBuf::from(name);
        // Left by a process that died; nobody else is here.
        if let Err(error) = fs::remove_file(&new)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let written = self
            .write(&new, text)
            .and_then(|()| fs::rename(&new, &self.path));
        if written.is_err() {
            // It holds keys.
            _ = fs::remove_file(&new);
        }
        written?;
        self.folder.sync_all()
    }

    fn write(&self, new: &Path, text: &str) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(new)?;
        self.give_to_the_owner(&file)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }

    /// When root rotates the key, the service must still be able to read it.
    #[cfg(unix)]
    fn give_to_the_owner(&self, file: &File) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let (old, new) = (fs::metadata(&self.path)?, file.metadata()?);
        if (old.uid(), old.gid()) == (new.uid(), new.gid()) {
            return Ok(());
        }
        fchown(file, Some(old.uid()), Some(old.gid()))
    }

    #[cfg(not(unix))]
    fn give_to_the_owner(&self, _: &File) -> io::Result<()> {
        Ok(())
    }
}

fn unchanged(path: &Path, error: &io::Error) -> Failure {
    let name = path.display();
    Failure::internal(format!(
        "The key file cannot be changed ({name}: {error}); nothing was changed."
    ))
    .mend("Let this user write to the file and its folder.")
}
