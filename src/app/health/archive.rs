//! Looks whether records could be made now: opens the repositories and the record of checks as a run does.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Finding, State};
use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::checks::{ChecksError, Ledger};
use crate::domain::{Snapshot, Version};
use crate::records::{
    GitConfig, GitStore, Published, RecordFilter, RecordStore, Recordable, RecordsError, rehearse_publishing,
};

/// Below so much free space, something is about to go wrong, in MB.
const LITTLE_SPACE: u64 = 1_000;
/// Below so much, nothing can be recorded safely.
const TOO_LITTLE_SPACE: u64 = 100;

/// How far clocks may differ before it matters.
const AHEAD: TimeDelta = TimeDelta::hours(1);

/// What is there beside a repository, which tells whether its absence is odd.
struct Surroundings {
    /// Terms that the record of checks knows.
    checked: usize,
    has_sibling: bool,
}

/// All that concerns the archive.
pub fn findings(app: &App) -> Vec<Finding> {
    let recorder = &app.config.recorder;
    let (checks, checked) = checks(&app.config.checks_path());
    let around = |sibling: &GitConfig| Surroundings { checked, has_sibling: is_repository(&sibling.path) };
    vec![
        repository::<Snapshot>("snapshots", &recorder.snapshots, &around(&recorder.versions)),
        repository::<Version>("versions", &recorder.versions, &around(&recorder.snapshots)),
        checks,
        space(&recorder.versions.path),
    ]
}

fn repository<T: Recordable>(name: &'static str, git: &GitConfig, around: &Surroundings) -> Finding {
    if !is_repository(&git.path) && !git.path.is_file() {
        return missing(name, &git.path, around);
    }
    match usable::<T>(git) {
        Ok(Some(date)) if date > Utc::now() + AHEAD => {
            let detail = format!("the last record is of {}, which is yet to come", date.format("%Y-%m-%d %H:%M UTC"));
            Finding::new(name, State::Warning, detail).with_hint(Some(
                "set the clock if it is slow; if it was fast then, records of today come before that one",
            ))
        }
        Ok(_) => published(name, git),
        // Somebody is recording in it, which is the best of signs.
        Err(error @ RecordsError::Locked { .. }) => Finding::new(name, State::Fine, error.to_string()),
        Err(error) => Finding::new(name, State::Problem, error.to_string()).with_hint(error.hint().as_deref()),
    }
}

/// Does what a run does first, and reads what was recorded last; gives its date.
fn usable<T: Recordable>(git: &GitConfig) -> Result<Option<DateTime<Utc>>, RecordsError> {
    let store = GitStore::<T>::open(&git.path, git)?;
    let newest = store.list(&RecordFilter { limit: Some(1), ..RecordFilter::default() })?;
    for entry in &newest {
        store.find(&entry.id)?;
    }
    Ok(newest.first().map(|entry| entry.date))
}

/// Asks the remote, where records are pushed to one. Where git itself cannot be run, that is told apart.
fn published(name: &'static str, git: &GitConfig) -> Finding {
    let fine = || Finding::new(name, State::Fine, format!("`{}`", git.path.display()));
    if !git.publish || !is_installed("git") {
        return fine();
    }
    match rehearse_publishing(&git.path) {
        Ok(Published::UpToDate) => fine(),
        Ok(Published::Pushed) => {
            let detail = format!("`{}`, of which a part is not published yet", git.path.display());
            let hint = format!("unless a run is at work, `git -C '{}' push` tells why not", git.path.display());
            Finding::new(name, State::Warning, detail).with_hint(Some(&hint))
        }
        Err(error) => Finding::new(name, State::Problem, error.to_string()).with_hint(error.hint().as_deref()),
    }
}

fn is_repository(path: &Path) -> bool {
    path.join(".git").exists() || path.join("HEAD").exists()
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// A new collection has no repositories yet; one that was at work has, unless its path is misspelt or not mounted.
fn missing(name: &'static str, path: &Path, around: &Surroundings) -> Finding {
    let detail = format!("there is no repository in `{}`", path.display());
    let hint = format!("correct `recorder.{name}.storage.git.path`, or mount it: the next run would begin anew");
    match (around.has_sibling, around.checked) {
        (true, 0) => Finding::new(name, State::Warning, format!("{detail}, though its sibling exists")),
        (false, 0) => return begun_later(name, path),
        (_, checked) => {
            Finding::new(name, State::Problem, format!("{detail}, though {checked} terms have been checked"))
        }
    }
    .with_hint(Some(&hint))
}

/// Tries to write where the repository would be made; nothing is left behind.
fn begun_later(name: &'static str, path: &Path) -> Finding {
    let Some(existing) = existing(path) else {
        return Finding::new(name, State::Problem, format!("`{}` leads nowhere", path.display()));
    };
    let detail = format!("`{}`, made at the first record", path.display());
    match tempfile::tempfile_in(existing) {
        Ok(_) => Finding::new(name, State::Fine, detail),
        Err(error) => Finding::new(name, State::Problem, format!("{detail}: cannot be written to: {error}"))
            .with_hint(Some("let the user that runs fineprint own this folder")),
    }
}

/// The record of checks, and how many terms it knows. It is only read: recording alone brings an older one up to date.
fn checks(path: &Path) -> (Finding, usize) {
    const NAME: &str = "checks";
    match Ledger::open_for_reading(path).and_then(|ledger| ledger.terms()) {
        Err(ChecksError::Missing { .. }) => {
            (Finding::new(NAME, State::Fine, format!("`{}`, made at the first run", path.display())), 0)
        }
        Err(error) => (Finding::new(NAME, State::Problem, error.to_string()).with_hint(error.hint()), 0),
        Ok(terms) => match OpenOptions::new().append(true).open(path) {
            Ok(_) => {
                (Finding::new(NAME, State::Fine, format!("`{}`, {} terms", path.display(), terms.len())), terms.len())
            }
            Err(error) => {
                let detail = format!("`{}` cannot be written to: {error}", path.display());
                let finding = Finding::new(NAME, State::Problem, detail);
                (finding.with_hint(Some("let the user that runs fineprint own this file")), terms.len())
            }
        },
    }
}

fn space(path: &Path) -> Finding {
    let free = existing(path).and_then(|existing| rustix::fs::statvfs(existing).ok());
    let Some(megabytes) = free.map(|free| free.f_bavail * free.f_frsize / 1_000_000) else {
        return Finding::new("disk", State::Warning, "how much space is free cannot be told");
    };
    let state = match megabytes {
        0..TOO_LITTLE_SPACE => State::Problem,
        TOO_LITTLE_SPACE..LITTLE_SPACE => State::Warning,
        _ => State::Fine,
    };
    let hint = (state != State::Fine).then_some("make room before the next run");
    Finding::new("disk", state, format!("{megabytes} MB free")).with_hint(hint)
}

/// The path itself, or the nearest folder above that exists.
fn existing(path: &Path) -> Option<PathBuf> {
    path.ancestors()
        .map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above })
        .find(|above| above.is_dir())
        .map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_that_does_not_exist_yet_needs_a_folder_to_be_made_in() {
        let folder = tempfile::tempdir().unwrap();
        let around = Surroundings { checked: 0, has_sibling: false };

        assert_eq!(missing("versions", &folder.path().join("data/versions"), &around).state, State::Fine);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
