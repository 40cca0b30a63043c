//! Commits and trees of a history: as libgit2 reads them, and from the packs themselves once they are many.

use git2::Oid;

use crate::records::RecordsError;
use crate::records::git::commit::{self, Commit};
use crate::records::git::objects::Objects;
use crate::records::git::packs::Packs;
use crate::records::git::tree::Tree;

/// So many objects are read before the packs are opened, which takes a while in an archive of millions.
const FEW: usize = 1_000;

/// Reads the objects of one repository in large numbers.
pub struct Source<'a> {
    objects: &'a Objects,
    packs: Option<Packs>,
    objects_read: usize,
}

impl<'a> Source<'a> {
    pub fn of(objects: &'a Objects) -> Self {
        Self { objects, packs: None, objects_read: 0 }
    }

    pub fn objects(&self) -> &'a Objects {
        self.objects
    }

    pub fn commit(&mut self, id: Oid) -> Result<Commit, RecordsError> {
        commit::read(&self.read(id)?).ok_or_else(|| self.objects.damaged(id, "it is not a commit"))
    }

    pub fn parents(&mut self, id: Oid) -> Result<Vec<Oid>, RecordsError> {
        commit::parents(&self.read(id)?).ok_or_else(|| self.objects.damaged(id, "it is not a commit"))
    }

    pub fn tree(&mut self, id: Oid) -> Result<Tree, RecordsError> {
        Tree::read(self.read(id)?).ok_or_else(|| self.objects.damaged(id, "it is not a tree"))
    }

    fn read(&mut self, id: Oid) -> Result<Vec<u8>, RecordsError> {
        self.objects_read += 1;
        if self.objects_read == FEW {
            // Without them, it takes longer.
            self.packs = self.objects.packs().ok();
        }
        match self.packs.as_mut().and_then(|packs| packs.read(id)) {
            Some(content) => Ok(content.to_vec()),
            None => self.objects.read(id),
        }
    }
}
