//! `fineprint doctor`: what is installed and usable on this machine, for this collection.

use std::process::ExitCode;

use super::output::println;
use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::Context;
use super::table::columns;
use crate::app::{Finding, State, examine};

/// Look whether everything that tracking needs is there and works
#[derive(Debug, Args)]
pub struct Doctor {
    /// Print JSON, for other programs
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Ends with 1 if there is a problem; warnings are none.
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        let findings = runtime.block_on(examine(&context.root));
        if self.json {
            let list: Vec<Value> = findings.iter().map(as_json).collect();
            println!("{}", serde_json::to_string_pretty(&list)?);
        } else {
            print(&findings);
        }
        let has_problem = findings.iter().any(|finding| finding.state == State::Problem);
        Ok(if has_problem { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn print(findings: &[Finding]) {
    let row = |finding: &Finding| [finding.name, in_words(finding.state), &finding.detail].map(str::to_owned);
    let rows: Vec<[String; 3]> = findings.iter().map(row).collect();
    for (line, finding) in columns(&rows).iter().zip(findings) {
        println!("{line}");
        if let Some(hint) = &finding.hint {
            println!("  hint: {hint}");
        }
    }
}

fn as_json(finding: &Finding) -> Value {
    json!({
        "name": finding.name,
        "state": in_words(finding.state),
        "detail": finding.detail,
        "hint": finding.hint,
    })
}

fn in_words(state: State) -> &'static str {
    match state {
        State::Fine => "fine",
        State::Warning => "warning",
        State::Problem => "problem",
    }
}
