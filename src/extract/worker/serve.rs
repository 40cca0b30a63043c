//! What a worker process does: takes a document, extracts it, answers, and waits for the next.

use std::cell::RefCell;
use std::io::{self, BufReader, Stdout};
use std::process;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use super::bounds;
use super::message::{Job, Report, receive_job, send_report};
use crate::domain::ENGINE;
use crate::extract::filters::javascript::{Engines, Event, Listener, Scripted};
use crate::extract::{ExtractError, Extractor, Timings};

/// The stack for extraction. Scripts may use a small part of it only.
const STACK_BYTES: usize = 32 << 20;

/// How much longer than allowed a job may take before the process ends itself.
const FAR_TOO_LONG: Duration = Duration::from_secs(5);

/// Works for the program at the other end of standard input and output, until that closes them.
pub fn serve() -> io::Result<()> {
    let worker = thread::Builder::new().name("worker".to_owned()).stack_size(STACK_BYTES);
    let ended = worker.spawn(work)?.join();
    ended.unwrap_or_else(|_| Err(io::Error::other("the worker panicked")))
}

fn work() -> io::Result<()> {
    bounds::forbid_writing();
    outlive_interrupts();
    let mut jobs = BufReader::new(io::stdin());
    let reports = Rc::new(RefCell::new(io::stdout()));
    let watch = Watch::start();
    let mut engines = Engines::default();
    engines.renew();
    tell(&reports, &Report::Ready { engine: ENGINE.to_owned() })?;
    while let Some((job, content)) = receive_job(&mut jobs)? {
        bounds::limit_memory(&job.config, content.len());
        let _busy = watch.busy_for(job.config.max_duration);
        let mut timings = Timings::default();
        let result = extract(&job, &content, &reports, &mut timings, &mut engines);
        let report = result.map_or_else(|error| Report::Failed(error, timings), |text| Report::Done(text, timings));
        tell(&reports, &report)?;
        // Made while the answer is read, the next engine costs nobody time.
        engines.renew();
    }
    Ok(())
}

/// Leaves it to the parent when to end: an interrupt meant for both must not spoil the document at hand.
///
/// What tokio handles once is never left to the system's default again.
#[cfg(unix)]
fn outlive_interrupts() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
    let _inside = runtime.enter();
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let _ = signal(kind);
    }
}

#[cfg(not(unix))]
fn outlive_interrupts() {}

/// Ends the process when a job takes far too long. Usually it is killed before; but who would may be gone.
struct Watch(Sender<Option<Duration>>);

/// A job that is watched.
struct Busy<'a>(&'a Watch);

impl Watch {
    fn start() -> Self {
        let (sender, changes) = channel();
        thread::spawn(move || watch(&changes));
        Self(sender)
    }

    fn busy_for(&self, longest: Duration) -> Busy<'_> {
        // The other end lives as long as the process.
        let _ = self.0.send(Some(longest + FAR_TOO_LONG));
        Busy(self)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        let _ = self.0.0.send(None);
    }
}

fn watch(changes: &Receiver<Option<Duration>>) {
    while let Ok(change) = changes.recv() {
        let Some(longest) = change else { continue };
        match changes.recv_timeout(longest) {
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => process::abort(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn extract(
    job: &Job,
    content: &[u8],
    reports: &Rc<RefCell<Stdout>>,
    timings: &mut Timings,
    engines: &mut Engines,
) -> Result<String, ExtractError> {
    let document = job.document();
    let extractor = Extractor::new(job.config.clone());
    let listener = listener(reports);
    extractor.extract_here(content, &job.mime(), &document, timings, |page, document| {
        let scripted = Scripted { document, as_of: job.as_of, config: &job.config, listener: &listener };
        let page = scripted.apply(page, engines)?;
        // Whoever listens may be gone; the next answer will tell.
        let _ = tell(reports, &Report::Filtered);
        Ok(page)
    })
}

fn listener(reports: &Rc<RefCell<Stdout>>) -> Listener {
    let reports = Rc::clone(reports);
    Rc::new(move |event: Event| {
        let _ = tell(&reports, &Report::Event(event));
    })
}

fn tell(reports: &Rc<RefCell<Stdout>>, report: &Report) -> io::Result<()> {
    send_report(&mut *reports.borrow_mut(), report)
}
