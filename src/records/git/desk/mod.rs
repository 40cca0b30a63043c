//! Where records are put together: the repository, what waits to be written to it, and its index.

mod save;
mod unrecorded;

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

use git2::Oid;

use super::branch::Branch;
use super::commit;
use super::lock::{Lock, Predecessor};
use super::notes;
use super::objects::Objects;
use super::repository;
use super::signing::Signer;
use super::tree::Tree;
use super::worktree::{Change, Worktree, has_snapshots_only};
use crate::domain::{DocumentKey, RecordId, ServiceId};
use crate::records::index::{Index, catch_up};
use crate::records::{Author, GitConfig, Holding, Judged, Order, RecordFilter, RecordsError};

pub use unrecorded::Newest;

/// What fineprint keeps within the git folder.
const OWN_FOLDER: &str = "fineprint";

/// A repository at work.
pub struct Desk {
    objects: Objects,
    branch: Branch,
    index: Index,
    holding: Holding,
    author: Author,
    signer: Option<Signer>,
    /// Where the branch was last seen.
    head: Option<Oid>,
    /// The last commit made, with its tree; ahead of the head by what waits to be flushed.
    tip: Tip,
    /// The files that what waits will change.
    changes: Vec<Change>,
    /// Whether the index missed a record, and has to read it from git once it is there. Of a reader: whether somebody
    /// else was at work on the index when it was to be read.
    is_index_behind: bool,
    /// Where the notes stood when some of them could not be read.
    notes_in_part: Option<Oid>,
    /// Where history begins, once somebody asked.
    beginning: OnceCell<Option<Oid>>,
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
    pub fn open_for_writing(path: &Path, config: &GitConfig, holding: Holding) -> Result<Self, RecordsError> {
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
        let mut desk = Self::new(Objects::of(repository), branch, index, holding, config);
        desk.objects.release_stale();
        desk.writing = Some(Writing { worktree, _lock: lock });
        desk.reload()?;
        desk.refuse_records_of_another_kind()?;
        if let Some(worktree) = desk.worktree() {
            worktree.repair(&desk.objects, &desk.tip.root, holding).unwrap_or_else(warn_of_working_files);
        }
        Ok(desk)
    }

    pub fn open_for_reading(path: &Path, config: &GitConfig, holding: Holding) -> Result<Self, RecordsError> {
        let repository = repository::open(path)?;
        let branch = Branch::to_read(&repository)?;
        let own_folder = repository.path().join(OWN_FOLDER);
        // Without this folder, on a disk that cannot be written, the index is made in memory.
        let _ = fs::create_dir_all(&own_folder);
        let index = Index::open_shared(&index_path(&own_folder))?;
        let mut desk = Self::new(Objects::to_read(repository), branch, index, holding, config);
        desk.reload()?;
        Ok(desk)
    }

    /// Refuses to record snapshots among versions or versions among snapshots, by what was recorded last: versions are
    /// Markdown throughout, and only they name snapshots.
    fn refuse_records_of_another_kind(&mut self) -> Result<(), RecordsError> {
        let last = RecordFilter { order: Order::LastRecordedFirst, limit: Some(1), ..RecordFilter::default() };
        let last = self.ask(|index| index.list(&last))?.pop();
        let found = match (self.holding, last) {
            (Holding::Snapshots, Some(last)) if !last.snapshots.is_empty() => Holding::Versions,
            (Holding::Versions, None) if has_snapshots_only(&self.objects, &self.tip.root)? => Holding::Snapshots,
            _ => return Ok(()),
        };
        let path = self.objects.repository().path().to_owned();
        Err(RecordsError::OtherRecords { path, found, wanted: self.holding })
    }

    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Where fineprint keeps what it makes from the commits.
    pub fn own_folder(&self) -> PathBuf {
        self.objects.repository().path().join(OWN_FOLDER)
    }

    /// The last commit of the branch.
    pub fn head(&self) -> Option<Oid> {
        self.head
    }

    /// What the records of the repository are.
    pub fn holding(&self) -> Holding {
        self.holding
    }

    /// Notes the head under the name of a reference of fineprint's own; who only reads may not be able to.
    pub fn mark(&self, reference: &str) {
        let Some(head) = self.head else { return };
        if let Err(error) = self.objects.repository().reference(reference, head, true, "") {
            tracing::warn!(%error, reference, "a later check will not know of this one");
        }
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

    /// Where branch and notes stand, and how often others wrote to the index.
    pub fn position(&mut self) -> Result<Option<String>, RecordsError> {
        self.follow()?;
        if self.is_index_behind {
            return Ok(None);
        }
        let (notes, written) = (self.index.notes_position()?, self.index.times_written()?);
        Ok(Some(format!("{:?} {notes:?} {written}", self.tip.commit)))
    }

    /// Where the records of some services and the notes stand.
    pub fn position_of(&mut self, services: &[ServiceId]) -> Result<Option<String>, RecordsError> {
        let stand = self.ask(|index| Ok(format!("{} {:?}", index.stand_of(services)?, index.notes_position()?)))?;
        Ok((!self.is_index_behind).then_some(stand))
    }

    pub fn remember_extraction(&mut self, slot: &DocumentKey, fingerprint: &str) -> Result<(), RecordsError> {
        self.may_write()?;
        if let Err(error) = self.index.remember_extraction(slot, fingerprint) {
            tracing::warn!(%error, "an extraction was not remembered, and will be made again");
        }
        Ok(())
    }

    /// Remembers what is thought of records; beside somebody who is writing to the index, nothing is remembered.
    pub fn remember_verdicts(&mut self, judged: &[(RecordId, Judged)]) -> Result<(), RecordsError> {
        self.index.remember_verdicts(judged)?;
        // What waits to be flushed is kept with it. A verdict says nothing of how far the index is: a writer may have
        // extended it since this desk last looked.
        if self.changes.is_empty() { self.index.keep() } else { Ok(()) }
    }

    /// Reads the corrections of people, if they are others than those in the index.
    pub fn follow_notes(&mut self) -> Result<(), RecordsError> {
        let position = notes::position(self.objects.repository())?;
        let is_known = position == self.index.notes_position()? || position.is_some() && position == self.notes_in_part;
        if is_known || !self.changes.is_empty() {
            return Ok(());
        }
        let notes = notes::read_all(self.objects.repository())?;
        // What cannot be read now is tried again by whoever opens the repository next.
        self.notes_in_part = position.filter(|_| !notes.is_whole);
        match self.index.replace_corrections(position.filter(|_| notes.is_whole), &notes.corrections) {
            Ok(()) => self.index.keep(),
            // Whoever is writing to the index at this moment will read them.
            Err(error) if Index::is_in_use(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Packs what waits, moves the branch, then the index and the working files, which can be made anew.
    pub fn flush(&mut self) -> Result<(), RecordsError> {
        let Some(tip) = self.tip.commit.filter(|tip| self.head != Some(*tip)) else {
            return self.settle_index();
        };
        self.objects.pack()?;
        if let Err(error) = self.branch.advance(self.objects.repository(), self.head, tip) {
            self.discard()?;
            return Err(error);
        }
        self.objects.release();
        self.head = Some(tip);
        let changes = std::mem::take(&mut self.changes);
        if let Some(worktree) = self.worktree() {
            worktree.apply(&self.objects, &changes).unwrap_or_else(warn_of_working_files);
        }
        self.settle_index()?;
        self.objects.gather();
        Ok(())
    }

    fn new(objects: Objects, branch: Branch, index: Index, holding: Holding, config: &GitConfig) -> Self {
        let author = config.author.clone();
        let signer = config.signing_key.as_deref().filter(|key| !key.is_empty()).map(Signer::with);
        let (tip, changes) = (Tip::default(), Vec::new());
        Self {
            objects,
            branch,
            index,
            holding,
            author,
            signer,
            head: None,
            tip,
            changes,
            is_index_behind: false,
            notes_in_part: None,
            beginning: OnceCell::new(),
            writing: None,
        }
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
        } else if self.writing.is_none() && self.is_index_behind {
            self.catch_up()?;
        }
        self.follow_notes()
    }

    /// Reads where the branch stands, and brings the index there.
    fn reload(&mut self) -> Result<(), RecordsError> {
        self.head = self.branch.position(self.objects.repository())?;
        self.beginning.take();
        self.tip = match self.head {
            Some(head) => self.tip_at(head).or_else(|error| self.tip_unread(head, error))?,
            None => Tip::default(),
        };
        self.catch_up()
    }

    fn catch_up(&mut self) -> Result<(), RecordsError> {
        match catch_up(&mut self.index, &self.objects, self.head, self.holding) {
            // Whoever records keeps the index complete up to what is on the branch; what others commit is read with
            // the next question.
            Err(error) if self.writing.is_none() && Index::is_in_use(&error) => {
                self.is_index_behind = true;
                self.index.forget();
                Ok(())
            }
            Err(error) if Index::is_damage(&error) => self.rebuild_index(),
            Err(error) => {
                self.is_index_behind = true;
                self.index.forget();
                Err(error)
            }
            Ok(()) => {
                // Whoever records keeps the index with what is recorded next.
                if self.writing.is_none() {
                    self.is_index_behind = false;
                }
                Ok(())
            }
        }
    }

    /// Keeps what the index learned. Where it cannot, it goes on in memory: what is in git counts.
    fn settle_index(&mut self) -> Result<(), RecordsError> {
        let is_behind = std::mem::take(&mut self.is_index_behind);
        match if is_behind { self.catch_up_afresh() } else { self.index.keep_up_to(self.head, self.holding) } {
            Err(error) => {
                tracing::warn!(%error, "the index cannot be kept on disk, and is made in memory");
                self.index.leave_file()?;
                self.catch_up()
            }
            Ok(()) => Ok(()),
        }
    }

    fn catch_up_afresh(&mut self) -> Result<(), RecordsError> {
        self.index.forget();
        self.catch_up()
    }

    fn rebuild_index(&mut self) -> Result<(), RecordsError> {
        tracing::warn!("the index is damaged and made anew from git");
        match self.writing {
            Some(_) => self.index.begin_anew()?,
            None => self.index.leave_file()?,
        }
        catch_up(&mut self.index, &self.objects, self.head, self.holding)
    }

    fn tip_at(&self, head: Oid) -> Result<Tip, RecordsError> {
        let read = commit::read(&self.objects.read(head)?);
        let root_id = read.ok_or_else(|| self.objects.damaged(head, "it is not a commit"))?.tree;
        Ok(Tip { commit: Some(head), root_id: Some(root_id), root: self.objects.tree(root_id)? })
    }

    /// Whoever only reads does without a tree that is damaged: all that was recorded is in the index.
    fn tip_unread(&self, head: Oid, error: RecordsError) -> Result<Tip, RecordsError> {
        match self.writing.is_none() && matches!(error, RecordsError::Damaged { .. }) {
            true => {
                tracing::warn!(%error, "the newest tree cannot be read");
                Ok(Tip { commit: Some(head), ..Tip::default() })
            }
            false => Err(error),
        }
    }

    /// Drops what waits: it was made upon a head that is no more.
    fn discard(&mut self) -> Result<(), RecordsError> {
        self.objects.forget();
        self.objects.release();
        self.index.forget();
        self.changes.clear();
        self.reload()
    }
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
    match error.hint() {
        Some(hint) => tracing::warn!(%error, hint, "the working files were not brought up to the last record"),
        None => tracing::warn!(%error, "the working files were not brought up to the last record"),
    }
}
