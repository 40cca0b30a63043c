//! The folder that an export is written to: whole files only, and nothing outside.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fmt, fs};

use tempfile::NamedTempFile;

use super::ExportError;
use super::manifest::{self, Manifest};

/// What may be in the folder before the first export: that of a branch, and the name of a host.
const TOLERATED: [&str; 2] = [".git", "CNAME"];

/// A folder for one export after another.
pub struct Folder {
    root: PathBuf,
    /// Folders below that are known to be folders rather than links to some.
    known: Mutex<BTreeSet<PathBuf>>,
}

impl Folder {
    /// Takes a folder that is empty, does not exist yet, or holds an earlier export, and what that one wrote.
    ///
    /// # Errors
    /// When it holds anything else, or cannot be read.
    pub fn open(root: &Path) -> Result<(Self, Manifest), ExportError> {
        let failed = |source| ExportError::Folder { path: root.to_owned(), source };
        fs::create_dir_all(root).map_err(failed)?;
        // Links on the way to the folder are its owner's; those within it would lead out.
        let folder = Self { root: root.canonicalize().map_err(failed)?, known: Mutex::default() };
        let manifest = match fs::read(folder.root.join(manifest::FILE)) {
            Ok(json) => Manifest::read(&json),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                folder.expect_empty()?;
                Manifest::default()
            }
            Err(error) => return Err(failed(error)),
        };
        Ok((folder, manifest))
    }

    fn expect_empty(&self) -> Result<(), ExportError> {
        let failed = |source| ExportError::Folder { path: self.root.clone(), source };
        for entry in fs::read_dir(&self.root).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            if !TOLERATED.iter().any(|tolerated| name == *tolerated) {
                return Err(ExportError::NotEmpty { path: self.root.clone() });
            }
        }
        Ok(())
    }

    /// Whether a file is there with so many bytes.
    pub fn has(&self, file: &str, bytes: u64) -> bool {
        let about = fs::symlink_metadata(self.root.join(file));
        about.is_ok_and(|about| about.is_file() && about.len() == bytes)
    }

    /// Writes a file; readers see the old one or the new one, whole.
    pub fn write(&self, file: &str, content: &[u8]) -> Result<(), ExportError> {
        let path = self.root.join(file);
        let failed = |source| ExportError::File { path: path.clone(), source };
        let parent = path.parent().unwrap_or(&self.root);
        self.make(parent).map_err(failed)?;
        let mut temporary = whole_or_not_there(parent).map_err(failed)?;
        temporary.write_all(content).map_err(failed)?;
        temporary.persist(&path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Makes a folder below the root, unless something on the way is a link.
    fn make(&self, folder: &Path) -> io::Result<()> {
        if folder == self.root || self.known().contains(folder) {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.make(parent)?;
        }
        match fs::symlink_metadata(folder) {
            Ok(about) if about.is_dir() => {}
            Ok(_) => return Err(io::Error::new(io::ErrorKind::AlreadyExists, NotAFolder(folder.to_owned()))),
            Err(_) => fs::create_dir(folder).or_else(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => Ok(()),
                _ => Err(error),
            })?,
        }
        self.known().insert(folder.to_owned());
        Ok(())
    }

    /// Removes a file that an earlier export wrote, and the folders that it leaves empty.
    pub fn remove(&self, file: &str) -> Result<(), ExportError> {
        let path = self.root.join(file);
        let parent = path.parent().unwrap_or(&self.root).to_owned();
        let is_folder = |folder: &Path| fs::symlink_metadata(folder).is_ok_and(|about| about.is_dir());
        let ways = parent.ancestors().take_while(|folder| *folder != self.root);
        if !ways.clone().all(is_folder) {
            return Ok(());
        }
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(ExportError::File { path, source }),
        }
        // Fails where something is left in it, which is then where this ends.
        ways.take_while(|folder| fs::remove_dir(folder).is_ok()).count();
        Ok(())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeSet<PathBuf>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that gets its name when it is complete, and is for everybody to read.
fn whole_or_not_there(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder)
}

#[derive(Debug)]
struct NotAFolder(PathBuf);

impl fmt::Display for NotAFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is no folder", self.0.display())
    }
}

impl std::error::Error for NotAFolder {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_holds_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine.txt"), "precious").unwrap();

        assert!(matches!(Folder::open(folder.path()), Err(ExportError::NotEmpty { .. })));
    }

    #[test]
    fn what_is_removed_takes_empty_folders_along() {
        let root = tempfile::tempdir().unwrap();
        let (folder, _) = Folder::open(root.path()).unwrap();
        folder.write("en/services/Acme.html", b"x").unwrap();
        folder.write("en/index.html", b"x").unwrap();

        folder.remove("en/services/Acme.html").unwrap();
        folder.remove("en/nothing.html").unwrap();

        assert!(!root.path().join("en/services").exists());
        assert!(root.path().join("en/index.html").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_within_the_folder_leads_nowhere() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (folder, _) = Folder::open(root.path()).unwrap();
        fs::write(outside.path().join("index.html"), "theirs").unwrap();
        std::os::unix::fs::symlink(outside.path(), root.path().join("en")).unwrap();

        assert!(folder.write("en/index.html", b"ours").is_err());
        folder.remove("en/index.html").unwrap();

        assert_eq!(fs::read_to_string(outside.path().join("index.html")).unwrap(), "theirs");
    }
}
