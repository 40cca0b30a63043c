//! The workers of an extractor: started when needed, kept, and replaced when they end.

use std::env;
use std::ffi::OsString;
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::message::Job;
use super::process::{Answer, Failure, Worker};
use crate::extract::Config;

/// After a failure to start one, no worker is started for this long: a program that is none would fail each time.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// This very program on Linux, even where its file was replaced or deleted by an update meanwhile.
const THIS_PROGRAM: &str = "/proc/self/exe";

/// A few workers, as many as the machine has processors.
pub(in crate::extract) struct Workers {
    config: Config,
    most: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Worker>,
    busy: usize,
    /// Being started ahead of need.
    starting: usize,
    /// When starting a worker failed last, and why.
    unavailable: Option<(Instant, String)>,
}

/// Why there is no answer.
#[derive(Debug, PartialEq)]
pub(super) enum NoAnswer {
    /// No worker can be started here.
    NoWorker(String),
    TooSlow {
        calling: Option<String>,
    },
    Died {
        calling: Option<String>,
        how: String,
    },
}

impl From<Failure> for NoAnswer {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Gone => Self::NoWorker("it ended before it took the document".to_owned()),
            Failure::TooSlow { calling } => Self::TooSlow { calling },
            Failure::Died { calling, how } => Self::Died { calling, how },
        }
    }
}

impl Workers {
    pub(in crate::extract) fn new(config: &Config) -> Self {
        let most = thread::available_parallelism().map_or(1, NonZero::get);
        Self { config: config.clone(), most, state: Mutex::default(), freed: Condvar::new() }
    }

    /// Starts a worker in the background, unless one waits already, so that the next document finds it ready.
    pub(in crate::extract) fn start_ahead(self: &Arc<Self>) {
        {
            let mut state = self.state();
            if !state.idle.is_empty() || state.starting > 0 {
                return;
            }
            state.starting += 1;
        }
        let workers = Arc::clone(self);
        let started = thread::Builder::new().spawn(move || workers.add(workers.start().ok()));
        if started.is_err() {
            self.add(None);
        }
    }

    /// Takes in what a start ahead of need gave.
    fn add(&self, started: Option<Worker>) {
        let mut state = self.state();
        state.starting -= 1;
        state.idle.extend(started);
        drop(state);
        self.freed.notify_all();
    }

    /// Has a document extracted by a worker, waiting for one to be free.
    pub(super) fn extract(
        self: &Arc<Self>,
        job: &Job,
        content: &[u8],
        log: impl Fn(&str, &str),
    ) -> Result<Answer, NoAnswer> {
        let seat = Seat::take(self);
        let (mut worker, is_used) = seat.worker()?;
        let mut outcome = worker.extract(job, content, &log);
        if outcome == Err(Failure::Gone) && is_used {
            // A worker may end while it waits; a fresh one gets the job.
            worker = self.start()?;
            outcome = worker.extract(job, content, &log);
        }
        match outcome {
            Ok(answer) => {
                seat.give_back(worker);
                Ok(answer)
            }
            Err(failure) => {
                self.start_ahead();
                Err(failure.into())
            }
        }
    }

    fn start(&self) -> Result<Worker, NoAnswer> {
        if let Some((since, why)) = &self.state().unavailable
            && since.elapsed() < TRY_AGAIN
        {
            return Err(NoAnswer::NoWorker(why.clone()));
        }
        let started = self.program().and_then(|program| Worker::start(&program));
        started.map_err(|why| {
            self.state().unavailable = Some((Instant::now(), why.clone()));
            NoAnswer::NoWorker(why)
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn program(&self) -> Result<OsString, String> {
        match &self.config.worker_program {
            Some(program) => Ok(program.clone().into()),
            None if Path::new(THIS_PROGRAM).exists() => Ok(THIS_PROGRAM.into()),
            None => env::current_exe().map(OsString::from).map_err(|error| error.to_string()),
        }
    }
}

/// The right to one worker.
struct Seat<'a> {
    workers: &'a Workers,
}

impl<'a> Seat<'a> {
    fn take(workers: &'a Workers) -> Self {
        let state = workers.state();
        let mut state =
            workers.freed.wait_while(state, |state| state.busy >= workers.most).unwrap_or_else(PoisonError::into_inner);
        state.busy += 1;
        Self { workers }
    }

    /// A worker, and whether it has worked before.
    fn worker(&self) -> Result<(Worker, bool), NoAnswer> {
        // One that is being started is ready sooner than another could be.
        let is_coming = |state: &mut State| state.idle.is_empty() && state.starting > 0;
        let state = self.workers.freed.wait_while(self.workers.state(), is_coming);
        let idle = state.unwrap_or_else(PoisonError::into_inner).idle.pop();
        match idle {
            Some(worker) => Ok((worker, true)),
            None => Ok((self.workers.start()?, false)),
        }
    }

    fn give_back(&self, worker: Worker) {
        self.workers.state().idle.push(worker);
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.workers.state().busy -= 1;
        self.workers.freed.notify_all();
    }
}
