//! The working files of a repository that has some: for people to look at, repaired at need, never trusted.
//!
//! Only files of records are written or removed; whatever else lies there is people's.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::{self, Metadata, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use git2::{Index, IndexEntry, IndexTime, ObjectType, Oid, Repository};

use super::objects::{Objects, id_of};
use super::tree::Tree;
use crate::records::path::RecordPath;
use crate::records::{Holding, RecordsError};

const FILE_MODE: u32 = 0o100644;

/// The working files, and git's own list of them.
pub struct Worktree {
    root: PathBuf,
    /// Where files are written before they are renamed into place: on the same disk, and out of sight.
    staging: PathBuf,
    /// The file with git's list, when it was last read or written here.
    listed: Cell<Option<Stamp>>,
}

/// By what a file is told to be the one it was: its place, its size, and when it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    ino: u64,
    size: u64,
    written: (i64, i64),
}

/// What became of one file.
#[derive(Debug, Clone)]
pub struct Change {
    pub path: RecordPath,
    /// The new content's id; `None` if the file is gone.
    pub blob: Option<Oid>,
}

impl Worktree {
    /// The working files of a repository, unless it is bare. `own_folder` is fineprint's within the git folder.
    pub fn of(repository: &Repository, own_folder: &Path) -> Option<Self> {
        let root = repository.workdir()?.to_owned();
        Some(Self { root, staging: own_folder.join("staging"), listed: Cell::new(None) })
    }

    /// Brings the files up to what has just been recorded.
    pub fn apply(&self, objects: &Objects, changes: &[Change]) -> Result<(), RecordsError> {
        // Of several changes to a file, only the last matters.
        let last: BTreeMap<String, &Change> = changes.iter().map(|change| (change.path.to_string(), change)).collect();
        let mut index = self.index(objects)?;
        for change in last.into_values() {
            match change.blob {
                Some(blob) => self.place(objects, &mut index, &change.path, blob)?,
                None => self.remove(&mut index, &change.path)?,
            }
        }
        self.write_index(&mut index, objects)
    }

    /// Brings back every file of a record that is not as it was recorded.
    pub fn repair(&self, objects: &Objects, root: &Tree, holding: Holding) -> Result<(), RecordsError> {
        // What a process that died was about to rename is of no use any more.
        let _ = fs::remove_dir_all(&self.staging);
        let mut index = self.index(objects)?;
        let recorded = recorded_files(objects, root, holding)?;
        let mut is_changed = false;
        for (path, blob) in recorded.values() {
            if !self.is_in_place(&index, path, *blob) {
                // A file that cannot be brought back leaves the others to be.
                self.place(objects, &mut index, path, *blob).unwrap_or_else(|error| tracing::warn!(%error));
                is_changed = true;
            }
        }
        for path in superseded_files(&index, &recorded) {
            self.remove(&mut index, &path)?;
            is_changed = true;
        }
        match is_changed {
            true => self.write_index(&mut index, objects),
            false => Ok(()),
        }
    }

    /// Git's list, read again where somebody else has written it.
    fn index(&self, objects: &Objects) -> Result<Index, RecordsError> {
        let failed = || objects.failed("read the list of working files");
        let mut index = objects.repository().index().map_err(failed())?;
        let stamp = stamp(&index);
        if stamp.is_none() || stamp != self.listed.get() {
            index.read(true).map_err(failed())?;
            self.listed.set(stamp);
        }
        Ok(index)
    }

    fn write_index(&self, index: &mut Index, objects: &Objects) -> Result<(), RecordsError> {
        self.listed.set(None);
        index.write().map_err(objects.failed("write the list of working files"))?;
        self.listed.set(stamp(index));
        Ok(())
    }

    /// Whether a file is as git last saw it, and what git saw is what was recorded.
    fn is_in_place(&self, index: &Index, path: &RecordPath, blob: Oid) -> bool {
        let Some(entry) = index.get_path(Path::new(&path.to_string()), 0) else { return false };
        let Ok(found) = fs::symlink_metadata(self.file(path)) else { return false };
        entry.id == blob && is_unchanged(&entry, &found)
    }

    fn place(&self, objects: &Objects, index: &mut Index, path: &RecordPath, blob: Oid) -> Result<(), RecordsError> {
        let file = self.file(path);
        let content = objects.read(blob)?;
        if !holds(&file, blob, content.len()) {
            self.write(path, &content).map_err(RecordsError::file("write", &file))?;
        }
        let found = fs::symlink_metadata(&file).map_err(RecordsError::file("read", &file))?;
        index.add(&index_entry(path, blob, &found)).map_err(objects.failed("list a working file"))
    }

    fn write(&self, path: &RecordPath, content: &[u8]) -> io::Result<()> {
        let folder = self.root.join(path.folder());
        fs::create_dir_all(&self.staging)?;
        fs::create_dir_all(&folder)?;
        // A link could lead out of the repository.
        if !fs::symlink_metadata(&folder)?.is_dir() {
            return Err(io::Error::other(format!("`{}` is not a folder", path.folder())));
        }
        let mut file =
            tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(&self.staging)?;
        file.write_all(content)?;
        file.persist(self.file(path))?;
        Ok(())
    }

    fn remove(&self, index: &mut Index, path: &RecordPath) -> Result<(), RecordsError> {
        let _ = index.remove_path(Path::new(&path.to_string()));
        let file = self.file(path);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(RecordsError::file("remove", &file)(error)),
            _ => Ok(()),
        }
    }

    fn file(&self, path: &RecordPath) -> PathBuf {
        self.root.join(path.folder()).join(path.file_name())
    }
}

fn stamp(index: &Index) -> Option<Stamp> {
    let found = fs::metadata(index.path()?).ok()?;
    Some(Stamp { ino: found.ino(), size: found.size(), written: (found.mtime(), found.mtime_nsec()) })
}

/// Whether a tree has files of records, and none that may be that of a version.
pub fn has_snapshots_only(objects: &Objects, root: &Tree) -> Result<bool, RecordsError> {
    let files = recorded_files(objects, root, Holding::Snapshots)?;
    Ok(!files.is_empty() && !files.values().any(|(path, _)| Holding::Versions.may_have(path)))
}

/// The files of records in a tree, by path.
fn recorded_files(
    objects: &Objects,
    root: &Tree,
    holding: Holding,
) -> Result<BTreeMap<String, (RecordPath, Oid)>, RecordsError> {
    let mut files = BTreeMap::new();
    for folder in root.entries().filter(|entry| entry.is_folder() && !entry.name.starts_with(b".")) {
        let tree = objects.tree(folder.id())?;
        for entry in tree.entries().filter(|entry| entry.is_file()) {
            if let Some(path) = RecordPath::read(folder.name, entry.name).filter(|path| holding.may_have(path)) {
                files.insert(path.to_string(), (path, entry.id()));
            }
        }
    }
    Ok(files)
}

/// Listed files that a record with another extension took the place of, such as a page that became a PDF.
fn superseded_files(index: &Index, recorded: &BTreeMap<String, (RecordPath, Oid)>) -> Vec<RecordPath> {
    let slots: std::collections::HashSet<_> = recorded.values().map(|(path, _)| &path.slot).collect();
    let listed = index.iter().filter_map(|entry| {
        let (folder, name) = entry.path.split_at(entry.path.iter().position(|b| *b == b'/')?);
        RecordPath::read(folder, &name[1..])
    });
    listed.filter(|path| slots.contains(&path.slot) && !recorded.contains_key(&path.to_string())).collect()
}

fn holds(file: &Path, blob: Oid, size: usize) -> bool {
    let is_file_of_size = fs::symlink_metadata(file).is_ok_and(|found| found.is_file() && found.len() == size as u64);
    is_file_of_size && fs::read(file).is_ok_and(|content| id_of(ObjectType::Blob, &content) == blob)
}

/// Git's own test, in short: a file whose size, time and place are the same is taken as unchanged.
fn is_unchanged(entry: &IndexEntry, found: &Metadata) -> bool {
    found.is_file()
        && entry.file_size == found.len() as u32
        && entry.ino == found.ino() as u32
        && entry.mtime == IndexTime::new(found.mtime() as i32, found.mtime_nsec() as u32)
}

/// Git keeps the lowest 32 bits of each number.
fn index_entry(path: &RecordPath, blob: Oid, found: &Metadata) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(found.ctime() as i32, found.ctime_nsec() as u32),
        mtime: IndexTime::new(found.mtime() as i32, found.mtime_nsec() as u32),
        dev: found.dev() as u32,
        ino: found.ino() as u32,
        mode: FILE_MODE,
        uid: found.uid(),
        gid: found.gid(),
        file_size: found.len() as u32,
        id: blob,
        flags: 0,
        flags_extended: 0,
        path: path.to_string().into_bytes(),
    }
}
