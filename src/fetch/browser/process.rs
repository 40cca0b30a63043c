//! One running Chromium, with a profile of its own that goes with it.

use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStderr, Command};

use super::connection::Connection;
use super::door::Door;
use super::program::Chromium;
use crate::fetch::addresses::SystemNames;
use crate::fetch::{Config, Proxies};

/// Runs Chromium with its DevTools pipe in place of standard input and output, and removes its profile afterwards:
/// fineprint does so too, unless it was killed.
///
/// Each of its processes may hold so much data, in kilobytes, that a page which fills its memory costs itself alone.
const SCRIPT: &str = r#"ulimit -d 1572864 2>/dev/null; "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null; rm -rf -- "$HOME""#;

/// How much of what Chromium complains of is kept, in bytes.
const COMPLAINTS_BYTES: usize = 4096;

/// A Chromium that runs. It ends when it is dropped, and when fineprint ends in any way.
pub struct Running {
    pub connection: Connection,
    pub door: Door,
    /// Pages it has shown.
    pages: AtomicUsize,
    child: Child,
    _profile: TempDir,
}

impl Running {
    /// Starts Chromium, and waits until it answers.
    ///
    /// # Errors
    /// What kept it from starting, in words.
    pub async fn start(chromium: &Chromium, config: &Config, proxies: &Proxies) -> Result<Self, String> {
        let profile = tempfile::Builder::new().prefix("fineprint-browser-").tempdir();
        let profile = profile.map_err(|error| format!("no folder can be made for its profile: {error}"))?;
        let door = Door::open(config.allow_private_addresses, proxies.clone(), Arc::new(SystemNames));
        let door = door.await.map_err(|error| format!("its proxy cannot listen on the loopback interface: {error}"))?;
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(SCRIPT).arg(&chromium.path);
        command.args(chromium.arguments(config, profile.path(), &door.address()));
        // It has no business with secrets in the environment, and keeps all its files in its profile.
        command.env_clear().env("HOME", profile.path()).env("TMPDIR", profile.path());
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: Ctrl-C is for fineprint, and its children can be ended together.
        command.process_group(0).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| format!("it cannot be started: {error}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("it has no pipe".to_owned());
        };
        let complaints = child.stderr.take().map(listen).unwrap_or_default();
        let connection = Connection::open(input, output);
        let running = Self { connection, door, pages: AtomicUsize::new(0), child, _profile: profile };
        match running.connection.call(None, "Browser.getVersion", json!({})).await {
            Ok(_) => Ok(running),
            Err(error) => Err(with_complaint(&error.to_string(), &complaints)),
        }
    }

    /// Notes that another page is shown, and says the how many-th it is.
    pub fn count_page(&self) -> usize {
        self.pages.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub fn pages(&self) -> usize {
        self.pages.load(Ordering::Relaxed)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let group = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(group) = group {
            // If it has ended by itself meanwhile, there is no such group.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

type Complaints = Arc<Mutex<String>>;

/// Keeps the end of what Chromium writes to standard error.
fn listen(mut stderr: ChildStderr) -> Complaints {
    let complaints = Complaints::default();
    let kept = Arc::clone(&complaints);
    tokio::spawn(async move {
        let mut buffer = [0; COMPLAINTS_BYTES];
        while let Ok(read @ 1..) = stderr.read(&mut buffer).await {
            let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = text;
        }
    });
    complaints
}

fn with_complaint(error: &str, complaints: &Complaints) -> String {
    let complaints = complaints.lock().unwrap_or_else(PoisonError::into_inner);
    match complaints.lines().map(str::trim).rfind(|line| !line.is_empty()) {
        Some(line) => format!("{error}; it said: {line}"),
        None => error.to_owned(),
    }
}
