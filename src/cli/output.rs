//! Standard output and standard error: a fault in writing is told once, when the command ends, and is never a panic.
//!
//! What else a command does, such as recording, goes on. A reader that has seen enough is no fault.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

/// What went wrong first on standard output; nothing is written after it.
static FAULT: OnceLock<io::Error> = OnceLock::new();

/// Prints to standard output, as the macro of the standard library does.
macro_rules! print_out {
    ($($text:tt)*) => { $crate::cli::output::write_out(format_args!($($text)*)) };
}

/// The same with a line's end.
macro_rules! print_line {
    () => { $crate::cli::output::write_out(format_args!("\n")) };
    ($($text:tt)*) => { $crate::cli::output::write_out(format_args!("{}\n", format_args!($($text)*))) };
}

pub(crate) use {print_line as println, print_out as print};

/// What the macros expand to: colours are left out where they would not be seen.
pub fn write_out(text: fmt::Arguments<'_>) {
    if FAULT.get().is_none() {
        keep(anstream::stdout().lock().write_fmt(text));
    }
}

/// Writes to standard error. Where that cannot be written there is nobody left to tell.
pub fn write_err(text: fmt::Arguments<'_>) {
    let _ = anstream::stderr().lock().write_fmt(format_args!("{text}\n"));
}

/// What could not be written to standard output, once all has been.
pub fn fault() -> Option<&'static io::Error> {
    keep(io::stdout().flush());
    FAULT.get().filter(|fault| fault.kind() != ErrorKind::BrokenPipe)
}

fn keep(written: io::Result<()>) {
    if let Err(fault) = written {
        // Only the first one tells why.
        let _ = FAULT.set(fault);
    }
}

/// Standard output for what writes into a writer.
pub struct Out;

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if FAULT.get().is_none() {
            keep(io::stdout().write_all(bytes));
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        keep(io::stdout().flush());
        Ok(())
    }
}
