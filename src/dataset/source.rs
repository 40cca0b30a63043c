//! Where a dataset is read from: a folder, or a ZIP file. Nothing is unpacked to the disk.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::Refusal;

/// Most entries that a dataset may have; the largest published has some fifty thousand.
const MAX_ENTRIES: usize = 5_000_000;

/// Deepest folder of a dataset that is looked into.
const MAX_DEPTH: usize = 8;

/// Largest entry that is read, unpacked; the largest real version has some 3 MB.
const MAX_ENTRY_BYTES: u64 = 32 << 20;

/// What ZIP files begin with, also those that were cut short.
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";

/// A dataset that is open.
pub enum Source {
    /// The files below a folder, by their paths from there.
    Folder {
        root: PathBuf,
        files: Vec<PathBuf>,
    },
    Zip {
        archive: ZipArchive<BufReader<File>>,
    },
}

/// Why a dataset cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("cannot read {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },

    #[error("{} is neither a folder nor a ZIP file: {why}", path.display())]
    NotZip { path: PathBuf, why: String },

    #[error("{} is a ZIP file of which a part is missing or damaged: {why}", path.display())]
    BrokenZip { path: PathBuf, why: String },

    #[error("{} has more than {MAX_ENTRIES} entries", path.display())]
    TooMany { path: PathBuf },
}

impl Source {
    /// Opens the folder or ZIP file in `path`, and lists what is in it.
    ///
    /// # Errors
    /// When it cannot be read, or holds more than any dataset does.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let unreadable = |source| SourceError::Unreadable { path: path.to_owned(), source };
        if fs::metadata(path).map_err(unreadable)?.is_dir() {
            let mut files = Vec::new();
            list(path, Path::new(""), MAX_DEPTH, &mut files).map_err(unreadable)?;
            files.sort();
            return bounded(path, files.len()).map(|()| Self::Folder { root: path.to_owned(), files });
        }
        let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
        let begins_as_zip = file.fill_buf().map_err(unreadable)?.starts_with(ZIP_MAGIC);
        let archive = ZipArchive::new(file).map_err(|error| {
            let (path, why) = (path.to_owned(), error.to_string());
            if begins_as_zip { SourceError::BrokenZip { path, why } } else { SourceError::NotZip { path, why } }
        })?;
        bounded(path, archive.len()).map(|()| Self::Zip { archive })
    }

    /// Whether some entries have one name; of these only the last can be read.
    pub fn has_hidden_entries(&self) -> bool {
        match self {
            Self::Folder { .. } => false,
            Self::Zip { archive } => archive.has_duplicate_names(),
        }
    }

    /// The path of every file in the dataset, with `/` between its parts, or what of it can be shown.
    pub fn paths(&self) -> Vec<Result<String, String>> {
        match self {
            Self::Folder { files, .. } => files.iter().map(|file| with_slashes(file)).collect(),
            Self::Zip { archive } => archive.file_names_raw().map(text).collect(),
        }
    }

    /// The content of the entry at a place in [`paths`](Self::paths); what was unpacked for it, used or not, is added to
    /// `unpacked`, in bytes.
    pub fn text(&mut self, place: usize, unpacked: &mut u64) -> Result<String, Refusal> {
        let unreadable = |error: &dyn std::fmt::Display| Refusal::Unreadable(error.to_string());
        let bytes = match self {
            Self::Folder { root, files } => {
                read_bounded(File::open(root.join(&files[place])).map_err(|error| unreadable(&error))?, unpacked)
            }
            Self::Zip { archive } => {
                read_bounded(archive.by_index(place).map_err(|error| unreadable(&error))?, unpacked)
            }
        };
        let bytes = bytes.map_err(|error| unreadable(&error))?;
        if bytes.len() as u64 > MAX_ENTRY_BYTES {
            return Err(Refusal::TooLarge { limit: MAX_ENTRY_BYTES });
        }
        String::from_utf8(bytes).map_err(|error| Refusal::NotUtf8 { at: error.utf8_error().valid_up_to() })
    }
}

/// Reads one byte more than is allowed, so that a claimed size need not be believed.
fn read_bounded(content: impl Read, unpacked: &mut u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = content.take(MAX_ENTRY_BYTES + 1).read_to_end(&mut bytes);
    *unpacked += bytes.len() as u64;
    read.map(|_| bytes)
}

fn bounded(path: &Path, entries: usize) -> Result<(), SourceError> {
    match entries > MAX_ENTRIES {
        true => Err(SourceError::TooMany { path: path.to_owned() }),
        false => Ok(()),
    }
}

/// Lists the files below a folder. Links are not followed: they could lead anywhere, and round in circles.
fn list(root: &Path, below: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if depth == 0 || files.len() > MAX_ENTRIES {
        return Ok(());
    }
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            list(root, &path, depth - 1, files)?;
        } else if kind.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn with_slashes(path: &Path) -> Result<String, String> {
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/")).ok_or_else(|| path.to_string_lossy().into_owned())
}

fn text(name: &[u8]) -> Result<String, String> {
    String::from_utf8(name.to_vec()).map_err(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
