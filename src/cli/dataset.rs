//! `fineprint dataset`: writes all versions of the archive into a ZIP file.

use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::output::println;
use anyhow::Context as _;
use clap::Args;
use tempfile::NamedTempFile;

use super::Context;
use super::reading::refuse_empty;
use crate::app::{App, hinted};
use crate::dataset::{self, About, LeftOut};
use crate::domain::Clock;

/// What a dataset is called whose collection has no name.
const UNNAMED: &str = "dataset";

/// How many versions are named that had to be left out.
const LEFT_OUT_SHOWN: usize = 20;

/// Write all versions into a ZIP file, for research
///
/// The layout is that of Open Terms Archive's datasets: one file for each version, named after service, terms type and
/// date, with a README and a licence. `fineprint import` reads it. `dataset.title` in the configuration names it. A version
/// that is damaged in the archive is left out and told, and the command ends with 1.
#[derive(Debug, Args)]
pub struct Dataset {
    /// The file to write, which must not exist yet; by default named after title and date, in the current folder
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Dataset {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let loaded = App::configuration(&context.root)?;
        let archive = App::archive_for_reading(&context.root)?;
        let (versions, renames) = (archive.versions()?, archive.renames());
        refuse_empty(&versions)?;
        let config = loaded.config.dataset;
        let about = About {
            title: config.title.unwrap_or_else(|| folder_name(&context.root)),
            date: Clock::system().now(),
            versions_url: config.versions_repository_url,
        };
        let out = self.out.unwrap_or_else(|| PathBuf::from(format!("{}.zip", dataset::file_stem(&about))));
        if out.exists() {
            return Err(hinted(&format!("{} exists already", out.display()), Some("name another file with `--out`")));
        }
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = whole_or_not_there(folder).with_context(|| format!("cannot write to {}", folder.display()))?;
        let exported = dataset::export(
            &versions,
            &about,
            |terms, date| renames.current(terms, date),
            BufWriter::new(file.as_file_mut()),
        )?;
        file.persist_noclobber(&out).with_context(|| format!("cannot write {}", out.display()))?;
        println!(
            "{}: {} versions of {} terms of {} services",
            out.display(),
            exported.versions,
            exported.terms,
            exported.services
        );
        print_left_out(&exported.left_out);
        Ok(if exported.left_out.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn print_left_out(left_out: &[LeftOut]) {
    if left_out.is_empty() {
        return;
    }
    println!("left out: {}", left_out.len());
    for version in left_out.iter().take(LEFT_OUT_SHOWN) {
        println!("  {version}");
    }
    if left_out.len() > LEFT_OUT_SHOWN {
        println!("  and {} more", left_out.len() - LEFT_OUT_SHOWN);
    }
}

/// A file that gets its name when it is complete, and is for everybody to read.
fn whole_or_not_there(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder)
}

fn folder_name(root: &Path) -> String {
    let whole = root.canonicalize().ok();
    let name = whole.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| UNNAMED.to_owned())
}
