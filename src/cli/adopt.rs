//! `fineprint adopt`: tells what existing repositories hold, and has the collection continue them.

mod findings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::output::println;
use anyhow::{Context as _, anyhow};
use clap::Args;
use serde_json::{Value, json};

use super::Context;
use crate::app::{App, explained, hinted};
use crate::config::{self, Loaded, LocalError, Origin};
use crate::domain::Collection;
use crate::records::{Holding, RecordsError, Survey, survey};

/// Tell what repositories of versions and snapshots hold, and continue them
///
/// PATH is a git repository, bare or not, as Open Terms Archive's engine or fineprint left it: whether it holds versions
/// or snapshots is read from its commits. Nothing in it is changed. Where the collection's configuration leads elsewhere,
/// what is missing is written to a new `config/local.json`; a file that is there is never written over. Without PATH, the
/// configured repositories are told of.
#[derive(Debug, Args)]
pub struct Adopt {
    /// Repositories of versions or of snapshots
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Print JSON, for other programs
    #[arg(long)]
    json: bool,
}

/// Repositories by what they hold.
type Surveyed = BTreeMap<Holding, (PathBuf, Survey)>;

/// What was written so that the collection continues repositories.
struct Written {
    path: PathBuf,
    settings: Vec<(&'static str, Value)>,
}

impl Adopt {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let loaded = App::configuration(&context.root)?;
        let surveyed = match self.paths.is_empty() {
            true => configured(&loaded)?,
            false => named(&self.paths)?,
        };
        let collection = App::declared(&loaded.config)?.collection;
        if self.json {
            let written = self.written(&surveyed, &loaded, &context.root)?;
            println!("{:#}", as_json(&surveyed, &collection, written.as_ref()));
            return Ok(ExitCode::SUCCESS);
        }
        if self.paths.is_empty() {
            print_missing(&surveyed, &loaded);
        }
        for (holding, (path, survey)) in &surveyed {
            findings::print(holding.name(), path, &survey.held, &collection);
        }
        match self.written(&surveyed, &loaded, &context.root)? {
            Some(Written { path, settings }) => {
                println!("Written to {}:\n\n{}", path.display(), config::as_file(&settings));
            }
            None if self.paths.is_empty() => {}
            None => println!("The configuration leads there already, so nothing is written."),
        }
        print_next();
        Ok(ExitCode::SUCCESS)
    }

    /// Has the configuration lead to the repositories that were named, where it does not yet.
    fn written(&self, surveyed: &Surveyed, loaded: &Loaded, root: &Path) -> anyhow::Result<Option<Written>> {
        if self.paths.is_empty() { Ok(None) } else { continue_with(surveyed, loaded, root) }
    }
}

fn as_json(surveyed: &Surveyed, collection: &Collection, written: Option<&Written>) -> Value {
    let repositories = surveyed.iter().map(|(holding, (path, survey))| {
        let mut object = findings::as_json(&survey.held, collection);
        object["holds"] = json!(holding.name());
        object["path"] = json!(path);
        object
    });
    let mut object = json!({ "repositories": repositories.collect::<Value>() });
    if let Some(Written { path, settings }) = written {
        let settings: serde_json::Map<String, Value> =
            settings.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        object["written"] = json!({ "path": path, "settings": settings });
    }
    object
}

/// Tells which of the configured repositories are not there, or hold nothing.
fn print_missing(surveyed: &Surveyed, loaded: &Loaded) {
    for holding in [Holding::Snapshots, Holding::Versions].iter().filter(|holding| !surveyed.contains_key(holding)) {
        println!("{}: nothing yet in {}\n", holding.name(), configured_path(loaded, *holding).display());
    }
}

/// The repositories that the configuration leads to.
fn configured(loaded: &Loaded) -> anyhow::Result<Surveyed> {
    let mut found = Surveyed::new();
    for holding in [Holding::Snapshots, Holding::Versions] {
        let path = configured_path(loaded, holding);
        match survey(path) {
            Ok(survey) => add(&mut found, path.to_owned(), survey)?,
            Err(RecordsError::NoRepository { .. } | RecordsError::EmptyBranch { .. }) => {}
            Err(error) => return Err(explained(error)),
        }
        let strays = found.get(&holding).is_none_or(|(at, _)| at != path) && found.values().any(|(at, _)| at == path);
        if strays {
            let fault = format!("{} is configured for {}, and holds others", path.display(), holding.name());
            let hint = format!("set `{}`, or run `fineprint adopt PATH…`", key_of(holding, "path"));
            return Err(hinted(&fault, Some(hint)));
        }
    }
    Ok(found)
}

fn named(paths: &[PathBuf]) -> anyhow::Result<Surveyed> {
    let mut found = Surveyed::new();
    for path in paths {
        let survey = survey(path).map_err(explained)?;
        let path = path.canonicalize().with_context(|| format!("cannot tell where {} is", path.display()))?;
        add(&mut found, path, survey)?;
    }
    Ok(found)
}

fn add(found: &mut Surveyed, path: PathBuf, survey: Survey) -> anyhow::Result<()> {
    let holding = survey.holding;
    match found.insert(holding, (path.clone(), survey)) {
        None => Ok(()),
        Some((other, _)) => {
            let fault = format!("{} and {} both hold {}", other.display(), path.display(), holding.name());
            Err(hinted(&fault, Some("a collection has one repository of each; name one")))
        }
    }
}

/// Has the configuration lead to the repositories, where it does not yet.
fn continue_with(surveyed: &Surveyed, loaded: &Loaded, root: &Path) -> anyhow::Result<Option<Written>> {
    let settings: Vec<(&'static str, Value)> = surveyed
        .iter()
        .flat_map(|(holding, (path, survey))| missing_settings(*holding, path, survey, loaded, root))
        .collect();
    if settings.is_empty() {
        return Ok(None);
    }
    let path = match config::write_local(root, &settings) {
        Ok(path) => path,
        Err(error @ LocalError::Exists { .. }) => {
            let hint = format!("add these settings to it by hand:\n{}", config::as_file(&settings));
            return Err(hinted(&error, Some(hint)));
        }
        Err(error) => return Err(error.into()),
    };
    check_effect(surveyed, root)?;
    Ok(Some(Written { path, settings }))
}

/// What has to be set so that a repository is continued as it was written so far.
fn missing_settings(
    holding: Holding,
    path: &Path,
    survey: &Survey,
    loaded: &Loaded,
    root: &Path,
) -> Vec<(&'static str, Value)> {
    let mut settings = Vec::new();
    if !is_at(configured_path(loaded, holding), path) {
        settings.push((key_of(holding, "path"), Value::from(as_seen_from(root, path))));
    }
    let habits = &survey.habits;
    let mut take_on = |key: &'static str, value: Option<&str>| {
        let setting = loaded.setting(key);
        let is_open = setting.is_some_and(|set| set.origin == Origin::Default && set.value.as_str() != value);
        if let Some(value) = value.filter(|_| is_open) {
            settings.push((key, Value::from(value)));
        }
    };
    if holding == Holding::Versions {
        take_on(key_of(holding, "snapshotIdentiferTemplate"), habits.snapshot_template.as_deref());
    }
    if let Some(author) = &habits.author {
        take_on(key_of(holding, "author.name"), Some(&author.name));
        take_on(key_of(holding, "author.email"), Some(&author.email));
    }
    settings
}

/// Makes sure that no stronger file or variable leads elsewhere.
fn check_effect(surveyed: &Surveyed, root: &Path) -> anyhow::Result<()> {
    let loaded = App::configuration(root)?;
    for (holding, (path, _)) in surveyed {
        let key = key_of(*holding, "path");
        if !is_at(configured_path(&loaded, *holding), path) {
            let origin = loaded.setting(key).map(|setting| setting.origin.to_string()).unwrap_or_default();
            return Err(anyhow!(
                "`{key}` is set to another folder by {origin}, which is stronger\nhint: change it there"
            ));
        }
    }
    Ok(())
}

fn print_next() {
    println!("Next: `fineprint apply-technical-upgrades --dry-run` shows what extracting again would change,");
    println!("`fineprint verify` checks every record, and `fineprint track` goes on from where they end.");
}

fn configured_path(loaded: &Loaded, holding: Holding) -> &Path {
    match holding {
        Holding::Snapshots => &loaded.config.recorder.snapshots.path,
        Holding::Versions => &loaded.config.recorder.versions.path,
    }
}

/// The key in the table of the configuration.
fn key_of(holding: Holding, end: &str) -> &'static str {
    let name = format!("recorder.{}.storage.git.{end}", holding.name());
    let key = config::KEYS.iter().find(|key| key.path == name);
    key.map(|key| key.path).expect("both repositories have these keys")
}

fn is_at(configured: &Path, path: &Path) -> bool {
    configured.canonicalize().is_ok_and(|configured| configured == path)
}

/// A path as a configuration names it: relative in and beside the collection, so that both can be moved together.
fn as_seen_from(root: &Path, path: &Path) -> String {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let inside = path.strip_prefix(&root).ok().filter(|rest| !rest.as_os_str().is_empty());
    let beside = || path.strip_prefix(root.parent()?).ok().filter(|rest| !rest.as_os_str().is_empty());
    match (inside, beside()) {
        (Some(rest), _) => format!("./{}", rest.display()),
        (None, Some(rest)) => format!("../{}", rest.display()),
        (None, None) => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_near_the_collection_are_written_relative_to_it() {
        let seen = |path: &str| as_seen_from(Path::new("/srv/ota/declarations"), Path::new(path));

        assert_eq!(seen("/srv/ota/declarations/data/versions"), "./data/versions");
        assert_eq!(seen("/srv/ota/versions"), "../versions");
        assert_eq!(seen("/data/versions"), "/data/versions");
    }
}
