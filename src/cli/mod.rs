//! The commands, one file each; the only place that prints.
//!
//! Results go to standard output, everything else to standard error; both by way of `output`.

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod adopt;
mod checks;
mod classify;
mod config;
mod console;
mod dataset;
mod demo;
mod diff;
mod difference;
mod doctor;
mod ending;
mod evaluation;
mod extract;
mod filter_worker;
mod findings;
mod held;
mod history;
mod import;
mod kinds;
mod lint;
mod mark;
mod moment;
mod noise;
mod output;
mod past;
mod preview;
mod reading;
mod replay;
mod schedule;
mod search;
mod selection;
mod selectors;
mod serve;
mod show;
mod site;
mod sparkline;
mod stats;
mod status;
mod table;
mod track;
mod trial;
mod upgrade;
mod validate;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

use crate::app::App;
use crate::config::Warning;
use crate::declarations::Diagnostic;
use console::Console;

/// Tracks the terms of online services and keeps their history in git.
#[derive(Debug, Parser)]
#[command(name = "fineprint", version, about, propagate_version = true, infer_long_args = false)]
struct Cli {
    /// The collection's folder: its declarations, configuration and archive
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    collection: PathBuf,

    /// Log more; twice for details of HTTP and git
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,

    /// Log errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Track(track::Track),
    ApplyTechnicalUpgrades(upgrade::ApplyTechnicalUpgrades),
    Preview(preview::Preview),
    History(history::History),
    Show(show::Show),
    Diff(diff::Diff),
    Search(search::Search),
    Stats(stats::Stats),
    Classify(classify::Classify),
    Status(status::Status),
    Held(held::Held),
    Checks(checks::Checks),
    Mark(mark::Mark),
    Noise(noise::Noise),
    Validate(validate::Validate),
    Extract(extract::Extract),
    Lint(lint::Lint),
    Verify(verify::Verify),
    Doctor(doctor::Doctor),
    Adopt(adopt::Adopt),
    Serve(serve::Serve),
    Site(site::Site),
    Import(import::Import),
    Dataset(dataset::Dataset),
    Config(config::Config),
}

/// What every command is given.
struct Context {
    /// The collection's folder.
    root: PathBuf,
    console: Console,
}

impl Context {
    /// Warns of what is wrong with the collection's files; the terms they spoil are left out, all others go on.
    fn tell_faults(&self, app: &App) {
        self.tell_warnings(&app.warnings);
        self.tell(&app.faults);
    }

    /// Warns of faults in files.
    fn tell<'a>(&self, faults: impl IntoIterator<Item = &'a Diagnostic>) {
        for fault in faults {
            self.console.warning(&with_hint(&fault.to_string(), fault.hint.as_deref()));
        }
    }

    /// Warns of what is odd about the configuration.
    fn tell_warnings(&self, warnings: &[Warning]) {
        for warning in warnings {
            self.console.warning(&with_hint(&warning.to_string(), warning.hint().as_deref()));
        }
    }
}

fn with_hint(text: &str, hint: Option<&str>) -> String {
    hint.map_or(text.to_owned(), |hint| format!("{text}\nhint: {hint}"))
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    if filter_worker::is_asked_for() {
        return filter_worker::run();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    // The demo tells its own story; faults are a part of it.
    let is_quiet = cli.quiet || (matches!(cli.command, Command::Demo(_)) && cli.verbose == 0);
    let context = Context { root: cli.collection, console: Console::start(cli.verbose, is_quiet) };
    let ended = cli.command.run(&context);
    let unwritten = output::fault().map(|fault| anyhow!("cannot write to standard output: {fault}"));
    match ended.and_then(|code| unwritten.map_or(Ok(code), Err)) {
        Ok(code) => code,
        Err(error) => {
            context.console.error(&error);
            ExitCode::FAILURE
        }
    }
}

impl Command {
    fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self {
            Self::Demo(command) => command.run(context),
            Self::Track(command) => command.run(context),
            Self::ApplyTechnicalUpgrades(command) => command.run(context),
            Self::Preview(command) => command.run(context),
            Self::History(command) => command.run(context),
            Self::Show(command) => command.run(context),
            Self::Diff(command) => command.run(context),
            Self::Search(command) => command.run(context),
            Self::Stats(command) => command.run(context),
            Self::Classify(command) => command.run(context),
            Self::Status(command) => command.run(context),
            Self::Held(command) => command.run(context),
            Self::Checks(command) => command.run(context),
            Self::Mark(command) => command.run(context),
            Self::Noise(command) => command.run(context),
            Self::Validate(command) => command.run(context),
            Self::Extract(command) => command.run(context),
            Self::Lint(command) => command.run(context),
            Self::Verify(command) => command.run(context),
            Self::Doctor(command) => command.run(context),
            Self::Adopt(command) => command.run(context),
            Self::Serve(command) => command.run(context),
            Self::Site(command) => command.run(context),
            Self::Import(command) => command.run(context),
            Self::Dataset(command) => command.run(context),
            Self::Config(command) => {
                command.run(&context.root, &std::env::vars_os().collect()).map(|()| ExitCode::SUCCESS)
            }
        }
    }
}

/// Prints help, a version or what is wrong with the command line. Anything but a question answered ends with 1, as
/// the engine that collections' scripts were written for does.
fn refuse(error: &clap::Error) -> ExitCode {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && std::env::args_os().count() == 1 {
        let _ = Cli::command().print_help();
        return ExitCode::FAILURE;
    }
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
