//! Keeps a second fineprint from writing to the same repository.
//!
//! The lock is the operating system's, so it ends with its holder, however that ends; the file holds the pid.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::records::RecordsError;

/// Longest pid that is read from a lock file, in bytes.
const MAX_PID_BYTES: u64 = 20;

/// Held while a repository is written; released when dropped.
#[derive(Debug)]
pub struct Lock(File);

/// How the last holder of a lock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Predecessor {
    EndedWell,
    /// It left its pid behind, and with it whatever it was in the middle of.
    Died,
}

impl Lock {
    /// Takes the lock of `repository`, whose file is `path`.
    pub fn take(path: &Path, repository: &Path) -> Result<(Self, Predecessor), RecordsError> {
        let failed = || RecordsError::file("lock", path);
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = options.map_err(failed())?;
        let locked = file.try_lock();
        let pid = pid_in(&mut file);
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(RecordsError::Locked { path: repository.to_owned(), holder: pid });
            }
            Err(TryLockError::Error(error)) => return Err(failed()(error)),
        }
        let predecessor = if pid.is_some() { Predecessor::Died } else { Predecessor::EndedWell };
        let mut lock = Self(file);
        lock.write_pid(&std::process::id().to_string()).map_err(failed())?;
        Ok((lock, predecessor))
    }

    fn write_pid(&mut self, pid: &str) -> std::io::Result<()> {
        self.0.set_len(0)?;
        self.0.rewind()?;
        self.0.write_all(pid.as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // At worst the next one tidies up without need.
        let _ = self.write_pid("");
        // Closing is not enough while a process that is just being started holds a copy of the file.
        let _ = self.0.unlock();
    }
}

fn pid_in(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(MAX_PID_BYTES).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let (first, _) = Lock::take(&path, folder.path()).unwrap();

        let error = Lock::take(&path, folder.path()).unwrap_err();

        assert!(error.to_string().ends_with(&format!("(process {})", std::process::id())), "{error}");
        drop(first);
        assert_eq!(Lock::take(&path, folder.path()).unwrap().1, Predecessor::EndedWell);
    }

    #[test]
    fn the_lock_of_a_dead_process_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        std::fs::write(&path, "12345").unwrap();

        assert_eq!(Lock::take(&path, folder.path()).unwrap().1, Predecessor::Died);
    }
}
