//! Looks whether everything that tracking needs is there and works.

mod archive;

use std::path::Path;
use std::process::Command;

use chrono::{DateTime, Utc};

use super::App;
use crate::domain::Clock;
use crate::fetch::{BrowserFetcher, Config, FailureKind, is_sandboxed, trusted_roots};

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
            let mut findings = vec![configuration(&app), collection(&app), git(&app), browser(&app).await];
            let fetcher = app.fetcher_config();
            findings.extend([sandbox(&fetcher), name(&fetcher), proxies(&app).await, roots(), clock]);
            findings.extend(archive::findings(&app));
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

/// What it holds beyond the known, which then has no effect.
fn configuration(app: &App) -> Finding {
    let Some(first) = app.warnings.first() else {
        return Finding::new("configuration", State::Fine, "nothing in it is unknown");
    };
    let told: Vec<String> = app.warnings.iter().map(ToString::to_string).collect();
    Finding::new("configuration", State::Warning, told.join("; ")).with_hint(first.hint().as_deref())
}

fn collection(app: &App) -> Finding {
    let (services, terms) = (app.collection.services.len(), app.collection.terms().count());
    let noun = if services == 1 { "service" } else { "services" };
    let detail = format!("{services} {noun}, {terms} terms");
    let hint = Some("run `fineprint validate declarations`");
    let faults = |state| {
        let told: Vec<String> = app.faults.iter().map(ToString::to_string).collect();
        Finding::new("collection", state, format!("{detail}; {}", told.join("; "))).with_hint(hint)
    };
    match (app.faults.iter().any(|fault| fault.is_error()), app.faults.is_empty()) {
        (true, _) => faults(State::Problem),
        (false, false) => faults(State::Warning),
        (false, true) if services == 0 => Finding::new("collection", State::Problem, "nothing is declared")
            .with_hint(Some("docs/declaring.md tells how a service is declared")),
        (false, true) => Finding::new("collection", State::Fine, detail),
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

/// Connects to each, since all that goes through one that is gone fails.
async fn proxies(app: &App) -> Finding {
    const NAME: &str = "proxies";
    let proxies = app.proxies();
    let detail = match proxies.shown().as_slice() {
        [] => "none".to_owned(),
        shown => shown.join(", "),
    };
    if let Err(error) = proxies.check() {
        return Finding::new(NAME, State::Problem, error.to_string()).with_hint(Some(error.hint()));
    }
    let unreachable = proxies.unreachable().await;
    if !unreachable.is_empty() {
        let hint = FailureKind::Proxy.advice();
        return Finding::new(NAME, State::Problem, unreachable.join("; ")).with_hint(Some(hint));
    }
    match app.fetcher() {
        Ok(_) => Finding::new(NAME, State::Fine, detail),
        Err(error) => Finding::new(NAME, State::Problem, format!("{detail}: {error}")),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_cannot_be_right_is_a_problem() {
        assert_eq!(clock("1970-01-01T00:00:10Z".parse().unwrap()).state, State::Problem);
        assert_eq!(clock("2026-11-20T10:00:00Z".parse().unwrap()).state, State::Fine);
    }
}
