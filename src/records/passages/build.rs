//! Makes the passages from the records, a batch at a time.
//!
//! A first build goes through the history of one terms after the other, since git unpacks the versions of one file
//! quickly in a row; what is recorded afterwards is added in its order.

mod state;

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use git2::Oid;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::contents::{Added, Comparer, Contents};
use super::file::clear;
use super::words::words;
use super::{Advance, Passages, Progress};
use crate::domain::{Renames, TermsKey};
use crate::records::RecordsError;
use crate::records::git::desk::Desk;
use crate::records::git::objects::Objects;
use crate::records::index::{self, Index, Placed, Position};
use state::State;

/// What a batch holds at most, in records and in bytes of their texts, and how long it goes on.
const BATCH_RECORDS: usize = 1000;
const BATCH_BYTES: usize = 32 << 20;
const BATCH_TIME: Duration = Duration::from_secs(1);

/// How many contents that cannot be read are noted, to be tried again.
const UNREAD_NOTED: i64 = 32;

impl Passages {
    /// Takes in some more records, if there are any: as many as take a second at most.
    ///
    /// # Errors
    /// When the repository or the file of passages cannot be read or written.
    pub fn advance(&mut self) -> Result<Advance, RecordsError> {
        match self.batch() {
            Err(error) if Index::is_damage(&error) => {
                tracing::warn!(%error, "the passages are damaged and made anew from git");
                self.file.replace()?;
                self.batch()
            }
            Err(error) if Index::is_in_use(&error) => Ok(Advance::Elsewhere(self.progress()?)),
            other => other,
        }
    }

    /// How far the passages are.
    ///
    /// # Errors
    /// When the repository or the file of passages cannot be read.
    pub fn progress(&mut self) -> Result<Progress, RecordsError> {
        let end = self.desk.ask(Index::end)?;
        let state = State::read(&self.file.connection, &self.renames).map_err(self.file.failed())?;
        let fits = state.fits(&mut self.desk)? && !state.is_of_other_names();
        Ok(progress(if fits { state.done() } else { 0 }, end))
    }

    fn batch(&mut self) -> Result<Advance, RecordsError> {
        let end = self.desk.ask(Index::end)?;
        let state = State::read(&self.file.connection, &self.renames).map_err(self.file.failed())?;
        let fits = state.fits(&mut self.desk)? && !state.is_of_other_names();
        let is_mended = is_mended(&self.file.connection, self.desk.objects()).map_err(self.file.failed())?;
        if fits && !is_mended && state.is_complete(end) {
            return Ok(Advance::Complete(progress(state.done(), end)));
        }
        let failed = self.file.failed();
        let transaction = self.file.transaction()?;
        let written = write_batch(&mut self.desk, &transaction, &self.renames, end);
        let state =
            written.and_then(|state| Ok(transaction.commit().map(|()| state)?)).map_err(|fault| match fault {
                Fault::File(error) => failed(error),
                Fault::Repository(error) => error,
            })?;
        let progress = progress(state.done(), end);
        Ok(if state.is_complete(end) { Advance::Complete(progress) } else { Advance::Further(progress) })
    }
}

fn progress(done: usize, end: Option<Position>) -> Progress {
    let records = end.map_or(0, |end| usize::try_from(end.number).unwrap_or_default());
    Progress { done: done.min(records), records }
}

/// What stands in the way of a batch.
#[derive(Debug)]
enum Fault {
    File(rusqlite::Error),
    Repository(RecordsError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::File(error)
    }
}

impl From<RecordsError> for Fault {
    fn from(error: RecordsError) -> Self {
        Self::Repository(error)
    }
}

fn write_batch<'a>(
    desk: &mut Desk,
    transaction: &Transaction,
    renames: &'a Renames,
    end: Option<Position>,
) -> Result<State<'a>, Fault> {
    // Another process may have gone on since.
    let mut state = State::read(transaction, renames)?;
    if state.is_of_other_names() || !state.fits(desk)? || is_mended(transaction, desk.objects())? {
        tracing::info!("history or names are others than those of the passages, or mended: they are made anew");
        clear(transaction)?;
        state = State::read(transaction, renames)?;
    }
    state.aim_at(end);
    let (records, is_all) = state.next(desk, BATCH_RECORDS)?;
    let mut batch =
        Batch { objects: desk.objects(), transaction, comparer: Comparer::default(), before: HashMap::new() };
    let (start, mut bytes, mut taken) = (Instant::now(), 0, 0);
    for record in &records {
        bytes += batch.take(record)?;
        state.pass(record);
        taken += 1;
        if bytes > BATCH_BYTES || start.elapsed() > BATCH_TIME {
            break;
        }
    }
    if is_all && taken == records.len() {
        state.arrive();
    }
    state.write(transaction)?;
    Ok(state)
}

/// Whether a content can be read that could not.
fn is_mended(connection: &Connection, objects: &Objects) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached("SELECT blob FROM unread")?;
    let mut unread = statement.query_map([], |row| index::oid(row, 0))?;
    unread.try_fold(false, |is_mended, blob| Ok(is_mended || objects.read(blob?).is_ok()))
}

fn note_unread(connection: &Connection, blob: Oid) -> rusqlite::Result<()> {
    let statement = "INSERT OR IGNORE INTO unread SELECT ? WHERE (SELECT count(*) FROM unread) < ?";
    connection.prepare_cached(statement)?.execute(params![blob.as_bytes(), UNREAD_NOTED]).map(drop)
}

/// Records on their way into the file.
struct Batch<'a> {
    objects: &'a Objects,
    transaction: &'a Transaction<'a>,
    comparer: Comparer,
    /// What the terms that were met held last.
    before: HashMap<i64, (Option<i64>, Contents)>,
}

impl Batch<'_> {
    /// Takes in a record; how many bytes its text has.
    fn take(&mut self, record: &Placed) -> Result<usize, Fault> {
        let content = match self.objects.read(record.blob) {
            Ok(content) => content,
            // One damaged object takes no more with it than the record it belongs to.
            Err(error @ (RecordsError::Damaged { .. } | RecordsError::TooLarge { .. })) => {
                let (id, terms) = (record.position.id, &record.terms);
                tracing::warn!(%error, record.id = %id, %terms, "a version cannot be searched");
                // What is too large stays so.
                if matches!(error, RecordsError::Damaged { .. }) {
                    note_unread(self.transaction, record.blob)?;
                }
                return Ok(0);
            }
            Err(error) => return Err(error.into()),
        };
        let terms = self.terms(&record.terms)?;
        let (last, before) = match self.before.remove(&terms) {
            Some(known) => known,
            None => self.standing(terms)?,
        };
        let (now, added) = self.comparer.contents(&String::from_utf8_lossy(&content), &before);
        let version = self.version(terms, record)?;
        for new in added {
            self.add(terms, version, record.date, &new)?;
        }
        for gone in before.digests.difference(&now.digests) {
            let statement = "UPDATE passages SET last = ?, gone = ?, gone_date = ? WHERE terms = ? AND digest = ?";
            self.transaction.prepare_cached(statement)?.execute(params![last, version, record.date, terms, gone])?;
        }
        self.before.insert(terms, (Some(version), now));
        Ok(content.len())
    }

    fn terms(&self, terms: &TermsKey) -> rusqlite::Result<i64> {
        let names = [terms.service.as_str(), terms.terms_type.as_str()];
        let query = "SELECT id FROM terms WHERE service = ? AND terms_type = ?";
        if let Some(id) = self.transaction.prepare_cached(query)?.query_row(names, |row| row.get(0)).optional()? {
            return Ok(id);
        }
        self.transaction.prepare_cached("INSERT INTO terms (service, terms_type) VALUES (?, ?)")?.insert(names)
    }

    /// The last version of a terms, and its passages.
    fn standing(&self, terms: i64) -> rusqlite::Result<(Option<i64>, Contents)> {
        let query = "SELECT latest FROM terms WHERE id = ?";
        let latest = self.transaction.prepare_cached(query)?.query_row([terms], |row| row.get(0))?;
        let query = "SELECT digest FROM passages WHERE terms = ? AND gone IS NULL";
        let mut statement = self.transaction.prepare_cached(query)?;
        let digests: HashSet<i64> = statement.query_map([terms], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok((latest, Contents::known(digests)))
    }

    fn version(&self, terms: i64, record: &Placed) -> rusqlite::Result<i64> {
        let statement = "INSERT INTO versions (record, date) VALUES (?, ?)";
        let id = record.position.id;
        let version = self.transaction.prepare_cached(statement)?.insert(params![id.as_bytes(), record.date])?;
        let statement = "UPDATE terms SET latest = ? WHERE id = ?";
        self.transaction.prepare_cached(statement)?.execute([version, terms])?;
        Ok(version)
    }

    fn add(&self, terms: i64, version: i64, date: i64, new: &Added) -> rusqlite::Result<()> {
        let query = "SELECT id, gone, gone_date FROM passages WHERE terms = ? AND digest = ?";
        let known = |row: &Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let found = self.transaction.prepare_cached(query)?.query_row([terms, new.digest], known).optional()?;
        if let Some((passage, gone, gone_date)) = found {
            return self.bring_back(passage, [gone, version, gone_date, date]);
        }
        let statement = "INSERT INTO passages (terms, digest, first, first_date) VALUES (?, ?, ?, ?)";
        let id = self.transaction.prepare_cached(statement)?.insert([terms, new.digest, version, date])?;
        self.transaction.prepare_cached("INSERT INTO texts VALUES (?, ?)")?.execute(params![id, new.text])?;
        let folded: Vec<String> = words(&new.text).into_iter().map(|word| word.folded).collect();
        let statement = "INSERT INTO words (rowid, folded) VALUES (?, ?)";
        self.transaction.prepare_cached(statement)?.execute(params![id, folded.join(" ")])?;
        Ok(())
    }

    /// Notes that a passage is there again, after a gap of two versions and their dates.
    fn bring_back(&self, passage: i64, gap: [i64; 4]) -> rusqlite::Result<()> {
        let statement = "UPDATE passages SET last = NULL, gone = NULL, gone_date = NULL WHERE id = ?";
        self.transaction.prepare_cached(statement)?.execute([passage])?;
        let statement = "INSERT OR IGNORE INTO gaps (gone, back, gone_date, back_date) VALUES (?, ?, ?, ?)";
        self.transaction.prepare_cached(statement)?.execute(gap)?;
        let statement = "INSERT OR IGNORE INTO absences SELECT ?, id FROM gaps WHERE gone = ? AND back = ?";
        self.transaction.prepare_cached(statement)?.execute([passage, gap[0], gap[1]]).map(drop)
    }
}
