//! `fineprint extract`: what comes out of recorded pages, and whether it is what must come out.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::Context;
use super::output::Out;
use crate::extract::cases::{self, Case, CaseError, Checked, Extracted};
use crate::extract::{Config, Extractor, Timings};

/// Extract a recorded page, or check many against what must come out of them
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["case", "cases"])))]
pub struct Extract {
    /// Print the Markdown of a page as this file, in the words of a declaration, selects it
    #[arg(long, value_name = "CASE.json", requires = "snapshot")]
    case: Option<PathBuf>,
    /// The recorded page
    #[arg(value_name = "SNAPSHOT", conflicts_with = "cases")]
    snapshot: Option<PathBuf>,
    /// Check every case in this folder and those below it
    #[arg(long, value_name = "FOLDER")]
    cases: Option<PathBuf>,
    /// Write what comes out of each case that differs, or of which nothing is expected, below this folder
    #[arg(long, value_name = "FOLDER", requires = "cases")]
    out: Option<PathBuf>,
    /// How many cases to check at once [default: one per core]
    #[arg(long, value_name = "N", requires = "cases")]
    jobs: Option<std::num::NonZeroUsize>,
    /// Print how long it took
    #[arg(long, requires = "cases")]
    timings: bool,
}

impl Extract {
    pub(super) fn run(self, _: &Context) -> anyhow::Result<ExitCode> {
        let is_as_expected = self.run_into(&mut Out)?;
        Ok(if is_as_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn run_into(&self, out: &mut dyn Write) -> anyhow::Result<bool> {
        let extractor = Extractor::new(Config::default());
        match (&self.case, &self.snapshot, &self.cases) {
            (Some(case), Some(snapshot), _) => print_one(&extractor, case, snapshot, out),
            (_, _, Some(root)) => self.check(&extractor, root, out),
            _ => Ok(true),
        }
    }

    fn check(&self, extractor: &Extractor, root: &Path, out: &mut dyn Write) -> anyhow::Result<bool> {
        let folders = cases::folders_below(root)?;
        let jobs = self.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, usize::from);
        let started = Instant::now();
        let mut tally = Tally::default();
        let mut failure = None;
        cases::check_all(&folders, extractor, jobs, |checked| {
            let told = match checked {
                Ok(checked) => self.tell(root, &checked, &mut tally, out),
                Err(broken) => tally.add_broken(&broken, out),
            };
            failure = failure.take().or(told.err());
        });
        if let Some(error) = failure {
            return Err(error);
        }
        tally.print(out)?;
        if self.timings {
            tally.print_timings(started.elapsed(), out)?;
        }
        Ok(tally.identical + tally.unchecked == tally.all)
    }

    fn tell(&self, root: &Path, checked: &Checked, tally: &mut Tally, out: &mut dyn Write) -> anyhow::Result<()> {
        tally.add(checked);
        if checked.is_identical() {
            return Ok(());
        }
        let name = checked.folder.strip_prefix(root).unwrap_or(&checked.folder);
        if checked.expected.is_some() {
            writeln!(out, "differs: {}", name.display())?;
        }
        match &self.out {
            Some(folder) => write_actual(&folder.join(name), &checked.actual),
            None => Ok(()),
        }
    }
}

/// Prints the Markdown of one page, with a line break at its end.
fn print_one(extractor: &Extractor, case: &Path, snapshot: &Path, out: &mut dyn Write) -> anyhow::Result<bool> {
    let case = Case::of_files(case, snapshot)?;
    match case.extract(extractor, &mut Timings::default()) {
        Extracted::Markdown(markdown) => writeln!(out, "{markdown}")?,
        Extracted::Error(error) => anyhow::bail!(error),
    }
    Ok(true)
}

fn write_actual(folder: &Path, actual: &Extracted) -> anyhow::Result<()> {
    let (name, text) = match actual {
        Extracted::Markdown(markdown) => ("actual.md", markdown),
        Extracted::Error(error) => ("actual.error.txt", error),
    };
    let path = folder.join(name);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// What came of all cases.
#[derive(Default)]
struct Tally {
    all: usize,
    identical: usize,
    /// Cases of which nothing is expected.
    unchecked: usize,
    html: usize,
    html_identical: usize,
    /// The word recall of each PDF file of which something is expected.
    recalls: Vec<f64>,
    bytes: usize,
    html_bytes: usize,
    timings: Timings,
}

impl Tally {
    /// Counts a case that cannot be read as one that differs: one odd file must not hide all others.
    fn add_broken(&mut self, broken: &CaseError, out: &mut dyn Write) -> anyhow::Result<()> {
        self.all += 1;
        self.html += 1;
        Ok(writeln!(out, "broken: {broken}")?)
    }

    fn add(&mut self, checked: &Checked) {
        let is_identical = usize::from(checked.is_identical());
        self.all += 1;
        self.identical += is_identical;
        self.unchecked += usize::from(checked.expected.is_none());
        self.bytes += checked.bytes;
        self.timings += checked.timings;
        if checked.is_pdf {
            self.recalls.extend(checked.expected.as_ref().map(|expected| checked.actual.word_recall(expected)));
        } else {
            self.html += 1;
            self.html_identical += is_identical;
            self.html_bytes += checked.bytes;
        }
    }

    fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "identical: {} of {}", self.identical, self.all)?;
        writeln!(out, "html: {} of {}", self.html_identical, self.html)?;
        match self.recalls.len() {
            0 => writeln!(out, "pdf: word recall -"),
            files => writeln!(out, "pdf: word recall {:.4}", self.recalls.iter().sum::<f64>() / files as f64),
        }
    }

    fn print_timings(&self, elapsed: Duration, out: &mut dyn Write) -> io::Result<()> {
        let seconds = elapsed.as_secs_f64();
        let Timings { parse, filter, select, convert } = self.timings;
        let per_mb = |step: Duration| step.as_secs_f64() * 1e9 / self.html_bytes.max(1) as f64;
        writeln!(out, "documents per second: {:.1}", self.all as f64 / seconds)?;
        writeln!(out, "MB per second: {:.1}", self.bytes as f64 / 1e6 / seconds)?;
        writeln!(
            out,
            "CPU milliseconds per MB: parse {:.2}, filter {:.2}, select {:.2}, convert {:.2}",
            per_mb(parse),
            per_mb(filter),
            per_mb(select),
            per_mb(convert)
        )?;
        let ratio = self.timings.total().as_secs_f64() / parse.as_secs_f64().max(f64::EPSILON);
        writeln!(out, "ratio of all to parse: {ratio:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        extract: Extract,
    }

    const CASE: &str = r#"{ "location": "https://acme.example/privacy", "select": "main" }"#;
    const PAGE: &str = "<nav>Menu</nav><main><h1>Privacy</h1><p>We keep <a href=/log>logs</a>.</main>";
    const MARKDOWN: &str = "Privacy\n=======\n\nWe keep [logs](https://acme.example/log).";

    fn cases(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    fn extract(dir: &Path, arguments: &[&str]) -> anyhow::Result<(bool, String)> {
        let arguments = arguments.iter().map(|argument| argument.replace("DIR", dir.to_str().unwrap()));
        let extract = Cli::parse_from(std::iter::once("extract".to_owned()).chain(arguments)).extract;
        let mut out = Vec::new();
        let is_as_expected = extract.run_into(&mut out)?;
        Ok((is_as_expected, String::from_utf8(out)?))
    }

    #[test]
    fn one_page_is_printed() {
        let dir = cases(&[("case.json", CASE), ("page.html", PAGE)]);

        let (_, out) = extract(dir.path(), &["--case", "DIR/case.json", "DIR/page.html"]).unwrap();

        assert_eq!(out, format!("{MARKDOWN}\n"));
    }

    #[test]
    fn cases_that_differ_are_named_and_written_out() {
        let dir = cases(&[
            ("acme/1/case.json", CASE),
            ("acme/1/snapshot.html", PAGE),
            ("acme/1/expected.md", MARKDOWN),
            ("acme/2/case.json", CASE),
            ("acme/2/snapshot.html", "<p>Moved"),
            ("acme/2/expected.md", MARKDOWN),
        ]);

        let (is_as_expected, out) =
            extract(dir.path(), &["--cases", "DIR", "--out", "DIR/out", "--jobs", "1"]).unwrap();

        assert!(!is_as_expected);
        assert_eq!(out, "differs: acme/2\nidentical: 1 of 2\nhtml: 1 of 2\npdf: word recall -\n");
        let written = fs::read_to_string(dir.path().join("out/acme/2/actual.error.txt")).unwrap();
        assert!(written.starts_with("Extract failed: The provided selector \"main\" has no match"), "{written}");
        assert!(!dir.path().join("out/acme/1").exists());
    }

    #[test]
    fn timings_are_told_on_request() {
        let dir = cases(&[("1/case.json", CASE), ("1/snapshot.html", PAGE), ("1/expected.md", MARKDOWN)]);

        let (_, out) = extract(dir.path(), &["--cases", "DIR", "--timings"]).unwrap();

        let names: Vec<_> = out.lines().skip(3).filter_map(|line| line.split(':').next()).collect();
        assert_eq!(
            names,
            ["documents per second", "MB per second", "CPU milliseconds per MB", "ratio of all to parse"]
        );
    }
}
