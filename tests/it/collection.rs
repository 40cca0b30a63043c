//! A collection in a temporary folder, and the `fineprint` binary at work on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::site::{Page, Site};

/// A collection that a test declares and tracks.
pub struct TestCollection {
    folder: TempDir,
}

/// What a command printed and how it ended.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl TestCollection {
    /// An empty collection that may track the loopback interface without pauses.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let collection = Self { folder };
        collection.configure(json!({}));
        fs::create_dir(collection.path("declarations")).unwrap();
        collection
    }

    /// A collection with one terms of this service, a page of the site that can be read.
    pub fn declaring(site: &Site, service: &str) -> Self {
        site.put("/terms", Page::terms("You may leave at any time."));
        let collection = Self::new();
        collection.declare(service, "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
        collection
    }

    /// Sets keys under `fetcher`, beside those that tests need.
    pub fn configure(&self, fetcher: Value) {
        // Tests that need a browser say so: the others are the same with and without one.
        let mut settings = json!({
            "allowPrivateAddresses": true, "hostDelay": 0, "navigationTimeout": 5000, "browser": "/nowhere/chromium",
            "robots": "ignore",
        });
        settings.as_object_mut().unwrap().extend(fetcher.as_object().unwrap().clone());
        let store = |name: &str| {
            json!({ "storage": { "type": "git", "git": {
                "path": format!("./{name}"),
                "snapshotIdentiferTemplate": "./snapshots/%SNAPSHOT_ID",
                "author": { "name": "Test Bot", "email": "bot@collection.example" },
            } } })
        };
        let config = json!({ "@opentermsarchive/engine": {
            "fetcher": settings,
            "recorder": { "versions": store("versions"), "snapshots": store("snapshots") },
        } });
        self.write("config/default.json", &config.to_string());
        // Pages of tests are far too short to be believed.
        self.set_gate(json!({ "enabled": false }));
    }

    /// Sets keys under `gate`, which is open otherwise.
    pub fn set_gate(&self, gate: Value) {
        self.write("config/development.json", &json!({ "fineprint": { "gate": gate } }).to_string());
    }

    pub fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Declares a service with one terms.
    pub fn declare(&self, service: &str, terms_type: &str, terms: Value) {
        let declaration = json!({ "name": service, "terms": { terms_type: terms } });
        self.write(&format!("declarations/{service}.json"), &declaration.to_string());
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A command on this collection that has not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fineprint"));
        command.arg("--collection").arg(self.folder.path()).args(arguments);
        for variable in ["NODE_ENV", "NODE_CONFIG", "RUST_LOG", "HTTP_PROXY", "http_proxy"] {
            command.env_remove(variable);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// Runs a command as a person whom git knows.
    pub fn run_as_jane(&self, arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        command.envs([("GIT_AUTHOR_NAME", "Jane Doe"), ("GIT_AUTHOR_EMAIL", "jane@collection.example")]);
        Ran::from(command.output().unwrap())
    }

    /// Runs `track`, which must go to its end, whatever it finds.
    pub fn track(&self) -> Ran {
        let ran = self.run(&["track", "--fail-on", "never"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran
    }

    pub fn git(&self, repository: &str, arguments: &[&str]) -> String {
        git(&self.path(repository), arguments)
    }

    /// Plain git at work for a person rather than for fineprint.
    pub fn git_by_hand(&self, repository: &str, arguments: &[&str]) -> String {
        let identity = ["-c", "user.name=A Person", "-c", "user.email=person@collection.example"];
        self.git(repository, &[&identity[..], arguments].concat())
    }

    /// Commits a file as a person does.
    pub fn commit_by_hand(&self, repository: &str, file: &str, content: &str, subject: &str) {
        self.write(&format!("{repository}/{file}"), content);
        self.git(repository, &["add", file]);
        self.git_by_hand(repository, &["commit", "-q", "-m", subject]);
    }

    /// Subjects of the commits of a repository, oldest first.
    pub fn subjects(&self, repository: &str) -> Vec<String> {
        let log = self.git(repository, &["log", "--reverse", "--format=%s"]);
        log.lines().map(str::to_owned).collect()
    }
}

/// What plain git says, asked in a folder.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Sends a signal by name, as a shell does.
pub fn signal(name: &str, process: u32) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status().unwrap();
    assert!(sent.success());
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
