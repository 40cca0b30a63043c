//! Runs programs beside git's library: with input, bounded output and a limit on time, and without questions.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often a running program is looked at.
const GLANCE: Duration = Duration::from_millis(2);

/// How much of what a program prints is kept, in bytes: of one that says how it fared, and of one that tells of
/// millions of commits.
const MAX_OUTPUT_BYTES: usize = 64 << 10;
const MAX_VERBOSE_BYTES: usize = 256 << 20;
const CHUNK_BYTES: usize = 64 << 10;

/// What git puts before each line of the other side's words, and how much of them is told, in characters.
const OF_REMOTE: &str = "remote:";
const MAX_WORDS: usize = 500;

/// How long after a program's end the rest of its output is waited for.
const LINGERING: Duration = Duration::from_secs(2);

/// What came of a program.
pub struct Outcome {
    /// `None` if it was ended because it took too long.
    pub status: Option<ExitStatus>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a program to its end, or ends it.
pub fn run(command: &mut Command, input: &str, patience: Duration) -> io::Result<Outcome> {
    run_within(command, input, patience, MAX_OUTPUT_BYTES)
}

/// Runs a program that has much to say.
pub fn run_verbosely(command: &mut Command, input: &str, patience: Duration) -> io::Result<Outcome> {
    run_within(command, input, patience, MAX_VERBOSE_BYTES)
}

fn run_within(command: &mut Command, input: &str, patience: Duration, limit: usize) -> io::Result<Outcome> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // What it says is read by us, and nobody is there to answer.
        .envs([
            ("LC_ALL", "C"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("SSH_ASKPASS", "false"),
            ("SSH_ASKPASS_REQUIRE", "force"),
        ])
        .spawn()?;
    let stdout = Gathered::from(child.stdout.take(), limit);
    let stderr = Gathered::from(child.stderr.take(), MAX_OUTPUT_BYTES);
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends early says why on its other ends.
        let _ = stdin.write_all(input.as_bytes());
    }
    let status = end_of(&mut child, patience)?;
    Ok(Outcome { status, stdout: stdout.text(), stderr: stderr.text() })
}

impl Outcome {
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// The line in which a program says what is wrong.
    pub fn reason(&self) -> String {
        let lines = || self.stdout.lines().chain(self.stderr.lines()).map(str::trim).filter(|line| !line.is_empty());
        let is_telling =
            |line: &&str| ["!", "fatal:", "remote:", "error:", "ERROR:"].iter().any(|mark| line.starts_with(mark));
        lines().find(is_telling).or(lines().next_back()).unwrap_or("it gave no reason").replace('\t', " ")
    }

    /// What the other side said in its own words, if anything, on one line.
    pub fn words_of_remote(&self) -> Option<String> {
        let words = self.stderr.lines().filter_map(|line| line.strip_prefix(OF_REMOTE)).map(str::trim);
        let words: Vec<&str> = words.filter(|line| !line.is_empty()).collect();
        let shown = |c: char| if c.is_control() { ' ' } else { c };
        (!words.is_empty()).then(|| words.join(" / ").chars().map(shown).take(MAX_WORDS).collect())
    }
}

/// What a program prints, read while it runs.
struct Gathered {
    kept: Arc<Mutex<Vec<u8>>>,
    /// Closed when there is no more to come.
    end: Receiver<()>,
}

impl Gathered {
    fn from(output: Option<impl Read + Send + 'static>, limit: usize) -> Self {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (at_end, end) = mpsc::channel::<()>();
        let gathering = Arc::clone(&kept);
        thread::spawn(move || {
            let _closed_at_the_end = at_end;
            let mut chunk = vec![0; CHUNK_BYTES];
            let Some(mut output) = output else { return };
            // What is over the limit is read as well, lest the program waits for a reader.
            loop {
                let read = match output.read(&mut chunk) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Ok(0) | Err(_) => return,
                    Ok(read) => read,
                };
                let mut kept = gathering.lock().unwrap_or_else(PoisonError::into_inner);
                let room = limit.saturating_sub(kept.len()).min(read);
                kept.extend_from_slice(&chunk[..room]);
            }
        });
        Self { kept, end }
    }

    /// All that was printed by a program that has ended. Its helpers may go on and hold its output open: what they have to
    /// say is not waited for.
    fn text(self) -> String {
        let _ = self.end.recv_timeout(LINGERING);
        let kept = std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&kept).into_owned()
    }
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

    #[test]
    fn a_helper_that_goes_on_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let ended = folder.path().join("ended");
        let script = format!("echo told; (sleep 20; echo more; touch '{}') &", ended.display());

        let outcome = run(Command::new("sh").args(["-c", &script]), "", Duration::from_secs(60)).unwrap();

        assert_eq!(outcome.stdout, "told\n");
        assert!(outcome.is_success() && !ended.exists());
    }

    #[test]
    fn of_what_is_printed_a_bounded_part_is_kept_and_all_is_read() {
        let script = "head -c 1000000 /dev/zero; echo end >&2";

        let outcome = run(Command::new("sh").args(["-c", script]), "", Duration::from_secs(60)).unwrap();

        assert_eq!((outcome.stdout.len(), outcome.stderr.as_str()), (MAX_OUTPUT_BYTES, "end\n"));
    }
}
