//! Where records are put together: the repository, what waits to be written to it, and its index.

use std::fs;
use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid};

use super::branch::Branch;
use super::commit::{self, Commit};
use super::lock::{Lock, Predecessor};
use super::objects::{Objects, id_of};
use super::repository;
use super::signing::Signer;
use super::tree::{Entry, Tree};
use super::worktree::{Change, Worktree};
use crate::domain::{DocumentKey, Kind, New, RecordId, Saved};
use crate::records::index::{Index, Row, catch_up, record_id};
use crate::records::path::{RecordPath, file_stem};
use crate::records::recordable::kind_of;
use crate::records::{Author, GitConfig, Recordable, RecordsError, message};

/// What fineprint keeps within the git folder.
const OWN_FOLDER: &str = "fineprint";

/// A repository at work.
pub struct Desk {
    objects: Objects,
    branch: Branch,
    index: Index,
    lies_at: fn(&RecordPath) -> bool,
    author: Author,
    signer: Option<Signer>,
    /// Where the branch was last seen.
    head: Option<Oid>,
    /// The last commit made, with its tree; ahead of the head by what waits to be flushed.
    tip: Tip,
    /// The files that what waits will change.
    changes: Vec<Change>,
    /// Absent where the repository was opened for reading.
    writing: Option<Writing>,
}

struct Writing {
    worktree: Option<Worktree>,
    _lock: Lock,
}

#[derive(Default)]
struct Tip {
    commit: Option<Oid>,
    root_id: Option<Oid>,
    root: Tree,
}

impl Desk {
    pub fn open_for_writing(
        path: &Path,
        config: &GitConfig,
        lies_at: fn(&RecordPath) -> bool,
    ) -> Result<Self, RecordsError> {
        let repository = repository::open_or_begin(path)?;
        let branch = Branch::checked_out(&repository)?;
        let own_folder = repository.path().join(OWN_FOLDER);
        fs::create_dir_all(&own_folder).map_err(RecordsError::file("create", &own_folder))?;
        let (lock, predecessor) = Lock::take(&own_folder.join("lock"), path)?;
        if predecessor == Predecessor::Died {
            branch.remove_stale_lock();
            remove_stale_files(&repository);
        }
        repository::configure(&repository, &config.author)?;
        let worktree = Worktree::of(&repository, &own_folder);
        let index = Index::open(&index_path(&own_folder))?;
        let mut desk = Self::new(Objects::of(repository), branch, index, lies_at, config);
        desk.writing = Some(Writing { worktree, _lock: lock });
        desk.reload()?;
        if let Some(worktree) = desk.worktree() {
            worktree.repair(&desk.objects, &desk.tip.root, lies_at).unwrap_or_else(warn_of_working_files);
        }
        Ok(desk)
    }

    pub fn open_for_reading(
        path: &Path,
        config: &GitConfig,
        lies_at: fn(&RecordPath) -> bool,
    ) -> Result<Self, RecordsError> {
        let repository = repository::open(path)?;
        let branch = Branch::checked_out(&repository)?;
        let own_folder = repository.path().join(OWN_FOLDER);
        // Without this folder, on a disk that cannot be written, the index is made in memory.
        let _ = fs::create_dir_all(&own_folder);
        let index = Index::open_shared(&index_path(&own_folder))?;
        let mut desk = Self::new(Objects::of(repository), branch, index, lies_at, config);
        desk.reload()?;
        Ok(desk)
    }

    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// The last commit of the branch.
    pub fn head(&self) -> Option<Oid> {
        self.head
    }

    /// Notes the head under the name of a reference of fineprint's own.
    pub fn mark(&self, reference: &str) -> Result<(), RecordsError> {
        let Some(head) = self.head else { return Ok(()) };
        let marked = self.objects.repository().reference(reference, head, true, "");
        marked.map(drop).map_err(self.objects.failed("note what was verified"))
    }

    /// Makes a commit of new content, unless the tip holds it already.
    pub fn save<T: Recordable>(&mut self, new: &New<T>, snapshot_template: &str) -> Result<Saved, RecordsError> {
        self.may_write()?;
        self.follow()?;
        let content = &new.content;
        let path = RecordPath::new(T::slot(&content.key()), content.extension())?;
        let (folder_id, folder) = self.folder(&path)?;
        let blob = id_of(ObjectType::Blob, content.content());
        let before = files_of(&path, &folder);
        if before.iter().any(|entry| entry.name == path.file_name().as_bytes() && entry.id() == blob) {
            return self.unchanged(&path.slot);
        }
        let kind = kind_of(new.cause, !before.is_empty());
        let message = message::write(kind, &path.slot.terms, &content.notes(snapshot_template));
        let date = content.fetched_at().timestamp();

        self.objects.add(ObjectType::Blob, content.content().to_vec(), None)?;
        let gone: Vec<_> =
            before.iter().filter_map(|entry| RecordPath::read(path.folder().as_bytes(), entry.name)).collect();
        let emptied = before.iter().fold(folder.clone(), |folder, entry| folder.without(entry.name));
        let folder = emptied.with_file(&path.file_name(), blob);
        self.commit(&path, folder, folder_id, date, message)?;
        self.note(path, gone, blob, kind, content.snapshots(), date)
    }

    /// Asks the index, and makes it anew where it turns out to be damaged.
    pub fn ask<R>(&mut self, question: impl Fn(&Index) -> Result<R, RecordsError>) -> Result<R, RecordsError> {
        self.follow()?;
        match question(&self.index) {
            Err(error) if Index::is_damage(&error) && self.changes.is_empty() => {
                self.rebuild_index()?;
                question(&self.index)
            }
            answer => answer,
        }
    }

    pub fn remember_extraction(&mut self, slot: &DocumentKey, fingerprint: &str) -> Result<(), RecordsError> {
        self.may_write()?;
        self.index.remember_extraction(slot, fingerprint)
    }

    /// Packs what waits, moves the branch, then the index and the working files, which can be made anew.
    pub fn flush(&mut self) -> Result<(), RecordsError> {
        let Some(tip) = self.tip.commit.filter(|tip| self.head != Some(*tip)) else {
            return self.index.keep(None);
        };
        self.objects.pack()?;
        if let Err(error) = self.branch.advance(self.objects.repository(), self.head, tip) {
            self.discard()?;
            return Err(error);
        }
        self.head = Some(tip);
        let changes = std::mem::take(&mut self.changes);
        if let Some(worktree) = self.worktree() {
            worktree.apply(&self.objects, &changes).unwrap_or_else(warn_of_working_files);
        }
        self.index.keep(Some(tip))?;
        self.objects.gather();
        Ok(())
    }

    fn new(
        objects: Objects,
        branch: Branch,
        index: Index,
        lies_at: fn(&RecordPath) -> bool,
        config: &GitConfig,
    ) -> Self {
        let author = config.author.clone();
        let signer = config.signing_key.as_deref().filter(|key| !key.is_empty()).map(Signer::with);
        let (tip, changes) = (Tip::default(), Vec::new());
        Self { objects, branch, index, lies_at, author, signer, head: None, tip, changes, writing: None }
    }

    fn worktree(&self) -> Option<&Worktree> {
        self.writing.as_ref()?.worktree.as_ref()
    }

    fn may_write(&self) -> Result<(), RecordsError> {
        match self.writing {
            Some(_) => Ok(()),
            None => Err(RecordsError::ReadOnly { path: self.objects.folder().to_owned() }),
        }
    }

    /// Notices commits that others made, while nothing waits.
    fn follow(&mut self) -> Result<(), RecordsError> {
        if self.changes.is_empty() && self.branch.position(self.objects.repository())? != self.head {
            self.reload()?;
        }
        Ok(())
    }

    /// Reads where the branch stands, and brings the index there.
    fn reload(&mut self) -> Result<(), RecordsError> {
        self.head = self.branch.position(self.objects.repository())?;
        self.tip = match self.head {
            Some(head) => self.tip_at(head)?,
            None => Tip::default(),
        };
        self.catch_up()
    }

    fn catch_up(&mut self) -> Result<(), RecordsError> {
        match catch_up(&mut self.index, &self.objects, self.head, self.lies_at) {
            // Whoever records keeps the index complete up to what is on the branch.
            Err(error) if self.writing.is_none() && Index::is_in_use(&error) => {
                self.index.forget();
                Ok(())
            }
            Err(error) if Index::is_damage(&error) => self.rebuild_index(),
            other => other,
        }
    }

    fn rebuild_index(&mut self) -> Result<(), RecordsError> {
        tracing::warn!("the index is damaged and made anew from git");
        match self.writing {
            Some(_) => self.index.begin_anew()?,
            None => self.index.leave_file()?,
        }
        catch_up(&mut self.index, &self.objects, self.head, self.lies_at)
    }

    fn tip_at(&self, head: Oid) -> Result<Tip, RecordsError> {
        let read = commit::read(&self.objects.read(head)?);
        let root_id = read.ok_or_else(|| self.objects.damaged(head, "it is not a commit"))?.tree;
        Ok(Tip { commit: Some(head), root_id: Some(root_id), root: self.objects.tree(root_id)? })
    }

    /// Drops what waits: it was made upon a head that is no more.
    fn discard(&mut self) -> Result<(), RecordsError> {
        self.objects.forget();
        self.index.forget();
        self.changes.clear();
        self.reload()
    }

    /// The folder of a service at the tip.
    fn folder(&self, path: &RecordPath) -> Result<(Option<Oid>, Tree), RecordsError> {
        let occupied = |by: String| RecordsError::Occupied { path: path.to_string(), occupied: by };
        let Some(entry) = self.tip.root.find(path.folder()) else { return Ok((None, Tree::default())) };
        if !entry.is_folder() {
            return Err(occupied(format!("`{}`, which is not a folder,", path.folder())));
        }
        let folder = self.objects.tree(entry.id())?;
        if folder.find(&path.file_name()).is_some_and(|entry| !entry.is_file()) {
            return Err(occupied("something of the same name that is not a file".to_owned()));
        }
        Ok((Some(entry.id()), folder))
    }

    fn unchanged(&mut self, slot: &DocumentKey) -> Result<Saved, RecordsError> {
        let latest = self.ask(|index| index.latest_id(slot))?;
        // A file that people put there is no record; the commit that holds it is the nearest there is.
        let head = || self.tip.commit.map(record_id);
        let latest = latest.or_else(head).expect("a file at the tip is in a commit");
        Ok(Saved::Unchanged { latest })
    }

    fn commit(
        &mut self,
        path: &RecordPath,
        folder: Tree,
        folder_id: Option<Oid>,
        date: i64,
        message: String,
    ) -> Result<(), RecordsError> {
        let folder_id = self.objects.add(ObjectType::Tree, folder.into_bytes(), folder_id)?;
        let root = self.tip.root.with_folder(path.folder(), folder_id);
        let root_id = self.objects.add(ObjectType::Tree, root.bytes().to_vec(), self.tip.root_id)?;
        let commit = Commit { tree: root_id, parents: self.tip.commit.into_iter().collect(), date, message };
        let unsigned = commit::write(&commit, &self.author);
        let content = match &self.signer {
            Some(signer) => commit::signed(&unsigned, &signer.sign(&unsigned)?),
            None => unsigned,
        };
        let id = self.objects.add(ObjectType::Commit, content.into_bytes(), None)?;
        self.tip = Tip { commit: Some(id), root_id: Some(root_id), root };
        Ok(())
    }

    /// Enters the commit just made into the index and the list of changed files.
    fn note(
        &mut self,
        path: RecordPath,
        gone: Vec<RecordPath>,
        blob: Oid,
        kind: Kind,
        snapshots: &[RecordId],
        date: i64,
    ) -> Result<Saved, RecordsError> {
        let id = self.tip.commit.expect("a commit was just made");
        self.changes.extend(gone.into_iter().filter(|gone| *gone != path).map(|path| Change { path, blob: None }));
        self.changes.push(Change { path: path.clone(), blob: Some(blob) });
        let engine = Some(crate::domain::ENGINE.to_owned());
        self.index.add(&Row { id, path, kind, date, blob, engine, snapshots: snapshots.to_vec() })?;
        if self.objects.is_full() {
            self.objects.pack()?;
        }
        Ok(Saved::Recorded { id: record_id(id), kind })
    }
}

/// The files in a folder that hold a record of the same slot, whatever their extension.
fn files_of<'a>(path: &RecordPath, folder: &'a Tree) -> Vec<Entry<'a>> {
    let stem = file_stem(&path.slot);
    let is_of_slot = |name: &[u8]| name.strip_prefix(stem.as_bytes()).is_some_and(is_extension);
    folder.entries().filter(|entry| entry.is_file() && is_of_slot(entry.name)).collect()
}

fn is_extension(rest: &[u8]) -> bool {
    rest.split_first().is_some_and(|(dot, rest)| *dot == b'.' && !rest.is_empty() && !rest.contains(&b'.'))
}

fn index_path(own_folder: &Path) -> PathBuf {
    own_folder.join("index.sqlite")
}

/// Removes what a process that died leaves in git's own places and would bar the way.
fn remove_stale_files(repository: &git2::Repository) {
    for name in ["index.lock", "config.lock"] {
        let _ = fs::remove_file(repository.path().join(name));
    }
    let packs = fs::read_dir(repository.commondir().join("objects/pack"));
    for file in packs.into_iter().flatten().flatten() {
        if file.file_name().to_string_lossy().starts_with("tmp_pack_") {
            let _ = fs::remove_file(file.path());
        }
    }
}

/// The record is safe in git; the files are brought up when the repository is next opened.
fn warn_of_working_files(error: RecordsError) {
    tracing::warn!(%error, "the working files were not brought up to the last record");
}
