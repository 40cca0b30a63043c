//! Signs commits as git does, with `ssh-keygen` or `gpg`, so that `git log --show-signature` verifies them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::program;
use crate::records::RecordsError;

/// How long one signature may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Signs what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// With an SSH key: the file of the private key, or of the public one whose private part an agent holds.
    Ssh(PathBuf),
    /// With the OpenPGP key of this id or address.
    OpenPgp(String),
}

impl Signer {
    /// The signer with a key as `signingKey` names it: the file of an SSH key, else an OpenPGP key.
    pub fn with(key: &str) -> Self {
        let path = match (key.strip_prefix("~/"), std::env::home_dir()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(key),
        };
        if path.is_file() || is_path(key) { Self::Ssh(path) } else { Self::OpenPgp(key.to_owned()) }
    }

    /// A detached, armoured signature of a commit object.
    pub fn sign(&self, commit: &str) -> Result<String, RecordsError> {
        let failed = |why| RecordsError::Sign { key: self.key(), why };
        let outcome = program::run(&mut self.command(), commit, PATIENCE).map_err(|error| failed(error.to_string()))?;
        let signature = outcome.stdout.trim_end();
        if outcome.status.is_none() {
            return Err(failed(format!("it took longer than {} s", PATIENCE.as_secs())));
        }
        match outcome.is_success() && signature.starts_with("-----BEGIN ") {
            true => Ok(signature.to_owned()),
            false => Err(failed(outcome.reason())),
        }
    }

    fn command(&self) -> Command {
        match self {
            Self::Ssh(file) => {
                let mut command = Command::new("ssh-keygen");
                command.args(["-q", "-Y", "sign", "-n", "git", "-f"]).arg(file);
                command
            }
            Self::OpenPgp(key) => {
                let mut command = Command::new("gpg");
                command.args(["--batch", "--quiet", "--detach-sign", "--armor", "--local-user", key]);
                command
            }
        }
    }

    fn key(&self) -> String {
        match self {
            Self::Ssh(file) => file.display().to_string(),
            Self::OpenPgp(key) => key.clone(),
        }
    }
}

/// A path that leads nowhere is a mistake in a path, not the name of an OpenPGP key.
fn is_path(key: &str) -> bool {
    Path::new(key).is_absolute() || ["~/", "./", "../"].iter().any(|start| key.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{New, Version};
    use crate::records::contract::version;
    use crate::records::git::GitStore;
    use crate::records::git::tests::git;
    use crate::records::{GitConfig, RecordStore};

    #[test]
    fn the_form_of_a_key_tells_what_signs() {
        assert_eq!(Signer::with("/keys/id"), Signer::Ssh(PathBuf::from("/keys/id")));
        assert_eq!(Signer::with("0xABCDEF"), Signer::OpenPgp("0xABCDEF".to_owned()));
    }

    #[test]
    fn commits_signed_with_an_ssh_key_are_verified_by_git() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key");
        let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
        if !made.is_ok_and(|status| status.success()) {
            return;
        }
        let repository = folder.path().join("versions");
        let config = GitConfig { signing_key: Some(key.display().to_string()), ..GitConfig::at("") };
        let store = GitStore::<Version>::open(&repository, &config).unwrap();

        store.save(New::tracked(version(1, "one", &[]))).unwrap();
        store.save(New::tracked(version(2, "two", &[]))).unwrap();
        store.flush().unwrap();

        let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        let signers = folder.path().join("signers");
        std::fs::write(&signers, format!("bot {public}")).unwrap();
        git(&repository, &["config", "gpg.ssh.allowedSignersFile", signers.to_str().unwrap()]);
        assert_eq!(git(&repository, &["log", "--format=%G?"]), "G\nG\n");
        git(&repository, &["fsck", "--strict"]);
        drop(store);
        std::fs::remove_dir_all(repository.join(".git/fineprint")).unwrap();
        let store = GitStore::<Version>::open(&repository, &config).unwrap();
        assert_eq!(store.latest(&version(1, "", &[]).terms).unwrap().unwrap().content.markdown, "two");
    }

    #[test]
    fn nothing_is_recorded_unsigned_when_signing_fails() {
        let folder = tempfile::tempdir().unwrap();
        let config = GitConfig { signing_key: Some("/nowhere/key".to_owned()), ..GitConfig::at("") };
        let store = GitStore::<Version>::open(folder.path(), &config).unwrap();

        let error = store.save(New::tracked(version(1, "one", &[]))).unwrap_err();
        store.flush().unwrap();

        assert!(error.to_string().starts_with("cannot sign with key `/nowhere/key`: "), "{error}");
        assert_eq!(store.latest_id(&version(1, "", &[]).terms).unwrap(), None);
    }
}
