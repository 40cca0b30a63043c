//! Saving: from new content to a commit that waits to be flushed.

use git2::{ObjectType, Oid};

use super::{Desk, Tip};
use crate::domain::{DocumentKey, ENGINE, Kind, New, RecordId, Saved};
use crate::records::git::commit::{self, Commit};
use crate::records::git::names::{Name, newest_of};
use crate::records::git::objects::id_of;
use crate::records::git::tree::{Entry, Tree};
use crate::records::git::worktree::Change;
use crate::records::index::{Row, record_id};
use crate::records::message::{self, Notes};
use crate::records::path::{RecordPath, file_stem};
use crate::records::recordable::kind_of;
use crate::records::{Recordable, RecordsError};

impl Desk {
    /// Makes a commit of new content whose message holds `notes`, unless the tip holds it already.
    ///
    /// Where nothing is recorded yet under the content's name, it continues what is under one of the names `before`.
    pub fn save<T: Recordable>(&mut self, new: &New<T>, notes: &Notes, before: &[Name]) -> Result<Saved, RecordsError> {
        self.may_write()?;
        self.follow()?;
        let content = &new.content;
        let path = RecordPath::new(T::slot(&content.key()), content.extension())?;
        let continued = self.continued(&path.slot, before)?;
        let root = self.root_after(continued.as_ref())?;
        let (folder_id, folder) = self.folder(&root, &path)?;
        let blob = id_of(ObjectType::Blob, content.content());
        let before = files_of(&path.slot, &folder);
        let latest = self.latest_of(&path.slot, &before)?;
        if latest.is_some_and(|entry| entry.name == path.file_name().as_bytes() && entry.id() == blob) {
            return self.unchanged(&path.slot);
        }
        let kind = match &continued {
            // Only the name is another, which says nothing about the service.
            Some(continued) if continued.row.blob == blob => Kind::TechnicalUpgrade,
            continued => kind_of(new.cause, !before.is_empty() || continued.is_some()),
        };
        let message = message::write(kind, &path.slot.terms, notes);
        let date = content.fetched_at().timestamp();

        self.objects.add(ObjectType::Blob, content.content().to_vec(), None)?;
        let mut gone: Vec<_> =
            before.iter().filter_map(|entry| RecordPath::read(path.folder().as_bytes(), entry.name)).collect();
        gone.extend(continued.filter(|continued| continued.is_moved).map(|continued| continued.row.path));
        let emptied = before.iter().fold(folder.clone(), |folder, entry| folder.without(entry.name));
        let folder = emptied.with_file(&path.file_name(), blob);
        let folder_id = self.objects.add_around(blob, ObjectType::Tree, folder.into_bytes(), folder_id)?;
        self.commit(&path, &root, folder_id, date, message)?;
        self.note(path, gone, blob, kind, content.snapshots(), date)
    }

    /// The file that holds the latest content of a slot whose newest record has this path, whoever put it there.
    ///
    /// Other engines leave the old file where a page gets another extension, so there may be several.
    pub fn file_at_tip(&self, recorded: &RecordPath) -> Result<Option<(RecordPath, Oid)>, RecordsError> {
        let mut files = self.files_at_tip(&recorded.slot)?;
        let place = files.iter().position(|(path, _)| path == recorded).unwrap_or(0);
        Ok((!files.is_empty()).then(|| files.swap_remove(place)))
    }

    /// The files of a slot, whatever their extensions.
    pub(super) fn files_at_tip(&self, slot: &DocumentKey) -> Result<Vec<(RecordPath, Oid)>, RecordsError> {
        let Some(entry) = self.tip.root.find(slot.terms.service.as_str()).filter(Entry::is_folder) else {
            return Ok(Vec::new());
        };
        let folder = self.objects.tree(entry.id())?;
        let found = files_of(slot, &folder).into_iter().filter_map(|file| {
            let path = RecordPath::read(slot.terms.service.as_str().as_bytes(), file.name)?;
            Some((path, file.id()))
        });
        Ok(found.collect())
    }

    /// Which of a slot's files holds its latest content.
    fn latest_of<'a>(&mut self, slot: &DocumentKey, files: &[Entry<'a>]) -> Result<Option<Entry<'a>>, RecordsError> {
        if files.len() < 2 {
            return Ok(files.first().copied());
        }
        let recorded = self.ask(|index| index.latest(slot))?.map(|row| row.path.file_name());
        let is_recorded = |entry: &&Entry| recorded.as_ref().is_some_and(|name| entry.name == name.as_bytes());
        Ok(files.iter().find(is_recorded).or(files.first()).copied())
    }

    /// The last record under a former name, while there is none under today's.
    fn continued(&mut self, slot: &DocumentKey, before: &[Name]) -> Result<Option<Continued>, RecordsError> {
        if before.is_empty() || !self.files_at_tip(slot)?.is_empty() {
            return Ok(None);
        }
        let Some(row) = self.ask(|index| newest_of(before, index))? else { return Ok(None) };
        // A name that means something else now keeps its file.
        let is_moved = self.ask(|index| index.latest_id(&row.path.slot))? == Some(record_id(row.id));
        Ok(Some(Continued { row, is_moved }))
    }

    /// The tip's root, without the file that is moved to another name.
    fn root_after(&mut self, continued: Option<&Continued>) -> Result<Tree, RecordsError> {
        let root = self.tip.root.clone();
        let Some(path) = continued.filter(|continued| continued.is_moved).map(|continued| &continued.row.path) else {
            return Ok(root);
        };
        let Some(folder_id) = root.find(path.folder()).filter(Entry::is_folder).map(|entry| entry.id()) else {
            return Ok(root);
        };
        let folder = self.objects.tree(folder_id)?.without(path.file_name().as_bytes());
        if folder.entries().next().is_none() {
            return Ok(root.without(path.folder().as_bytes()));
        }
        let folder_id = self.objects.add(ObjectType::Tree, folder.into_bytes(), Some(folder_id))?;
        Ok(root.with_folder(path.folder(), folder_id))
    }

    /// The folder of a service below `root`.
    fn folder(&self, root: &Tree, path: &RecordPath) -> Result<(Option<Oid>, Tree), RecordsError> {
        let occupied = |by: String| RecordsError::Occupied { path: path.to_string(), occupied: by };
        let Some(entry) = root.find(path.folder()) else { return Ok((None, Tree::default())) };
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
        if let Some(latest) = self.ask(|index| index.latest_id(slot))? {
            return Ok(Saved::Unchanged { latest });
        }
        let file = self.unrecorded(slot)?.map(|row| row.id);
        let latest = file.or(self.tip.commit).map(record_id).expect("a file at the tip is in a commit");
        Ok(Saved::Unchanged { latest })
    }

    fn commit(
        &mut self,
        path: &RecordPath,
        root: &Tree,
        folder_id: Oid,
        date: i64,
        message: String,
    ) -> Result<(), RecordsError> {
        let root = root.with_folder(path.folder(), folder_id);
        let content = root.bytes().to_vec();
        let root_id = self.objects.add_around(folder_id, ObjectType::Tree, content, self.tip.root_id)?;
        let commit = Commit { tree: root_id, parents: self.tip.commit.into_iter().collect(), date, message };
        let unsigned = commit::write(&commit, &self.author);
        let content = match &self.signer {
            Some(signer) => commit::signed(&unsigned, &signer.sign(&unsigned)?),
            None => unsigned,
        };
        let id = self.objects.add_around(root_id, ObjectType::Commit, content.into_bytes(), None)?;
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
        let engine = Some(ENGINE.to_owned());
        let row = Row { id, path, kind, date, blob, engine, snapshots: snapshots.to_vec() };
        if let Err(error) = self.index.add(&row) {
            tracing::warn!(%error, "the index missed a record, which it will read from git");
            self.is_index_behind = true;
        }
        if self.objects.is_full() {
            self.objects.pack()?;
        }
        Ok(Saved::Recorded { id: record_id(id), kind })
    }
}

/// What a record under a new name continues.
struct Continued {
    row: Row,
    /// Whether its file moves along, since nothing else goes by the former name.
    is_moved: bool,
}

/// The files in a folder that hold a record of the same slot, whatever their extension.
fn files_of<'a>(slot: &DocumentKey, folder: &'a Tree) -> Vec<Entry<'a>> {
    let stem = file_stem(slot);
    let is_of_slot = |name: &[u8]| name.strip_prefix(stem.as_bytes()).is_some_and(is_extension);
    folder.entries().filter(|entry| entry.is_file() && is_of_slot(entry.name)).collect()
}

fn is_extension(rest: &[u8]) -> bool {
    rest.split_first().is_some_and(|(dot, rest)| *dot == b'.' && !rest.is_empty() && !rest.contains(&b'.'))
}
