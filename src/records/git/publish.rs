//! Publishes a repository with the `git` executable, which knows people's remotes and credentials. Never forces.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use super::program::{self, Outcome};
use super::{notes, repository};
use crate::records::RecordsError;

/// How long to wait after a failure that may pass.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// How much longer than the first each wait is; after the last comes one more attempt.
const PAUSES: [u32; 3] = [1, 4, 16];

/// How long one attempt may take: a first push can carry gigabytes.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// How long a rehearsal may take, which sends nothing.
const PATIENCE_TO_REHEARSE: Duration = Duration::from_secs(30);

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

/// Asks the remote whether it would take what a push would bring, once, and brings nothing. What its hooks will say is
/// not known before.
///
/// # Errors
/// Those of a push.
pub fn rehearse(folder: &Path) -> Result<Published, RecordsError> {
    let push = Push { patience: PATIENCE_TO_REHEARSE, is_rehearsal: true, ..Push::from(folder)? };
    push.attempt().map_err(|failure| match failure {
        Failure::Passing(error) | Failure::Lasting(error) => error,
    })
}

/// How patiently to push.
struct Push {
    folder: PathBuf,
    /// Told to git, which would otherwise look for a repository around the folder.
    git_folder: PathBuf,
    first_pause: Duration,
    patience: Duration,
    is_rehearsal: bool,
}

/// Why an attempt failed, and whether another one makes sense.
enum Failure {
    Passing(RecordsError),
    Lasting(RecordsError),
}

impl Push {
    fn from(folder: &Path) -> Result<Self, RecordsError> {
        let git_folder = repository::open(folder)?.path().to_owned();
        Ok(Self {
            folder: folder.to_owned(),
            git_folder,
            first_pause: FIRST_PAUSE,
            patience: PATIENCE,
            is_rehearsal: false,
        })
    }

    fn run(&self) -> Result<Published, RecordsError> {
        let mut pauses = PAUSES.iter().map(|factor| self.first_pause * *factor);
        loop {
            match (self.attempt(), pauses.next()) {
                (Ok(published), _) => {
                    self.push_notes();
                    return Ok(published);
                }
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
        let mut git = self.git();
        git.args(["push", "--porcelain"]);
        if self.is_rehearsal {
            git.arg("--dry-run");
        }
        program::run(&mut git, "", self.patience)
    }

    fn git(&self) -> Command {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(&self.git_folder);
        // Where the address of a remote begins that is the path to a folder.
        command.current_dir(&self.folder);
        // Nothing may point it to other files.
        command.env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE").env_remove("GIT_OBJECT_DIRECTORY");
        command
    }

    /// Pushes the corrections of people along. Others may have made some meanwhile: that is for people to merge.
    fn push_notes(&self) {
        let Some(remote) = self.remote_with_notes() else { return };
        let refspec = format!("{0}:{0}", notes::REFERENCE);
        let outcome = program::run(self.git().args(["push", "--porcelain", &remote, &refspec]), "", self.patience);
        match outcome {
            Ok(outcome) if outcome.is_success() => {}
            Ok(outcome) => tracing::warn!(why = outcome.reason(), "corrections were not published"),
            Err(error) => tracing::warn!(%error, "corrections were not published"),
        }
    }

    /// The remote to which the branch goes, if there are notes to push.
    fn remote_with_notes(&self) -> Option<String> {
        let repository = repository::open(&self.folder).ok()?;
        notes::position(&repository).ok()??;
        let branch = repository.head().ok()?.shorthand().ok()?.to_owned();
        let config = repository.config().ok()?;
        let keys =
            [format!("branch.{branch}.pushRemote"), "remote.pushDefault".to_owned(), format!("branch.{branch}.remote")];
        Some(keys.iter().find_map(|key| config.get_string(key).ok()).unwrap_or_else(|| "origin".to_owned()))
    }

    fn failure(&self, outcome: &Outcome) -> Failure {
        let path = self.folder.clone();
        let says =
            |words: &[&str]| words.iter().any(|word| outcome.stdout.contains(word) || outcome.stderr.contains(word));
        if says(&["(fetch first)", "(non-fast-forward)"]) {
            return Failure::Lasting(RecordsError::RemoteMovedOn { path });
        }
        if says(&["No configured push destination"]) {
            return Failure::Lasting(RecordsError::NoRemote { path });
        }
        let why = outcome.reason();
        if says(&["does not appear to be a git repository", "Repository not found", "' not found"]) {
            return Failure::Lasting(RecordsError::NoRemoteRepository { path, why });
        }
        if says(&["has no upstream branch"]) {
            return Failure::Lasting(RecordsError::NoUpstream { path, branch: self.branch() });
        }
        if says(&["[remote rejected]"]) {
            let words = outcome.words_of_remote();
            return Failure::Lasting(RecordsError::PushRefused { path, why, words });
        }
        let error = RecordsError::Push { path, why };
        match says(&["Authentication failed", "Permission denied", "could not read Username"]) {
            true => Failure::Lasting(error),
            false => Failure::Passing(error),
        }
    }

    /// The name of the branch that records go to.
    fn branch(&self) -> String {
        let named = || repository::open(&self.folder).ok()?.head().ok()?.shorthand().ok().map(str::to_owned);
        named().unwrap_or_else(|| "main".to_owned())
    }
}

/// Porcelain output marks each branch with a sign: `=` for those already there.
fn is_up_to_date(stdout: &str) -> bool {
    let mut signs = stdout.lines().filter_map(|line| line.split_once('\t')).map(|(sign, _)| sign).peekable();
    signs.peek().is_some() && signs.all(|sign| sign == "=")
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
    fn a_failure_that_passes_is_tried_again() {
        let (local, remote) = pair();
        let script = remote.path().join("receive");
        std::fs::write(
            &script,
            "#!/bin/sh\n[ -e \"$1/failed\" ] || { touch \"$1/failed\"; exit 1; }\nexec git-receive-pack \"$1\"\n",
        )
        .unwrap();
        std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        git(local.path(), &["config", "remote.origin.receivepack", script.to_str().unwrap()]);

        let published = push(local.path()).run().unwrap();

        assert_eq!(published, Published::Pushed);
        assert!(remote.path().join("failed").exists(), "the first attempt failed");
        assert_eq!(git(remote.path(), &["log", "--format=%s"]), "One\n");
    }

    #[test]
    fn a_failure_that_lasts_ends_after_four_attempts() {
        let (local, remote) = pair();
        let attempts = remote.path().join("attempts");
        let receive = format!("echo >> '{}'; false", attempts.display());
        git(local.path(), &["config", "remote.origin.receivepack", &receive]);

        let error = push(local.path()).run().unwrap_err();

        assert!(matches!(error, RecordsError::Push { .. }), "{error}");
        assert_eq!(std::fs::read_to_string(attempts).unwrap().lines().count(), 4);
    }

    #[test]
    fn corrections_of_people_are_pushed_along() {
        let (local, remote) = pair();
        git(local.path(), &["notes", "--ref", notes::REFERENCE, "add", "-m", "Kind: links"]);

        push(local.path()).run().unwrap();

        assert_eq!(git(remote.path(), &["notes", "--ref", notes::REFERENCE, "show", "main"]), "Kind: links\n");
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
        std::fs::write(&hook, "#!/bin/sh\necho 'This branch is protected.' >&2\nexit 1\n").unwrap();
        std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();

        let error = push(local.path()).run().unwrap_err();

        let told = "(pre-receive hook declined); the remote says: This branch is protected.";
        assert!(error.to_string().contains(told), "{error}");
    }

    #[test]
    fn a_remote_that_is_no_repository_is_told_from_none() {
        let (local, remote) = pair();
        std::fs::remove_dir_all(remote.path()).unwrap();

        let error = push(local.path()).run().unwrap_err();

        assert!(error.to_string().contains(&format!("'{}' does not appear to be", remote.path().display())), "{error}");
        assert!(error.hint().unwrap().contains("remote set-url origin URL"), "{error}");
    }

    #[test]
    fn a_rehearsal_finds_what_would_fail_and_brings_nothing() {
        let (local, remote) = pair();

        assert_eq!(rehearse(local.path()).unwrap(), Published::Pushed);
        assert_eq!(git(remote.path(), &["for-each-ref"]), "");
        push(local.path()).run().unwrap();
        assert_eq!(rehearse(local.path()).unwrap(), Published::UpToDate);

        git(local.path(), &["config", "push.default", "simple"]);
        let error = rehearse(local.path()).unwrap_err();
        assert!(error.hint().unwrap().ends_with("push --set-upstream origin main`"), "{error}");
    }
}
