//! Publishes a repository with the `git` executable, which knows people's remotes and credentials. Never forces.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::repository;
use crate::records::RecordsError;

/// How long to wait after a failure that may pass.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// How much longer than the first each wait is; after the last comes one more attempt.
const PAUSES: [u32; 3] = [1, 4, 16];

/// How long one attempt may take: a first push can carry gigabytes.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// How often a running push is looked at.
const GLANCE: Duration = Duration::from_millis(20);

/// How much of what git prints is kept, in bytes.
const MAX_OUTPUT_BYTES: u64 = 64 << 10;

/// What came of publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    Pushed,
    /// The remote has it all already.
    UpToDate,
}

/// Pushes the repository that lies exactly in `folder` to where its branch is configured to go, trying again for a
/// while when that fails.
///
/// # Errors
/// When there is no repository or remote, when the remote has commits that are not here, or when git gives up.
pub fn publish(folder: &Path) -> Result<Published, RecordsError> {
    Push::from(folder)?.run()
}

/// How patiently to push.
struct Push {
    folder: PathBuf,
    /// Told to git, which would otherwise look for a repository around the folder.
    git_folder: PathBuf,
    first_pause: Duration,
    patience: Duration,
}

/// Why an attempt failed, and whether another one makes sense.
enum Failure {
    Passing(RecordsError),
    Lasting(RecordsError),
}

struct Outcome {
    status: Option<ExitStatus>,
    stdout: String,
    stderr: String,
}

impl Push {
    fn from(folder: &Path) -> Result<Self, RecordsError> {
        let git_folder = repository::open(folder)?.path().to_owned();
        Ok(Self { folder: folder.to_owned(), git_folder, first_pause: FIRST_PAUSE, patience: PATIENCE })
    }

    fn run(&self) -> Result<Published, RecordsError> {
        let mut pauses = PAUSES.iter().map(|factor| self.first_pause * *factor);
        loop {
            match (self.attempt(), pauses.next()) {
                (Ok(published), _) => return Ok(published),
                (Err(Failure::Passing(error)), Some(pause)) => {
                    tracing::warn!(%error, "publishing failed and is tried again in {} s", pause.as_secs_f32());
                    thread::sleep(pause);
                }
                (Err(Failure::Passing(error) | Failure::Lasting(error)), _) => return Err(error),
            }
        }
    }

    fn attempt(&self) -> Result<Published, Failure> {
        let outcome = self
            .push()
            .map_err(|error| Failure::Lasting(RecordsError::file("run `git push` in", &self.folder)(error)))?;
        match outcome.status {
            Some(status) if status.success() && is_up_to_date(&outcome.stdout) => Ok(Published::UpToDate),
            Some(status) if status.success() => Ok(Published::Pushed),
            Some(_) => Err(self.failure(&outcome)),
            None => Err(Failure::Passing(RecordsError::PushTimedOut {
                path: self.folder.clone(),
                seconds: self.patience.as_secs(),
            })),
        }
    }

    fn push(&self) -> io::Result<Outcome> {
        let mut child = Command::new("git")
            .arg("--git-dir")
            .arg(&self.git_folder)
            .args(["push", "--porcelain"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Its words are read below; it must not ask questions; and nothing may point it to another repository.
            .envs([("LC_ALL", "C"), ("GIT_TERMINAL_PROMPT", "0")])
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .spawn()?;
        let stdout = gathered(child.stdout.take());
        let stderr = gathered(child.stderr.take());
        let status = end_of(&mut child, self.patience)?;
        // Helpers of a push that was ended may hold its output open, so that is not waited for.
        let text = |reader: JoinHandle<String>| {
            if status.is_some() { reader.join().unwrap_or_default() } else { String::new() }
        };
        Ok(Outcome { status, stdout: text(stdout), stderr: text(stderr) })
    }

    fn failure(&self, outcome: &Outcome) -> Failure {
        let path = self.folder.clone();
        let says =
            |words: &[&str]| words.iter().any(|word| outcome.stdout.contains(word) || outcome.stderr.contains(word));
        if says(&["(fetch first)", "(non-fast-forward)"]) {
            return Failure::Lasting(RecordsError::RemoteMovedOn { path });
        }
        if says(&["No configured push destination", "does not appear to be a git repository"]) {
            return Failure::Lasting(RecordsError::NoRemote { path });
        }
        let error = RecordsError::Push { path, why: reason(outcome) };
        match says(&["Authentication failed", "Permission denied", "could not read Username", "[remote rejected]"]) {
            true => Failure::Lasting(error),
            false => Failure::Passing(error),
        }
    }
}

/// Porcelain output marks each branch with a sign: `=` for those already there.
fn is_up_to_date(stdout: &str) -> bool {
    let mut signs = stdout.lines().filter_map(|line| line.split_once('\t')).map(|(sign, _)| sign).peekable();
    signs.peek().is_some() && signs.all(|sign| sign == "=")
}

/// The line in which git says what is wrong.
fn reason(outcome: &Outcome) -> String {
    let lines = || outcome.stdout.lines().chain(outcome.stderr.lines()).map(str::trim).filter(|line| !line.is_empty());
    let is_telling = |line: &&str| ["!", "fatal:", "remote:", "error:"].iter().any(|mark| line.starts_with(mark));
    lines().find(is_telling).or(lines().next_back()).unwrap_or("git gave no reason").replace('\t', " ")
}

fn gathered(output: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut output) = output {
            // The rest is read as well, lest git waits for a reader.
            let _ = output.by_ref().take(MAX_OUTPUT_BYTES).read_to_end(&mut kept);
            let _ = io::copy(&mut output, &mut io::sink());
        }
        String::from_utf8_lossy(&kept).into_owned()
    })
}

/// Waits for a process; one that takes too long is ended, and has no status.
fn end_of(child: &mut Child, patience: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(GLANCE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::git::tests::git;

    /// A repository with a commit, and a bare one it pushes to.
    fn pair() -> (tempfile::TempDir, tempfile::TempDir) {
        let (local, remote) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        git(remote.path(), &["init", "--quiet", "--bare", "--initial-branch", "main"]);
        git(local.path(), &["init", "--quiet", "--initial-branch", "main"]);
        git(local.path(), &["remote", "add", "origin", remote.path().to_str().unwrap()]);
        git(local.path(), &["config", "push.default", "current"]);
        git(local.path(), &["commit", "--quiet", "--allow-empty", "--message", "One"]);
        (local, remote)
    }

    fn push(folder: &Path) -> Push {
        Push { first_pause: Duration::from_millis(1), ..Push::from(folder).unwrap() }
    }

    #[test]
    fn what_is_there_is_not_pushed_twice() {
        let (local, remote) = pair();

        assert_eq!(push(local.path()).run().unwrap(), Published::Pushed);
        assert_eq!(push(local.path()).run().unwrap(), Published::UpToDate);
        assert_eq!(git(remote.path(), &["log", "--format=%s"]), "One\n");
    }

    #[test]
    fn a_remote_that_moved_on_is_never_overwritten() {
        let (local, remote) = pair();
        push(local.path()).run().unwrap();
        let other = tempfile::tempdir().unwrap();
        git(other.path(), &["clone", "--quiet", remote.path().to_str().unwrap(), "."]);
        git(other.path(), &["commit", "--quiet", "--allow-empty", "--message", "Theirs"]);
        git(other.path(), &["push", "--quiet"]);
        git(local.path(), &["commit", "--quiet", "--allow-empty", "--message", "Ours"]);

        let error = push(local.path()).run().unwrap_err();

        assert!(matches!(error, RecordsError::RemoteMovedOn { .. }), "{error}");
        assert_eq!(git(remote.path(), &["log", "-1", "--format=%s"]), "Theirs\n");
    }

    #[test]
    fn a_repository_without_a_remote_says_so() {
        let (local, _remote) = pair();
        git(local.path(), &["remote", "remove", "origin"]);

        let error = push(local.path()).run().unwrap_err();

        assert!(matches!(error, RecordsError::NoRemote { .. }), "{error}");
    }

    #[test]
    fn a_repository_around_the_folder_is_not_pushed() {
        let (local, remote) = pair();
        let inner = local.path().join("versions");
        std::fs::create_dir(&inner).unwrap();

        let error = publish(&inner).unwrap_err();

        assert!(matches!(error, RecordsError::NoRepository { .. }), "{error}");
        assert_eq!(git(remote.path(), &["for-each-ref"]), "");
    }

    #[test]
    fn a_push_that_hangs_is_ended() {
        let (local, _remote) = pair();
        git(local.path(), &["config", "remote.origin.receivepack", "sleep 5; true"]);
        let push = Push { patience: Duration::from_millis(50), ..push(local.path()) };

        let error = push.run().unwrap_err();

        assert!(matches!(error, RecordsError::PushTimedOut { .. }), "{error}");
    }

    #[test]
    fn a_refusal_of_the_remote_is_told_in_its_words() {
        let (local, remote) = pair();
        let hook = remote.path().join("hooks/pre-receive");
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        std::fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
        std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();

        let error = push(local.path()).run().unwrap_err();

        assert!(error.to_string().contains("pre-receive hook declined"), "{error}");
    }
}
