//! What the index notes of how it was made: what could not be read, and where history began.

use git2::Oid;
use rusqlite::{OptionalExtension, params};

use super::Index;
use crate::records::RecordsError;

/// How many commits that cannot be read are noted.
const UNREAD_NOTED: usize = 32;

/// Bytes of a commit's id.
const ID_BYTES: usize = 20;

impl Index {
    /// Commits that could not be read, some of them: once one can, the index is made anew.
    pub fn unread(&self) -> Result<Vec<Oid>, RecordsError> {
        self.noted("unread")
    }

    /// The commits of a shallow clone at which history began when it was read.
    pub fn boundary(&self) -> Result<Vec<Oid>, RecordsError> {
        self.noted("boundary")
    }

    /// Notes at which commits of a shallow clone history begins.
    pub fn note_boundary(&mut self, commits: &[Oid]) -> Result<(), RecordsError> {
        self.note("boundary", commits)
    }

    /// Notes a commit that cannot be read, to be tried again.
    pub fn note_unread(&mut self, id: Oid) -> Result<(), RecordsError> {
        self.begin()?;
        let mut noted = self.unread()?;
        if noted.len() == UNREAD_NOTED || noted.contains(&id) {
            return Ok(());
        }
        noted.push(id);
        self.note("unread", &noted)
    }

    fn noted(&self, key: &str) -> Result<Vec<Oid>, RecordsError> {
        let query = "SELECT value FROM meta WHERE key = ?";
        let found = self.connection.query_row(query, [key], |row| row.get::<_, Vec<u8>>(0)).optional();
        let ids = found.map_err(self.failed())?.unwrap_or_default();
        Ok(ids.chunks_exact(ID_BYTES).filter_map(|id| Oid::from_bytes(id).ok()).collect())
    }

    fn note(&self, key: &str, commits: &[Oid]) -> Result<(), RecordsError> {
        let bytes: Vec<u8> = commits.iter().flat_map(|id| id.as_bytes().to_vec()).collect();
        let statement = "INSERT OR REPLACE INTO meta VALUES (?, ?)";
        self.connection.execute(statement, params![key, bytes]).map(drop).map_err(self.failed())
    }
}
