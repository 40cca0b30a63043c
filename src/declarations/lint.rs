//! Finds declarations and histories that are not formatted as they should be, and formats them.

use std::io::{self, Write};
use std::path::Path;

use super::folder::{DeclarationsError, Folder, declaration_file, history_file};
use super::format::formatted;
use super::{Diagnostic, Source, rules};

/// What was looked at, and what is to be done.
#[derive(Debug, Default)]
pub struct Linted {
    /// The ids of the services looked at, in order.
    pub services: Vec<String>,
    pub misformatted: Vec<Misformatted>,
    /// Files that are no JSON and cannot be formatted.
    pub malformed: Vec<Diagnostic>,
}

/// A file that is not formatted as it should be.
#[derive(Debug)]
pub struct Misformatted {
    /// Where it first differs.
    pub diagnostic: Diagnostic,
    /// What it should be.
    text: String,
}

/// Looks at the declarations and histories of a collection, or of the services named in `only`.
///
/// # Errors
/// Only when the declarations folder itself cannot be listed.
pub fn lint(collection_dir: &Path, only: Option<&[String]>) -> Result<Linted, DeclarationsError> {
    let folder = Folder::list(collection_dir)?;
    let mut linted = Linted::default();
    for id in folder.declared.iter().filter(|id| only.is_none_or(|only| only.contains(id))) {
        linted.look_at(collection_dir, &declaration_file(id));
        linted.services.push(id.clone());
    }
    for id in folder.histories.iter().filter(|id| only.is_none_or(|only| only.contains(id))) {
        linted.look_at(collection_dir, &history_file(id));
    }
    Ok(linted)
}

impl Linted {
    fn look_at(&mut self, collection_dir: &Path, file: &str) {
        let looked_at = Source::read(collection_dir, file).and_then(|source| {
            let text = formatted(&source)?;
            Ok((text != source.text).then(|| Misformatted { diagnostic: diagnostic(&source, &text), text }))
        });
        match looked_at {
            Ok(misformatted) => self.misformatted.extend(misformatted),
            Err(fault) => self.malformed.push(fault),
        }
    }
}

impl Misformatted {
    /// Writes the file as it should be, whole or not at all.
    pub fn fix(&self, collection_dir: &Path) -> io::Result<()> {
        let path = collection_dir.join(&self.diagnostic.file).canonicalize()?;
        let folder = path.parent().ok_or_else(|| io::Error::other("the file lies in no folder"))?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(self.text.as_bytes())?;
        file.as_file().set_permissions(path.metadata()?.permissions())?;
        file.persist(&path)?;
        Ok(())
    }
}

fn diagnostic(source: &Source, formatted: &str) -> Diagnostic {
    let same = source.text.bytes().zip(formatted.bytes()).take_while(|(one, other)| one == other).count();
    source
        .diagnostic(&rules::MISFORMATTED, same..same + 1, "the file is not formatted as it should be from here on")
        .with_hint("run `fineprint lint --fix`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::fixture::Folder as Fixture;

    #[test]
    fn the_place_where_the_format_first_differs_is_told() {
        let folder = Fixture::new()
            .file("Acme.json", "{\n  \"name\": \"Acme\",\n  \"terms\": { }\n}\n")
            .file("Acme.history.json", "{}")
            .file("Beta.json", "{ \"name\" }");

        let linted = lint(folder.path(), None).unwrap();

        let expected =
            "declarations/Acme.json:3:13: misformatted: the file is not formatted as it should be from here on";
        assert_eq!(linted.misformatted[0].diagnostic.to_string(), expected);
        assert_eq!(linted.misformatted.len(), 1);
        assert_eq!(linted.malformed[0].rule.name, "malformed-json");
    }

    #[test]
    fn fixing_leaves_nothing_to_fix() {
        let folder = Fixture::new().file("Acme.json", "{\"name\":\"Acme\",\"terms\":{}}\n");

        lint(folder.path(), None).unwrap().misformatted[0].fix(folder.path()).unwrap();

        let text = std::fs::read_to_string(folder.path().join("declarations/Acme.json")).unwrap();
        assert_eq!(text, "{\n  \"name\": \"Acme\",\n  \"terms\": {}\n}\n");
        assert!(lint(folder.path(), None).unwrap().misformatted.is_empty());
    }
}
