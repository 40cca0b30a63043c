//! Logs and progress on standard error, so that one never tears the other.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use owo_colors::OwoColorize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::output::write_err;
use super::reading::harmless;

/// Standard error, shared by the log and a progress display.
#[derive(Clone)]
pub struct Console {
    progress: MultiProgress,
    is_terminal: bool,
}

impl Console {
    /// Takes standard error for logs. On a terminal what a progress display shows anyway is not logged.
    ///
    /// `RUST_LOG` chooses what is logged where it is set.
    pub fn start(verbose: u8, quiet: bool) -> Self {
        let console = Self { progress: MultiProgress::new(), is_terminal: io::stderr().is_terminal() };
        let level = match (quiet, verbose, console.is_terminal) {
            (true, ..) => "error",
            (_, 0, true) => "fineprint=warn",
            (_, 0, false) => "fineprint=info",
            (_, 1, _) => "fineprint=debug",
            _ => "debug",
        };
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_target(false)
            .with_ansi(console.is_terminal)
            .with_writer(console.clone())
            .init();
        console
    }

    /// A bar over `length` steps; invisible where standard error is no terminal.
    pub fn bar(&self, length: usize) -> ProgressBar {
        if !self.is_terminal {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{bar:24} {pos:>4}/{len} {wide_msg}")
            .expect("the template names known keys only");
        let bar = self.progress.add(ProgressBar::new(length as u64).with_style(style));
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    /// A count that grows; invisible where standard error is no terminal.
    pub fn counter(&self, of: &'static str) -> ProgressBar {
        let bar = if self.is_terminal { self.progress.add(ProgressBar::no_length()) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{pos} {msg}").expect("the template names known keys only");
        bar.with_style(style).with_message(of)
    }

    /// Tells something that is neither a result nor a log line.
    pub fn note(&self, text: &str) {
        self.progress.suspend(|| write_err(format_args!("{text}")));
    }

    /// Tells why a command ended, and what can be done about it.
    pub fn error(&self, error: &anyhow::Error) {
        self.progress.suspend(|| write_err(format_args!("{} {}", "error:".red().bold(), harmless(&told(error)))));
    }

    /// Tells of a fault that does not end the command.
    pub fn warning(&self, text: &str) {
        self.progress.suspend(|| write_err(format_args!("{} {text}", "warning:".yellow().bold())));
    }
}

/// An error and its causes on one line; a cause that a message already ends with is not told twice.
fn told(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| match told.is_empty() {
        true => cause,
        false if told.contains(&cause) => told,
        false => format!("{told}: {cause}"),
    })
}

/// One log line, written between two redraws of the progress display.
pub struct Line<'a>(&'a MultiProgress);

impl<'a> MakeWriter<'a> for Console {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(&self.progress)
    }
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
