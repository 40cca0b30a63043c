//! The keys of Open Terms Archive's engine that nothing here reads yet.

/// A key that a collection may well set, and that has no effect so far.
#[derive(Debug, PartialEq)]
pub struct UnusedKey {
    /// Its name below the top key; whatever is below it is meant too.
    pub path: &'static str,
    /// What it sets in the reference engine.
    pub about: &'static str,
}

/// Keys that are told apart from misspelt ones.
pub static OF_OPEN_TERMS_ARCHIVE: &[UnusedKey] = &[
    UnusedKey { path: "recorder.versions.storage.mongo", about: "a MongoDB database for versions" },
    UnusedKey { path: "recorder.snapshots.storage.mongo", about: "a MongoDB database for snapshots" },
    UnusedKey { path: "recorder.versions.storage.git.repository", about: "where deployment clones versions from" },
    UnusedKey { path: "recorder.snapshots.storage.git.repository", about: "where deployment clones snapshots from" },
    UnusedKey {
        path: "recorder.snapshots.storage.git.snapshotIdentiferTemplate",
        about: "without effect on snapshots, which name no other record",
    },
    UnusedKey { path: "logger", about: "log lines, and e-mails about errors" },
    UnusedKey { path: "reporter", about: "issues about terms that cannot be tracked" },
    UnusedKey { path: "dataset.publishingSchedule", about: "when datasets are released" },
    UnusedKey { path: "dataset.apiBaseURL", about: "the GitLab that datasets are released on" },
    UnusedKey { path: "dataset.datagouv", about: "releases of datasets on data.gouv.fr" },
    UnusedKey { path: "notifier", about: "e-mails to subscribers, which the reference engine gave up too" },
];
