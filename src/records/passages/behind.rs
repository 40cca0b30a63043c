//! Makes the passages behind everything else, on a thread of their own.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Advance, Passages};
use crate::records::{GitConfig, RecordsError};

/// How often new records are looked for.
const GLANCE: Duration = Duration::from_secs(2);

/// How long whoever ends waits for the records of the last moments. A first build goes on the next time.
const PATIENCE: Duration = Duration::from_secs(3);

/// Passages being made while other things go on.
pub struct BuiltBehind {
    end: Sender<()>,
    thread: JoinHandle<()>,
}

impl BuiltBehind {
    /// Begins, or goes on, with those of the repository of versions in `path`.
    pub fn start(path: PathBuf, config: GitConfig) -> Self {
        let (end, ends) = channel();
        let thread = thread::spawn(move || {
            let built = Passages::open(&path, &config).and_then(|passages| build(passages, &ends));
            built.unwrap_or_else(|error| tracing::warn!(%error, "the newest versions cannot be searched yet"));
        });
        Self { end, thread }
    }

    /// Takes in what was just recorded, and ends.
    pub fn finish(self) {
        // A thread that met a fault has ended already, and told why.
        let _ = self.end.send(());
        let _ = self.thread.join();
    }
}

fn build(mut passages: Passages, ends: &Receiver<()>) -> Result<(), RecordsError> {
    loop {
        let pause = match passages.advance()? {
            Advance::Further(_) => Duration::ZERO,
            Advance::Complete(_) | Advance::Elsewhere(_) => GLANCE,
        };
        match ends.recv_timeout(pause) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return build_the_last(passages),
        }
    }
}

fn build_the_last(mut passages: Passages) -> Result<(), RecordsError> {
    let start = Instant::now();
    while let Advance::Further(progress) = passages.advance()? {
        if start.elapsed() > PATIENCE {
            tracing::info!("{} of {} versions can be searched so far", progress.done, progress.records);
            break;
        }
    }
    Ok(())
}
