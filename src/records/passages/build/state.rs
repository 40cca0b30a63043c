//! How far the passages are, and which records come next.

use std::collections::BTreeSet;

use chrono::DateTime;
use git2::Oid;
use rusqlite::{Connection, params};

use crate::domain::{Renames, TermsKey};
use crate::records::RecordsError;
use crate::records::git::desk::Desk;
use crate::records::index::{Index, Placed, Position};

/// How far the passages are.
pub struct State<'a> {
    /// What was renamed, and what was so when the passages were begun.
    renames: &'a Renames,
    renames_then: String,
    /// The record up to which all are in.
    covered: Option<Position>,
    /// A first build under way.
    target: Option<Target>,
}

/// A first build: terms by terms, up to a record.
struct Target {
    end: Position,
    /// How many records are in.
    built: usize,
    /// The last of them, and the terms it is of.
    at: Option<(TermsKey, Position)>,
}

impl<'a> State<'a> {
    pub fn read(connection: &Connection, renames: &'a Renames) -> rusqlite::Result<Self> {
        let query =
            "SELECT covered, covered_id, target, target_id, built, at, at_id, at_service, at_terms_type, renames
             FROM progress";
        connection.query_row(query, [], |row| {
            let position = |number: usize, id: usize| -> rusqlite::Result<Option<Position>> {
                let (number, id): (Option<i64>, Option<Vec<u8>>) = (row.get(number)?, row.get(id)?);
                let id = id.and_then(|id| Oid::from_bytes(&id).ok());
                Ok(number.zip(id).map(|(number, id)| Position { number, id }))
            };
            let names: (String, String) = (row.get(7)?, row.get(8)?);
            let terms = names.0.parse().ok().zip(names.1.parse().ok());
            let at = terms.map(|(service, terms_type)| TermsKey::new(service, terms_type)).zip(position(5, 6)?);
            let built = usize::try_from(row.get::<_, i64>(4)?).unwrap_or_default();
            let target = position(2, 3)?.map(|end| Target { end, built, at });
            Ok(Self { renames, renames_then: row.get(9)?, covered: position(0, 1)?, target })
        })
    }

    pub fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let statement = "UPDATE progress SET covered = ?, covered_id = ?, target = ?, target_id = ?, built = ?,
                         at = ?, at_id = ?, at_service = ?, at_terms_type = ?, renames = ?";
        let number = |position: Option<Position>| position.map(|position| position.number);
        let id = |position: Option<Position>| position.map(|position| position.id.as_bytes().to_vec());
        let end = self.target.as_ref().map(|target| target.end);
        let built = self.target.as_ref().map_or(0, |target| target.built);
        let at = self.target.as_ref().and_then(|target| target.at.as_ref());
        let at_end = at.map(|(_, position)| *position);
        let names = at.map(|(terms, _)| (terms.service.as_str(), terms.terms_type.as_str()));
        connection.prepare_cached(statement)?.execute(params![
            number(self.covered),
            id(self.covered),
            number(end),
            id(end),
            built as i64,
            number(at_end),
            id(at_end),
            names.map(|names| names.0).unwrap_or_default(),
            names.map(|names| names.1).unwrap_or_default(),
            as_text(self.renames),
        ])?;
        Ok(())
    }

    /// Whether they were begun with other names than those of today, so that they are to be made anew.
    pub fn is_of_other_names(&self) -> bool {
        (self.covered.is_some() || self.target.is_some()) && self.renames_then != as_text(self.renames)
    }

    /// Whether the records that are in are still where they were in the order of history.
    ///
    /// The last of them is enough: in whatever order history is read, all that a commit is built upon comes before it.
    pub fn fits(&self, desk: &mut Desk) -> Result<bool, RecordsError> {
        let target = self.target.as_ref();
        let at = target.and_then(|target| target.at.as_ref()).map(|(_, position)| *position);
        let positions = [self.covered, target.map(|target| target.end), at];
        for position in positions.into_iter().flatten() {
            if !desk.ask(|index| index.holds(position))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub fn is_complete(&self, end: Option<Position>) -> bool {
        self.target.is_none() && self.covered == end
    }

    /// How many records are in.
    pub fn done(&self) -> usize {
        let covered = self.covered.map_or(0, |covered| usize::try_from(covered.number).unwrap_or_default());
        self.target.as_ref().map_or(covered, |target| target.built)
    }

    /// Begins a first build, if nothing is there and none is under way.
    pub fn aim_at(&mut self, end: Option<Position>) {
        if self.covered.is_none() && self.target.is_none() {
            self.target = end.map(|end| Target { end, built: 0, at: None });
        }
    }

    /// The records that come next, by today's names, and whether these are all.
    pub fn next(&self, desk: &mut Desk, limit: usize) -> Result<(Vec<Placed>, bool), RecordsError> {
        let mut records = match &self.target {
            Some(target) => target.next(desk, self.renames, limit)?,
            None => desk.ask(|index| index.after(self.covered.map_or(0, |covered| covered.number), limit))?,
        };
        for record in &mut records {
            record.terms = today(self.renames, record);
        }
        let is_all = records.len() < limit;
        Ok((records, is_all))
    }

    /// Notes that a record is in.
    pub fn pass(&mut self, record: &Placed) {
        match &mut self.target {
            Some(target) => {
                target.built += 1;
                target.at = Some((record.terms.clone(), record.position));
            }
            None => self.covered = Some(record.position),
        }
    }

    /// Notes that all records are in that were meant.
    pub fn arrive(&mut self) {
        if let Some(target) = self.target.take() {
            self.covered = Some(target.end);
        }
    }
}

impl Target {
    fn next(&self, desk: &mut Desk, renames: &Renames, limit: usize) -> Result<Vec<Placed>, RecordsError> {
        let mut records = Vec::new();
        let recorded = desk.ask(Index::all_terms)?;
        let all: BTreeSet<TermsKey> = recorded.iter().flat_map(|terms| renames.meanings(terms)).collect();
        let at = self.at.as_ref();
        for terms in all.iter().filter(|terms| at.is_none_or(|(at, _)| *terms >= at)) {
            let after = at.filter(|(at, _)| at == terms).map_or(0, |(_, position)| position.number);
            self.extend(&mut records, desk, renames, terms, after, limit)?;
            if records.len() == limit {
                break;
            }
        }
        Ok(records)
    }

    /// Adds records of one terms after a number, up to so many in all.
    fn extend(
        &self,
        records: &mut Vec<Placed>,
        desk: &mut Desk,
        renames: &Renames,
        terms: &TermsKey,
        mut after: i64,
        limit: usize,
    ) -> Result<(), RecordsError> {
        let names: Vec<TermsKey> = renames
            .names(Some(&terms.service), Some(&terms.terms_type))
            .into_iter()
            .filter_map(|name| Some(TermsKey::new(name.service?, name.terms_type?)))
            .collect();
        while records.len() < limit {
            let wanted = limit - records.len();
            let found = desk.ask(|index| index.span_of(&names, (after, self.end.number), wanted))?;
            let (is_all, last) = (found.len() < wanted, found.last().map(|record| record.position.number));
            // A name that has come to mean something else has records of both.
            records.extend(found.into_iter().filter(|record| today(renames, record) == *terms));
            after = last.unwrap_or(after);
            if is_all {
                break;
            }
        }
        Ok(())
    }
}

/// What the terms of a record is called today.
fn today(renames: &Renames, record: &Placed) -> TermsKey {
    renames.current(&record.terms, DateTime::from_timestamp_secs(record.date).unwrap_or_default())
}

/// Equal for equal renames.
fn as_text(renames: &Renames) -> String {
    if renames.is_empty() { String::new() } else { format!("{renames:?}") }
}
