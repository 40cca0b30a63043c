//! Tells what an existing repository holds, before it is adopted as an archive. Reads commits only, and writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use git2::{BranchType, Oid, Repository};

use super::branch::Branch;
use super::objects::Objects;
use super::repository;
use crate::domain::{Kind, RecordId, TermsKey};
use crate::records::index::{Found, Other, Row, read_through, record_id};
use crate::records::{Author, Holding, RecordsError, message};

/// Branches listed of a repository that has nothing where it is read.
const BRANCHES_LISTED: usize = 5;

/// A repository as somebody else left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    pub holding: Holding,
    pub held: Held,
    /// How its last records were written, so that the next can be written alike.
    pub habits: Habits,
}

/// What a repository holds, read from its commits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
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

/// What the last records tell of how they were made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Habits {
    pub author: Option<Author>,
    /// How versions name their snapshots, with `%SNAPSHOT_ID` for the id.
    pub snapshot_template: Option<String>,
}

/// Reads the whole history of the repository in `folder`, and changes nothing, not even a cache.
///
/// # Errors
/// When there is no repository, or none of its commits is a record; single damaged commits are counted.
pub fn survey(folder: &Path) -> Result<Survey, RecordsError> {
    let repository = repository::open(folder)?;
    let head = head(&repository, folder)?;
    let objects = Objects::of(repository);
    let mut reading = Reading::default();
    read_through(&objects, Some(head), Holding::Snapshots, |id, found| {
        reading.take(id, found.unwrap_or(Found::Other(Other::Damaged)));
    })?;
    let Some(holding) = reading.holding() else {
        return Err(RecordsError::NoRecords { path: folder.to_owned() });
    };
    let habits = habits(&objects, reading.last, reading.last_with_snapshots);
    let held = match holding {
        Holding::Versions => reading.as_versions,
        Holding::Snapshots => reading.as_snapshots,
    };
    Ok(Survey { holding, held, habits })
}

/// One history, read as that of versions and as that of snapshots: which of the two it is turns out at its end.
#[derive(Default)]
struct Reading {
    as_versions: Held,
    as_snapshots: Held,
    last: Option<Oid>,
    last_with_snapshots: Option<Oid>,
}

impl Reading {
    fn take(&mut self, id: Oid, found: Found) {
        let row = match found {
            Found::Record(row) => row,
            Found::Other(other) => {
                self.as_versions.skip(other, id);
                return self.as_snapshots.skip(other, id);
            }
        };
        self.last = Some(id);
        if !row.snapshots.is_empty() {
            self.last_with_snapshots = Some(id);
        }
        match Holding::Versions.may_have(&row.path) {
            true => self.as_versions.count(&row),
            false => self.as_versions.skip(Other::NoRecordFile, id),
        }
        self.as_snapshots.count(&row);
    }

    /// Versions are Markdown throughout; a page served as Markdown makes one snapshot among many.
    fn holding(&self) -> Option<Holding> {
        let (versions, all) = (self.as_versions.len(), self.as_snapshots.len());
        match all {
            0 => None,
            _ if versions * 2 > all => Some(Holding::Versions),
            _ => Some(Holding::Snapshots),
        }
    }
}

impl Held {
    /// How many records there are.
    pub fn len(&self) -> usize {
        self.records.values().sum()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    fn count(&mut self, row: &Row) {
        *self.records.entry(row.kind).or_default() += 1;
        *self.engines.entry(row.engine.clone()).or_default() += 1;
        if !self.terms.contains(&row.path.slot.terms) {
            self.terms.insert(row.path.slot.terms.clone());
        }
        // Dates of technical upgrades by other engines are often wrong.
        if let Some(date) = DateTime::from_timestamp_secs(row.date).filter(|_| row.kind != Kind::TechnicalUpgrade) {
            self.oldest = Some(self.oldest.map_or(date, |oldest| oldest.min(date)));
            self.newest = Some(self.newest.map_or(date, |newest| newest.max(date)));
        }
    }

    fn skip(&mut self, other: Other, id: Oid) {
        let first = || Skipped { count: 0, first: record_id(id) };
        self.skipped.entry(other).or_insert_with(first).count += 1;
    }
}

/// The commit at the end of the branch that is checked out.
fn head(repository: &Repository, folder: &Path) -> Result<Oid, RecordsError> {
    let branch = Branch::checked_out(repository)?;
    branch.position(repository)?.ok_or_else(|| RecordsError::EmptyBranch {
        path: folder.to_owned(),
        branch: branch.short_name().to_owned(),
        others: branches(repository),
    })
}

/// The names of branches that have commits, as `git switch` takes them.
fn branches(repository: &Repository) -> Vec<String> {
    let found = repository.branches(None).into_iter().flatten().flatten();
    let names = found.filter_map(|(branch, kind)| {
        let name = branch.name().ok()??;
        let short = if kind == BranchType::Remote { name.split_once('/')?.1 } else { name };
        (short != "HEAD").then(|| short.to_owned())
    });
    let names: BTreeSet<String> = names.collect();
    names.into_iter().take(BRANCHES_LISTED).collect()
}

fn habits(objects: &Objects, last: Option<Oid>, last_with_snapshots: Option<Oid>) -> Habits {
    let commit = |id: Option<Oid>| objects.repository().find_commit(id?).ok();
    let template = commit(last_with_snapshots).and_then(|commit| message::snapshot_template(commit.message().ok()?));
    let author = commit(last).and_then(|commit| {
        let author = commit.author();
        Some(Author { name: author.name().ok()?.to_owned(), email: author.email().ok()?.to_owned() })
    });
    Habits { author, snapshot_template: template }
}

#[cfg(test)]
mod tests {
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

        let Survey { holding, held: survey, habits } = survey(folder.path()).unwrap();

        assert_eq!(holding, Holding::Versions);
        assert_eq!(habits.snapshot_template.as_deref(), Some("%SNAPSHOT_ID"));
        assert_eq!(habits.author.unwrap().name, "Jane");
        assert!(!folder.path().join(".git/fineprint").exists(), "nothing is written");
        let kinds = [(Kind::First, 2), (Kind::Change, 1), (Kind::TechnicalUpgrade, 1)];
        assert_eq!(survey.records, kinds.into());
        assert_eq!(survey.terms, [terms("A", "Terms of Service"), terms("B", "Imprint")].into());
        assert_eq!(survey.newest.unwrap().to_rfc3339(), "2020-02-29T22:00:00+00:00");
        let skipped: Vec<_> = survey.skipped.iter().map(|(why, skipped)| (*why, skipped.count)).collect();
        assert_eq!(skipped, [(Other::Merge, 1), (Other::OtherSubject, 1), (Other::NoRecordFile, 2)]);
    }

    #[test]
    fn pages_are_told_from_versions() {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "--quiet", "--initial-branch", "main"]);
        for (file, day) in [("A/Imprint.html", 1), ("A/Imprint #a.pdf", 2), ("A/Privacy Policy.md", 3)] {
            commit(folder.path(), file, "1", &format!("2020-01-0{day}T00:00:00Z"), "Start tracking A");
        }
        let bare = tempfile::tempdir().unwrap();
        git(bare.path(), &["clone", "--quiet", "--bare", folder.path().to_str().unwrap(), "."]);

        for path in [folder.path(), bare.path()] {
            let found = survey(path).unwrap();

            assert_eq!((found.holding, found.held.len()), (Holding::Snapshots, 3));
        }
    }

    #[test]
    fn a_repository_without_records_says_where_there_may_be_some() {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "--quiet", "--initial-branch", "main"]);
        commit(folder.path(), "README.md", "hello", "2020-01-01T00:00:00Z", "Begin");
        let without_records = survey(folder.path()).unwrap_err();
        git(folder.path(), &["symbolic-ref", "HEAD", "refs/heads/master"]);

        let on_an_empty_branch = survey(folder.path()).unwrap_err();

        assert!(matches!(without_records, RecordsError::NoRecords { .. }), "{without_records}");
        assert!(on_an_empty_branch.to_string().contains("branch `master` of"), "{on_an_empty_branch}");
        assert!(on_an_empty_branch.hint().unwrap().ends_with("switch main`"));
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

        for key in survey(folder.path()).unwrap().held.terms {
            let in_order = RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::of(&key) };
            let indexed = store.list(&in_order).unwrap().into_iter().map(|entry| format!("{}\n", entry.id));
            let path = format!(":(literal){}/{}.md", key.service, key.terms_type);
            let log = git(folder.path(), &["log", "--no-merges", "--diff-filter=AM", "--format=%H", "--", &path]);
            assert_eq!(indexed.collect::<String>(), log, "{key}");
        }
    }
}
