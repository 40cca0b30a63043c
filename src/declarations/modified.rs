//! Finds what the current branch changes in declarations, compared to `main` of `origin`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::folder::{FOLDER, Folder, declaration_file, filters_file, filters_history_file, history_file};
use super::{Source, json};

/// What declarations are compared to.
const BASE: &str = "refs/remotes/origin/main";

/// The ids of changed services, each with the terms types that changed.
pub type Modified = BTreeMap<String, Vec<String>>;

/// Why it cannot be told what changed.
#[derive(Debug, thiserror::Error)]
pub enum ModifiedError {
    #[error("`git` cannot be run")]
    NoGit(#[source] io::Error),
    #[error("the declarations cannot be compared to the branch `main` of `origin`: {0}")]
    NotComparable(String),
    #[error("{} lies in no git repository, so nothing tells what was modified", path.display())]
    NoRepository { path: PathBuf },
    #[error(transparent)]
    Unlisted(#[from] super::DeclarationsError),
}

impl ModifiedError {
    /// An act the reader can do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoGit(_) => "install git, or name the services with `--services`",
            Self::NotComparable(_) => "run `git fetch origin main`, or name the services with `--services`",
            Self::NoRepository { .. } => {
                "run this in a clone of the collection, or name the services with `--services`"
            }
            Self::Unlisted(error) => error.hint(),
        }
    }
}

/// The services whose files differ between `main` of `origin` and the current commit.
///
/// A changed filters file may change all terms of its service; a changed history changes none.
pub fn modified(collection_dir: &Path) -> Result<Modified, ModifiedError> {
    let changed = changed_files(collection_dir)?;
    let is_changed = |file: String| changed.contains(&file);
    let mut modified = Modified::new();
    for id in Folder::list(collection_dir)?.declared {
        if is_changed(filters_file(&id)) || is_changed(filters_history_file(&id)) {
            let all = terms(&declared_now(collection_dir, &id)).into_keys().collect();
            modified.insert(id, all);
        } else if is_changed(declaration_file(&id)) {
            let types = changed_types(collection_dir, &id)?;
            modified.insert(id, types);
        } else if is_changed(history_file(&id)) {
            modified.insert(id, Vec::new());
        }
    }
    Ok(modified)
}

fn changed_files(dir: &Path) -> Result<Vec<String>, ModifiedError> {
    if !git(dir, ["rev-parse", "--git-dir"])?.status.success() {
        return Err(ModifiedError::NoRepository { path: dir.to_owned() });
    }
    let folder = format!("./{FOLDER}");
    let options = ["diff", "-z", "--diff-filter=d", "--name-only", "--relative", "--no-ext-diff", BASE, "HEAD", "--"];
    let output = git(dir, options.iter().chain(&[folder.as_str()]))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("git gives no reason").to_owned();
        return Err(ModifiedError::NotComparable(why));
    }
    Ok(output.stdout.split(|byte| *byte == 0).map(|file| String::from_utf8_lossy(file).into_owned()).collect())
}

fn changed_types(dir: &Path, id: &str) -> Result<Vec<String>, ModifiedError> {
    // A declaration that is new has no counterpart; then all of its terms are new.
    let shown = git(dir, ["show", &format!("{BASE}:./{}", declaration_file(id))])?;
    let before = serde_json::from_slice(&shown.stdout).unwrap_or_default();
    let (before, now) = (terms(&before), terms(&declared_now(dir, id)));
    Ok(now.into_iter().filter(|(name, declared)| before.get(name) != Some(declared)).map(|(name, _)| name).collect())
}

/// The declaration as it is in the folder; what is wrong with it, the check itself says.
fn declared_now(dir: &Path, id: &str) -> Value {
    let json = Source::read(dir, &declaration_file(id)).and_then(json::parse);
    json.map(|json| json.parsed.value).unwrap_or_default()
}

fn terms(declaration: &Value) -> BTreeMap<String, Value> {
    let terms = declaration.get("terms").and_then(Value::as_object);
    terms.into_iter().flatten().map(|(name, declared)| (name.clone(), declared.clone())).collect()
}

fn git(dir: &Path, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<Output, ModifiedError> {
    let mut command = Command::new("git");
    command.args(["--literal-pathspecs", "--no-pager", "-c", "core.fsmonitor=false"]).args(arguments);
    command.current_dir(dir).env("GIT_OPTIONAL_LOCKS", "0").stdin(std::process::Stdio::null());
    command.output().map_err(ModifiedError::NoGit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::fixture::Folder as Fixture;

    const OLD: &str =
        r#"{ "name": "A", "terms": { "Imprint": { "fetch": "https://a.example/1" }, "Live Policy": {} } }"#;
    const NEW: &str =
        r#"{ "terms": { "Live Policy": {}, "Imprint": { "fetch": "https://a.example/2" } }, "name": "A" }"#;

    fn run(folder: &Fixture, arguments: &[&str]) {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false"];
        let output = git(folder.path(), identity.iter().chain(arguments)).unwrap();
        assert!(output.status.success(), "{arguments:?} {output:?}");
    }

    /// A repository with one commit that is also what `origin` had.
    fn published(folder: Fixture) -> Fixture {
        run(&folder, &["init", "-q"]);
        run(&folder, &["add", "."]);
        run(&folder, &["commit", "-q", "-m", "one"]);
        run(&folder, &["update-ref", BASE, "HEAD"]);
        folder
    }

    fn committed(folder: Fixture) -> Fixture {
        run(&folder, &["add", "."]);
        run(&folder, &["commit", "-q", "-m", "two"]);
        folder
    }

    #[test]
    fn only_changed_terms_of_changed_services_are_found() {
        let folder =
            published(Fixture::new().file("Acme.json", OLD).file("Beta.json", OLD).file("Gamma [x].json", OLD));
        let folder = committed(
            folder
                .file("Acme.json", NEW)
                .file("Beta.history.json", "{}")
                .file("Gamma [x].filters.js", "export const a = 1;")
                .file("Delta.json", OLD),
        );

        let modified = modified(folder.path()).unwrap();

        let both = vec!["Imprint".to_owned(), "Live Policy".to_owned()];
        let expected =
            [("Acme", vec!["Imprint".to_owned()]), ("Beta", vec![]), ("Delta", both.clone()), ("Gamma [x]", both)];
        assert_eq!(modified, expected.map(|(id, types)| (id.to_owned(), types)).into());
    }

    #[test]
    fn without_a_branch_to_compare_with_it_says_so() {
        let folder = Fixture::new().file("Acme.json", OLD);
        run(&folder, &["init", "-q"]);
        let folder = committed(folder);

        let error = modified(folder.path()).unwrap_err();

        assert!(error.to_string().starts_with("the declarations cannot be compared to the branch `main` of `origin`"));
    }
}
