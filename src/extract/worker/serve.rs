//! What a worker process does: takes a document, extracts it, answers, and waits for the next.

use std::cell::RefCell;
use std::io::{self, BufReader, Stdout};
use std::rc::Rc;
use std::thread;

use super::bounds;
use super::message::{Job, Report, receive_job, send_report};
use crate::domain::ENGINE;
use crate::extract::filters::javascript::{self, Event, Listener};
use crate::extract::{ExtractError, Extractor, Timings};

/// The stack for extraction. Scripts may use a small part of it only.
const STACK_BYTES: usize = 32 << 20;

/// Works for the program at the other end of standard input and output, until that closes them.
pub fn serve() -> io::Result<()> {
    let worker = thread::Builder::new().name("worker".to_owned()).stack_size(STACK_BYTES);
    let ended = worker.spawn(work)?.join();
    ended.unwrap_or_else(|_| Err(io::Error::other("the worker panicked")))
}

fn work() -> io::Result<()> {
    bounds::forbid_writing();
    let mut jobs = BufReader::new(io::stdin());
    let reports = Rc::new(RefCell::new(io::stdout()));
    tell(&reports, &Report::Ready { engine: ENGINE.to_owned() })?;
    while let Some((job, content)) = receive_job(&mut jobs)? {
        bounds::limit_memory(&job.config, content.len());
        let mut timings = Timings::default();
        let result = extract(&job, &content, &reports, &mut timings);
        tell(&reports, &Report::Done(result, timings))?;
    }
    Ok(())
}

fn extract(
    job: &Job,
    content: &[u8],
    reports: &Rc<RefCell<Stdout>>,
    timings: &mut Timings,
) -> Result<String, ExtractError> {
    let document = job.document();
    let extractor = Extractor::new(job.config.clone());
    let listener = listener(reports);
    extractor.extract_here(content, &job.mime(), &document, timings, |page, document| {
        let page = javascript::apply(page, document, &job.config, &listener)?;
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
