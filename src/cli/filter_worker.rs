//! `fineprint filter-worker`: what the program starts itself to run filters in a process that it can kill.
//!
//! Not for people: it speaks a protocol of its own over standard input and output, and logs nothing.

use std::env;
use std::process::ExitCode;

use crate::extract::worker;

/// Whether the process was started to be a worker.
pub fn is_asked_for() -> bool {
    env::args_os().nth(1).is_some_and(|command| command == worker::COMMAND)
}

/// Works until the program that started it is done.
pub fn run() -> ExitCode {
    match worker::serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
