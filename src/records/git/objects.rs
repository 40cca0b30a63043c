//! The objects of a repository: those on the disk, and new ones that wait in memory to be packed.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::{ObjectType, Oid, Repository};
use sha1::{Digest, Sha1};

use super::gather::{Gathering, gather};
use super::pack::{self, Keep, Object};
use super::packs::{Packs, Shelf};
use super::tree::Tree;
use crate::records::RecordsError;

/// Largest content that is recorded or read, in bytes.
const MAX_CONTENT_BYTES: usize = 256 << 20;

/// How much may wait in memory before it is packed, in bytes.
const MAX_WAITING_BYTES: usize = 32 << 20;

/// How much is read of the list of commits at which a shallow clone begins, in bytes.
const MAX_BOUNDARY_BYTES: u64 = 4 << 20;

/// Reads and gathers the objects of one repository.
pub struct Objects {
    repository: Repository,
    pack_folder: PathBuf,
    /// What those read from who do not write.
    shelf: Option<Arc<Shelf>>,
    waiting: Vec<Object>,
    places: HashMap<Oid, usize>,
    waiting_bytes: usize,
    /// Packs that the branch does not refer to yet, which git would remove.
    kept: Vec<Keep>,
    /// How many packs are written before the small ones are worth a look.
    packs_until_gathering: usize,
}

impl Objects {
    pub fn of(repository: Repository) -> Self {
        let pack_folder = repository.commondir().join("objects/pack");
        let (waiting, places) = (Vec::new(), HashMap::new());
        let (shelf, kept) = (None, Vec::new());
        Self { repository, pack_folder, shelf, waiting, places, waiting_bytes: 0, kept, packs_until_gathering: 0 }
    }

    /// The objects of a repository that is only read, perhaps by many and for long.
    pub fn to_read(repository: Repository) -> Self {
        let objects = Self::of(repository);
        Self { shelf: Some(Shelf::of(&objects.pack_folder)), ..objects }
    }

    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    pub fn read(&self, id: Oid) -> Result<Vec<u8>, RecordsError> {
        if let Some(place) = self.places.get(&id) {
            return Ok(self.waiting[*place].content.clone());
        }
        if let Some(content) = self.shelf.as_ref().and_then(|shelf| shelf.read(id)) {
            return Ok(content);
        }
        let odb = self.repository.odb().map_err(self.failed("open the objects"))?;
        let (size, _) =
            odb.read_header(id).map_err(|error| self.unread(id, "it is missing or cannot be read", error))?;
        within_limit(size)?;
        let object = odb.read(id).map_err(|error| self.unread(id, "it cannot be read", error))?;
        Ok(object.data().to_vec())
    }

    /// An object that cannot be read is damaged only if its files can: what passes (too many open files), or what a
    /// person can change (whose files they are), says nothing of the object.
    ///
    /// libgit2 passes over packs that it cannot open, and says that the object is not there.
    fn unread(&self, id: Oid, why: &'static str, error: git2::Error) -> RecordsError {
        if error.class() == git2::ErrorClass::Os {
            return self.failed("read an object")(error);
        }
        match self.a_closed_file(id) {
            Err((path, error)) => RecordsError::file("read", &path)(error),
            Ok(()) => self.damaged(id, why),
        }
    }

    /// Fails with the first file that may hold an object and cannot be opened, though it is there.
    fn a_closed_file(&self, id: Oid) -> Result<(), (PathBuf, io::Error)> {
        let packs = fs::read_dir(&self.pack_folder).into_iter().flatten().flatten().map(|file| file.path());
        let packs = packs.filter(|file| file.extension().is_some_and(|kind| kind == "pack" || kind == "idx"));
        for file in std::iter::once(self.loose(id)).chain(packs) {
            match fs::File::open(&file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err((file, error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// The commits of a shallow clone whose parents are not here, in order.
    pub fn boundary(&self) -> Vec<Oid> {
        let listed = fs::File::open(self.repository.commondir().join("shallow"));
        let mut text = String::new();
        // Without the list, what is not here is told as missing.
        let _ = listed.and_then(|file| file.take(MAX_BOUNDARY_BYTES).read_to_string(&mut text));
        let mut commits: Vec<Oid> = text.lines().filter_map(|line| Oid::from_str(line).ok()).collect();
        commits.sort();
        commits
    }

    /// The packs as they are now, for reading all that is in them.
    pub fn packs(&self) -> io::Result<Packs> {
        Packs::of(&self.pack_folder)
    }

    pub fn tree(&self, id: Oid) -> Result<Tree, RecordsError> {
        Tree::read(self.read(id)?).ok_or_else(|| self.damaged(id, "it is not a tree"))
    }

    /// Adds an object, unless the repository has it. What it resembles helps to pack it.
    pub fn add(&mut self, kind: ObjectType, content: Vec<u8>, resembles: Option<Oid>) -> Result<Oid, RecordsError> {
        within_limit(content.len())?;
        let id = id_of(kind, &content);
        let odb = self.repository.odb().map_err(self.failed("open the objects"))?;
        let is_there = odb.exists_ext(id, git2::OdbLookupFlags::NO_REFRESH);
        drop(odb);
        if !self.places.contains_key(&id) && (!is_there || self.may_be_forsaken(id)) {
            self.push(Object { id, kind, content, resembles });
        }
        Ok(id)
    }

    /// Whether an object may be one that nothing refers to any more, which `git gc` removes when it is old enough: those
    /// lie loose, or in a pack of such objects.
    fn may_be_forsaken(&self, id: Oid) -> bool {
        let packs = fs::read_dir(&self.pack_folder).into_iter().flatten().flatten();
        let has_cruft = || packs.map(|file| file.path()).any(|file| file.extension().is_some_and(|e| e == "mtimes"));
        self.loose(id).exists() || has_cruft()
    }

    fn loose(&self, id: Oid) -> PathBuf {
        let hex = id.to_string();
        self.repository.commondir().join("objects").join(&hex[..2]).join(&hex[2..])
    }

    /// Adds an object that names `part`. If that is new, so is this: in an archive of a hundred packs, asking takes a while.
    pub fn add_around(
        &mut self,
        part: Oid,
        kind: ObjectType,
        content: Vec<u8>,
        resembles: Option<Oid>,
    ) -> Result<Oid, RecordsError> {
        if !self.places.contains_key(&part) {
            return self.add(kind, content, resembles);
        }
        within_limit(content.len())?;
        let id = id_of(kind, &content);
        if !self.places.contains_key(&id) {
            self.push(Object { id, kind, content, resembles });
        }
        Ok(id)
    }

    fn push(&mut self, object: Object) {
        self.waiting_bytes += object.content.len();
        self.places.insert(object.id, self.waiting.len());
        self.waiting.push(object);
    }

    /// Whether so much waits that it should be packed before more is added.
    pub fn is_full(&self) -> bool {
        self.waiting_bytes > MAX_WAITING_BYTES
    }

    /// Puts all that waits on the disk, durably.
    pub fn pack(&mut self) -> Result<(), RecordsError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let keep = pack::write(&self.pack_folder, &self.waiting);
        self.kept.push(keep.map_err(RecordsError::file("write a pack in", &self.pack_folder))?);
        let refresh = self.repository.odb().and_then(|odb| odb.refresh());
        refresh.map_err(self.failed("read the new pack"))?;
        self.packs_until_gathering = self.packs_until_gathering.saturating_sub(1);
        self.forget();
        Ok(())
    }

    /// Says that the branch refers to all that was packed, or never will.
    pub fn release(&mut self) {
        self.kept.clear();
    }

    /// Gives up packs that a process kept which died.
    pub fn release_stale(&self) {
        pack::release_stale(&self.pack_folder);
    }

    /// Gathers small packs if there are many. What cannot be gathered stays as it is, and readable.
    pub fn gather(&mut self) {
        if self.packs_until_gathering > 0 {
            return;
        }
        match gather(&self.pack_folder) {
            Ok(Gathering::NotBefore(packs)) => self.packs_until_gathering = packs,
            Ok(Gathering::Done) => self.open_anew(),
            Err(error) => {
                tracing::warn!(%error, "packs were not gathered");
                self.open_anew();
            }
        }
    }

    /// Forgets what libgit2 knows of packs that may be gone.
    fn open_anew(&mut self) {
        if let Ok(fresh) = Repository::open(self.repository.path()) {
            self.repository = fresh;
        }
    }

    /// Drops all that waits.
    pub fn forget(&mut self) {
        self.waiting.clear();
        self.places.clear();
        self.waiting_bytes = 0;
    }

    pub fn damaged(&self, id: Oid, why: &'static str) -> RecordsError {
        RecordsError::Damaged { path: self.folder().to_owned(), id: id.to_string(), why, record: None }
    }

    pub fn failed(&self, attempt: &'static str) -> impl FnOnce(git2::Error) -> RecordsError + use<> {
        RecordsError::git(attempt, self.folder())
    }

    /// The folder people know the repository by.
    pub fn folder(&self) -> &Path {
        self.repository.workdir().unwrap_or(self.repository.path())
    }
}

/// The id git gives to an object.
pub fn id_of(kind: ObjectType, content: &[u8]) -> Oid {
    let mut hash = Sha1::new_with_prefix(format!("{} {}\0", kind.str(), content.len()));
    hash.update(content);
    Oid::from_bytes(&hash.finalize()).expect("a SHA-1 has twenty bytes")
}

fn within_limit(size: usize) -> Result<(), RecordsError> {
    match size > MAX_CONTENT_BYTES {
        true => Err(RecordsError::TooLarge { size, limit: MAX_CONTENT_BYTES }),
        false => Ok(()),
    }
}
