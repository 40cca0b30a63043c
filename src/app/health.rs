//! Looks whether everything that tracking needs is there and works.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, Utc};

use super::App;
use crate::domain::Clock;
use crate::fetch::{BrowserFetcher, Config, is_sandboxed, trusted_roots};

/// Below so much free space, something is about to go wrong, in MB.
const LITTLE_SPACE: u64 = 1_000;
/// Below so much, nothing can be recorded safely.
const TOO_LITTLE_SPACE: u64 = 100;

/// No clock that is right tells an earlier time.
const EARLIEST: &str = "2026-01-01T00:00:00Z";

/// One thing that was looked at.
#[derive(Debug)]
pub struct Finding {
    pub name: &'static str,
    pub state: State,
    /// What was found.
    pub detail: String,
    /// What a person can do about it.
    pub hint: Option<String>,
}

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Fine,
    /// It works, or only a part of the terms is concerned.
    Warning,
    /// Tracking fails, or what it records cannot be trusted.
    Problem,
}

/// Looks at all that the collection in `root` needs.
pub async fn examine(root: &Path) -> Vec<Finding> {
    let clock = clock(Clock::system().now());
    match App::open(root) {
        Ok(app) => {
            let mut findings = vec![collection(&app), git(&app), browser(&app).await, sandbox(&app.fetcher_config())];
            findings.extend([name(&app.fetcher_config()), proxies(&app), roots(), clock]);
            let recorder = &app.config.recorder;
            findings.push(repository("snapshots", &recorder.snapshots.path));
            findings.push(repository("versions", &recorder.versions.path));
            findings.push(space(&recorder.versions.path));
            findings
        }
        Err(error) => {
            let text = error.to_string();
            let (detail, hint) = text.split_once("\nhint: ").map_or((text.as_str(), None), |(d, h)| (d, Some(h)));
            vec![Finding::new("collection", State::Problem, detail).with_hint(hint), roots(), clock]
        }
    }
}

impl Finding {
    fn new(name: &'static str, state: State, detail: impl Into<String>) -> Self {
        Self { name, state, detail: detail.into(), hint: None }
    }

    fn with_hint(self, hint: Option<&str>) -> Self {
        Self { hint: hint.map(str::to_owned), ..self }
    }
}

fn collection(app: &App) -> Finding {
    let (services, terms) = (app.collection.services.len(), app.collection.terms().count());
    let noun = if services == 1 { "service" } else { "services" };
    let detail = format!("{services} {noun}, {terms} terms");
    match app.faults.len() {
        0 => Finding::new("collection", State::Fine, detail),
        faults => Finding::new("collection", State::Warning, format!("{detail}, and {faults} faults"))
            .with_hint(Some("run `fineprint validate declarations`")),
    }
}

fn git(app: &App) -> Finding {
    let output = Command::new("git").arg("--version").output();
    let version = output.ok().filter(|output| output.status.success());
    match version {
        Some(output) => Finding::new("git", State::Fine, String::from_utf8_lossy(&output.stdout).trim()),
        None => {
            let recorder = &app.config.recorder;
            let is_needed = recorder.snapshots.publish || recorder.versions.publish;
            let state = if is_needed { State::Problem } else { State::Warning };
            Finding::new("git", state, "not found; records are written without it, but not signed or pushed")
                .with_hint(Some("install git"))
        }
    }
}

/// Starts the browser, since one that is installed need not run.
async fn browser(app: &App) -> Finding {
    let documents = app.collection.terms().flat_map(|terms| &terms.documents);
    let needing = documents.filter(|document| document.execute_client_scripts == Some(true)).count();
    match BrowserFetcher::new(&app.fetcher_config(), &app.proxies()).try_out().await {
        Ok(chromium) => {
            Finding::new("browser", State::Fine, format!("{}, {}", chromium.version, chromium.path.display()))
        }
        Err(reason) => {
            let state = if needing > 0 { State::Problem } else { State::Warning };
            let detail = format!("{reason}; {needing} source documents are declared to need one");
            let hint = "install Chromium (`apt-get install chromium`), or name one with `fetcher.browser`";
            Finding::new("browser", state, detail).with_hint(Some(hint))
        }
    }
}

fn sandbox(config: &Config) -> Finding {
    match is_sandboxed(config) {
        true => Finding::new("sandbox", State::Fine, "pages are kept in the browser's sandbox"),
        false => Finding::new("sandbox", State::Warning, "pages run without the browser's sandbox")
            .with_hint(Some("run fineprint as another user than root, and unset OTA_ENGINE_FETCHER_NO_SANDBOX")),
    }
}

/// What operators of sites read of this collection.
fn name(config: &Config) -> Finding {
    match (&config.user_agent, &config.contact) {
        (None, None) => Finding::new("name", State::Warning, config.user_agent())
            .with_hint(Some("set `fetcher.contact` to a page where operators of sites find you")),
        _ => Finding::new("name", State::Fine, config.user_agent()),
    }
}

fn proxies(app: &App) -> Finding {
    let proxies = app.proxies().shown();
    let detail = if proxies.is_empty() { "none".to_owned() } else { proxies.join(", ") };
    Finding::new("proxies", State::Fine, detail)
}

fn roots() -> Finding {
    let (compiled_in, of_machine) = trusted_roots();
    let detail = format!("{compiled_in} authorities compiled in, {of_machine} of this machine");
    match of_machine {
        0 => Finding::new("certificates", State::Warning, detail)
            .with_hint(Some("install `ca-certificates`, which the browser needs")),
        _ => Finding::new("certificates", State::Fine, detail),
    }
}

fn clock(now: DateTime<Utc>) -> Finding {
    let detail = now.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    match EARLIEST.parse::<DateTime<Utc>>() {
        Ok(earliest) if now < earliest => Finding::new("clock", State::Problem, detail)
            .with_hint(Some("set the clock: records carry its time for ever")),
        _ => Finding::new("clock", State::Fine, detail),
    }
}

/// Tries to write where the repository is, or would be made; nothing is left behind.
fn repository(name: &'static str, path: &Path) -> Finding {
    let Some(existing) = existing(path) else {
        return Finding::new(name, State::Problem, format!("`{}` leads nowhere", path.display()));
    };
    let place = if path.join(".git").is_dir() { path.join(".git") } else { existing.clone() };
    let detail = match existing == path {
        true => format!("`{}`", path.display()),
        false => format!("`{}`, made at the first record", path.display()),
    };
    match tempfile::tempfile_in(&place) {
        Ok(_) => Finding::new(name, State::Fine, detail),
        Err(error) => Finding::new(name, State::Problem, format!("{detail}: cannot be written to: {error}"))
            .with_hint(Some("let the user that runs fineprint own this folder")),
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
    fn a_clock_that_cannot_be_right_is_a_problem() {
        assert_eq!(clock("1970-01-01T00:00:10Z".parse().unwrap()).state, State::Problem);
        assert_eq!(clock("2026-11-20T10:00:00Z".parse().unwrap()).state, State::Fine);
    }

    #[test]
    fn a_repository_that_does_not_exist_yet_needs_a_folder_to_be_made_in() {
        let folder = tempfile::tempdir().unwrap();

        assert_eq!(repository("versions", &folder.path().join("data/versions")).state, State::Fine);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
