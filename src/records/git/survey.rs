//! Tells what an existing repository holds, before it is adopted as an archive.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::desk::Desk;
use crate::domain::{Kind, RecordId, TermsKey};
use crate::records::RecordsError;
use crate::records::index::{Found, Other, Row, read_through, record_id};

/// What a repository holds, read from its commits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// How many records there are of each kind.
    pub records: BTreeMap<Kind, usize>,
    /// How many records each engine made; before 2025 they do not tell.
    pub engines: BTreeMap<Option<String>, usize>,
    pub terms: BTreeSet<TermsKey>,
    pub oldest: Option<DateTime<Utc>>,
    pub newest: Option<DateTime<Utc>>,
    /// Commits that are not records, and why, with the first of each sort.
    pub skipped: BTreeMap<Other, Skipped>,
}

/// Commits of one sort that are not records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub count: usize,
    pub first: RecordId,
}

/// Reads the whole history, and changes nothing.
pub fn survey(desk: &Desk) -> Result<Survey, RecordsError> {
    let mut survey = Survey::default();
    read_through(desk.objects(), desk.head(), desk.lies_at(), |id, found| match found {
        Found::Record(row) => survey.count(row),
        Found::Other(other) => {
            let first = || Skipped { count: 0, first: record_id(id) };
            survey.skipped.entry(other).or_insert_with(first).count += 1;
        }
    })?;
    Ok(survey)
}

impl Survey {
    fn count(&mut self, row: Row) {
        *self.records.entry(row.kind).or_default() += 1;
        *self.engines.entry(row.engine).or_default() += 1;
        self.terms.insert(row.path.slot.terms);
        // Dates of technical upgrades by other engines are often wrong.
        if let Some(date) = DateTime::from_timestamp_secs(row.date).filter(|_| row.kind != Kind::TechnicalUpgrade) {
            self.oldest = Some(self.oldest.map_or(date, |oldest| oldest.min(date)));
            self.newest = Some(self.newest.map_or(date, |newest| newest.max(date)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::{New, Version};
    use crate::records::contract::{kind, terms, version};
    use crate::records::git::GitStore;
    use crate::records::git::tests::git;
    use crate::records::{GitConfig, Order, RecordFilter, RecordStore};

    /// Commits a file as another engine, or a person, did.
    fn commit(folder: &Path, path: &str, content: &str, date: &str, message: &str) {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
        git(folder, &["add", "."]);
        git(folder, &["commit", "--quiet", "--date", date, "--message", message]);
    }

    /// A history of all that real ones hold: old words, merges, people's commits, dates that go back.
    fn old_history(folder: &Path) {
        git(folder, &["init", "--quiet", "--initial-branch", "main"]);
        commit(folder, "README.md", "# Versions", "2020-01-01T00:00:00Z", "Update README");
        commit(folder, "A/Terms of Service.md", "1", "2020-02-01T00:00:00Z", "Start tracking A Terms of Service");
        let old = format!(
            "Update A Terms of Service\n\nThis version was recorded after filtering snapshot {}",
            "c".repeat(40)
        );
        commit(folder, "A/Terms of Service.md", "2", "2020-03-01T00:00:00+02:00", &old);
        git(folder, &["checkout", "--quiet", "-b", "side", "HEAD~1"]);
        commit(folder, "B/Imprint.md", "1", "2020-02-15T00:00:00Z", "First record of B Imprint");
        git(folder, &["checkout", "--quiet", "main"]);
        git(folder, &["merge", "--quiet", "--no-edit", "side"]);
        commit(folder, "A/Terms of Service.md", "3", "2020-02-20T00:00:00Z", "Refilter A Terms of Service");
        commit(folder, ".github/ci.yml", "x", "2020-05-01T00:00:00Z", "Update ci.yml");
        git(folder, &["mv", "B", "Bee"]);
        git(folder, &["commit", "--quiet", "--message", "Rename B"]);
    }

    #[test]
    fn an_old_history_is_understood() {
        let folder = tempfile::tempdir().unwrap();
        old_history(folder.path());

        let store = GitStore::<Version>::open_for_reading(folder.path(), &GitConfig::at("")).unwrap();
        let survey = store.survey().unwrap();

        let kinds = [(Kind::First, 2), (Kind::Change, 1), (Kind::TechnicalUpgrade, 1)];
        assert_eq!(survey.records, kinds.into());
        assert_eq!(survey.terms, [terms("A", "Terms of Service"), terms("B", "Imprint")].into());
        assert_eq!(survey.newest.unwrap().to_rfc3339(), "2020-02-29T22:00:00+00:00");
        let skipped: Vec<_> = survey.skipped.iter().map(|(why, skipped)| (*why, skipped.count)).collect();
        assert_eq!(skipped, [(Other::Merge, 1), (Other::OtherSubject, 1), (Other::NoRecordFile, 2)]);
    }

    #[test]
    fn an_old_history_is_continued() {
        let folder = tempfile::tempdir().unwrap();
        old_history(folder.path());
        let store = GitStore::<Version>::open(folder.path(), &GitConfig::at("")).unwrap();
        let of = |service: &str, terms_type, text: &str| Version {
            terms: terms(service, terms_type),
            ..version(9, text, &[])
        };

        let changed = store.save(New::tracked(of("A", "Terms of Service", "4"))).unwrap();
        let renamed = store.save(New::tracked(of("Bee", "Imprint", "1"))).unwrap();
        store.flush().unwrap();

        assert_eq!(kind(&changed), Some(Kind::Change));
        assert_eq!(kind(&renamed), None, "a renamed file is still there");
        let snapshots = store.list(&RecordFilter::of(&terms("A", "Terms of Service"))).unwrap();
        let named: Vec<usize> = snapshots.iter().map(|entry| entry.snapshots.len()).collect();
        assert_eq!(named, [0, 1, 0, 0]);
        assert_eq!(git(folder.path(), &["status", "--porcelain"]), "");
    }

    #[test]
    fn the_index_agrees_with_git_log_on_every_path() {
        let folder = tempfile::tempdir().unwrap();
        old_history(folder.path());
        let store = GitStore::<Version>::open(folder.path(), &GitConfig::at("")).unwrap();
        for number in 0..60 {
            let key = terms(["A", "B", "-C", ":(top)"][number % 4], ["Imprint", "[I]mprint"][number % 3 % 2]);
            let text = Version { terms: key, ..version(1 + number as u32 % 28, &format!("text {number}"), &[]) };
            store.save(New::tracked(text)).unwrap();
        }
        store.flush().unwrap();

        for key in store.survey().unwrap().terms {
            let in_order = RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::of(&key) };
            let indexed = store.list(&in_order).unwrap().into_iter().map(|entry| format!("{}\n", entry.id));
            let path = format!(":(literal){}/{}.md", key.service, key.terms_type);
            let log = git(folder.path(), &["log", "--no-merges", "--diff-filter=AM", "--format=%H", "--", &path]);
            assert_eq!(indexed.collect::<String>(), log, "{key}");
        }
    }
}
