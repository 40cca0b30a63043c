//! Runs programs beside git's library: with input, bounded output and a limit on time, and without questions.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often a running program is looked at.
const GLANCE: Duration = Duration::from_millis(2);

/// How much of what a program prints is kept, in bytes: of one that says how it fared, and of one that tells of
/// millions of commits.
const MAX_OUTPUT_BYTES: u64 = 64 << 10;
const MAX_VERBOSE_BYTES: u64 = 256 << 20;

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

fn run_within(command: &mut Command, input: &str, patience: Duration, limit: u64) -> io::Result<Outcome> {
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
    let stdout = gathered(child.stdout.take(), limit);
    let stderr = gathered(child.stderr.take(), MAX_OUTPUT_BYTES);
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends early says why on its other ends.
        let _ = stdin.write_all(input.as_bytes());
    }
    let status = end_of(&mut child, patience)?;
    // Helpers of a program that was ended may hold its output open, so that is not waited for.
    let text =
        |reader: JoinHandle<String>| if status.is_some() { reader.join().unwrap_or_default() } else { String::new() };
    Ok(Outcome { status, stdout: text(stdout), stderr: text(stderr) })
}

impl Outcome {
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// The line in which a program says what is wrong.
    pub fn reason(&self) -> String {
        let lines = || self.stdout.lines().chain(self.stderr.lines()).map(str::trim).filter(|line| !line.is_empty());
        let is_telling = |line: &&str| ["!", "fatal:", "remote:", "error:"].iter().any(|mark| line.starts_with(mark));
        lines().find(is_telling).or(lines().next_back()).unwrap_or("it gave no reason").replace('\t', " ")
    }
}

fn gathered(output: Option<impl Read + Send + 'static>, limit: u64) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut output) = output {
            // The rest is read as well, lest the program waits for a reader.
            let _ = output.by_ref().take(limit).read_to_end(&mut kept);
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
