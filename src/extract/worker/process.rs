//! One worker process, from the side that uses it.

use std::ffi::OsStr;
use std::io::{self, BufReader, BufWriter};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::COMMAND;
use super::message::{Job, Report, receive_report, send_job};
use crate::domain::ENGINE;
use crate::extract::filters::javascript::Event;
use crate::extract::{ExtractError, Timings};

/// How long a worker may take to start. It takes some milliseconds; the machine may be busy.
const START: Duration = Duration::from_secs(20);

/// How much longer than allowed a worker may take before it is killed: time to stop by itself.
const GRACE: Duration = Duration::from_millis(500);

/// How many reports may wait to be read.
const WAITING_REPORTS: usize = 256;

/// A worker that waits for a job. It is killed when dropped.
pub(super) struct Worker {
    child: Child,
    jobs: BufWriter<ChildStdin>,
    reports: Receiver<io::Result<Report>>,
}

/// Why a worker gave no answer.
#[derive(Debug, PartialEq)]
pub(super) enum Failure {
    /// It did not take the job, and another may.
    Gone,
    /// It took longer than allowed, while this filter was called.
    TooSlow { calling: Option<String> },
    /// It ended, while this filter was called.
    Died { calling: Option<String>, how: String },
}

/// What a worker answers.
pub(super) type Answer = (Result<String, ExtractError>, Timings);

impl Worker {
    /// Starts a worker and waits until it is ready.
    pub(super) fn start(program: &OsStr) -> Result<Self, String> {
        let mut command = Command::new(program);
        // Its environment is empty: what it runs has no business with secrets.
        command.arg(COMMAND).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("it has no standard input and output".to_owned());
        };
        let (sender, reports) = sync_channel(WAITING_REPORTS);
        thread::spawn(move || pass_on(stdout, &sender));
        let worker = Self { child, jobs: BufWriter::new(stdin), reports };
        worker.is_ready()?;
        Ok(worker)
    }

    fn is_ready(&self) -> Result<(), String> {
        match self.reports.recv_timeout(START) {
            Ok(Ok(Report::Ready { engine })) if engine == ENGINE => Ok(()),
            Ok(Ok(_)) => Err("it is of another version".to_owned()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(RecvTimeoutError::Timeout) => Err(format!("it was not ready after {} s", START.as_secs())),
            Err(RecvTimeoutError::Disconnected) => Err("it ended at once".to_owned()),
        }
    }

    /// Has a document extracted. After a failure the worker is of no more use.
    pub(super) fn extract(&mut self, job: &Job, content: &[u8], log: impl Fn(&str, &str)) -> Result<Answer, Failure> {
        send_job(&mut self.jobs, job, content).map_err(|_| Failure::Gone)?;
        let whole = Instant::now() + job.config.max_duration + GRACE;
        let mut until = whole;
        let mut calling: Option<String> = None;
        loop {
            match self.reports.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Ok(Report::Done(markdown, timings))) => return Ok((Ok(markdown), timings)),
                Ok(Ok(Report::Failed(error, timings))) => return Ok((Err(error), timings)),
                Ok(Ok(Report::Event(Event::Log { level, text }))) => log(&level, &text),
                Ok(Ok(Report::Event(Event::Calling { filter }))) => {
                    // The time of all filters together counts from the first.
                    if calling.is_none() {
                        until = whole.min(Instant::now() + job.config.filter_duration + GRACE);
                    }
                    calling = Some(filter);
                }
                Ok(Ok(Report::Filtered)) => (until, calling) = (whole, None),
                Ok(Ok(Report::Ready { .. })) => {}
                Err(RecvTimeoutError::Timeout) => return Err(Failure::TooSlow { calling }),
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::Died { calling, how: self.how_it_ended() });
                }
            }
        }
    }

    fn how_it_ended(&mut self) -> String {
        let _ = self.child.kill();
        self.child.wait().map_or_else(|error| error.to_string(), in_words)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pass_on(stdout: ChildStdout, sender: &SyncSender<io::Result<Report>>) {
    let mut stdout = BufReader::new(stdout);
    while let Some(report) = receive_report(&mut stdout).transpose() {
        let is_last = report.is_err();
        if sender.send(report).is_err() || is_last {
            return;
        }
    }
}

#[cfg(unix)]
fn in_words(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    status.signal().map_or_else(|| status.to_string(), |signal| format!("signal {signal}"))
}

#[cfg(not(unix))]
fn in_words(status: ExitStatus) -> String {
    status.to_string()
}
