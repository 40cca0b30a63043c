//! Finds every fault in the declarations of a collection, without fetching anything.

use std::collections::BTreeSet;
use std::path::Path;

use super::folder::{DeclarationsError, Folder, declaration_file, filters_file, filters_history_file, history_file};
use super::load::similar_ids;
use super::parsed::Parsed;
use super::schema::Schema;
use super::suspicions::{KnownFilters, Suspicions};
use super::{Diagnostic, Source, exports::exports, json, load, renames, rules, service, terms_types, terms_types_of};
use crate::extract::filters::syntax_fault;

/// Characters that Windows allows in no file name.
const UNPORTABLE: &[char] = &[':', '\\', '*', '?', '"', '<', '>', '|'];

/// What was checked, and what was found.
#[derive(Debug, Default)]
pub struct Checked {
    /// The ids of the services checked, in order.
    pub services: Vec<String>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks the declarations, histories and filter names of a collection.
///
/// Only the services named in `only` are checked; without it all are, and files that belong to no service as well.
/// `built_in_filters` are the names that filters files must leave alone.
///
/// # Errors
/// Only when the declarations folder itself cannot be listed.
pub fn check(
    collection_dir: &Path,
    only: Option<&[String]>,
    built_in_filters: &[&str],
) -> Result<Checked, DeclarationsError> {
    let folder = Folder::list(collection_dir)?;
    let mut checked = Checked::default();
    let terms_types = checked.terms_types(collection_dir);
    let checker = Checker {
        collection_dir,
        built_in_filters,
        declaration: Schema::declaration(&terms_types),
        history: Schema::history(&terms_types),
    };
    for id in folder.declared.iter().filter(|id| only.is_none_or(|only| only.contains(id))) {
        checked.diagnostics.extend(unportable_id(id));
        checked.diagnostics.extend(checker.service(&folder, id));
        checked.services.push(id.clone());
    }
    if only.is_none() {
        checked.diagnostics.extend(similar_ids(&folder));
        checked.diagnostics.extend(orphans(collection_dir, &folder));
        let collection = load(collection_dir)?.collection;
        checked.diagnostics.extend(renames(collection_dir, Some(&collection)).1);
    }
    Ok(checked)
}

/// A file whose name has such a character cannot be checked out on some systems, nor can the archive's.
fn unportable_id(id: &str) -> Option<Diagnostic> {
    let character = id.chars().find(|character| UNPORTABLE.contains(character))?;
    let message = format!("the id `{id}` has a `{character}`, which some file systems do not allow");
    let meant = id.replace(UNPORTABLE, "-");
    let fault = Diagnostic::of_file(&declaration_file(id), &rules::UNPORTABLE_ID, message);
    Some(fault.with_hint(format!("name the file `{meant}.json`")))
}

impl Checked {
    fn terms_types(&mut self, collection_dir: &Path) -> Vec<String> {
        terms_types_of(collection_dir).unwrap_or_else(|fault| {
            self.diagnostics.push(fault);
            terms_types().map(str::to_owned).collect()
        })
    }
}

struct Checker<'a> {
    collection_dir: &'a Path,
    built_in_filters: &'a [&'a str],
    declaration: Schema,
    history: Schema,
}

impl Checker<'_> {
    fn service(&self, folder: &Folder, id: &String) -> Vec<Diagnostic> {
        let (exported, filter_faults) = self.filters(folder, id);
        let filters = KnownFilters { built_in: self.built_in_filters, exported: exported.as_ref() };
        let mut found = self.file(&declaration_file(id), |parsed| self.declaration_faults(id, parsed, &filters));
        if folder.histories.contains(id) {
            let past = exported.as_ref().map(|now| now | &self.past_filters(folder, id));
            let filters = KnownFilters { built_in: self.built_in_filters, exported: past.as_ref() };
            found.extend(self.file(&history_file(id), |parsed| {
                let suspicions = Suspicions { parsed, filters: &filters };
                [self.history.faults(parsed), suspicions.in_history()].concat()
            }));
        }
        found.extend(filter_faults);
        found
    }

    /// Reads a file of JSON and looks for faults in it, in the order in which they stand there.
    fn file(&self, file: &str, faults: impl Fn(&Parsed) -> Vec<Diagnostic>) -> Vec<Diagnostic> {
        match Source::read(self.collection_dir, file).and_then(json::parse) {
            Err(fault) => vec![fault],
            Ok(json) => {
                let mut found = [json.warnings, faults(&json.parsed)].concat();
                found.sort_by_key(|fault| fault.span.start);
                found
            }
        }
    }

    fn declaration_faults(&self, id: &str, parsed: &Parsed, filters: &KnownFilters<'_>) -> Vec<Diagnostic> {
        let mut found = self.declaration.faults(parsed);
        found.extend(Suspicions { parsed, filters }.in_declaration());
        let reading = reading_faults(id, parsed).into_iter();
        let unsaid = reading.filter(|fault| BEYOND_SCHEMA.contains(&fault.rule));
        let unsaid: Vec<_> = unsaid.filter(|fault| !found.iter().any(|said| said.is_like(fault))).collect();
        found.extend(unsaid);
        found
    }

    /// What the service's filters file exports, and what is wrong with it.
    fn filters(&self, folder: &Folder, id: &String) -> (Option<BTreeSet<String>>, Vec<Diagnostic>) {
        if !folder.filters.contains(id) {
            return (Some(BTreeSet::new()), Vec::new());
        }
        let file = filters_file(id);
        match exports(self.collection_dir, &file) {
            Ok(names) => {
                let mut faults = self.reserved(&file, &names);
                faults.extend(self.no_javascript(&file));
                (Some(names), faults)
            }
            Err(fault) => (None, vec![fault]),
        }
    }

    /// What keeps all filters of a file from running, where it cannot even be read.
    fn no_javascript(&self, file: &str) -> Option<Diagnostic> {
        let fault = syntax_fault(&self.collection_dir.join(file))?;
        // One that is imported is told where it is imported from, too: these filters do not run either.
        let at = if file.ends_with(&format!("/{}", fault.file)) { fault.line } else { 1 };
        let source = Source::read(self.collection_dir, file).ok()?;
        let start = source.byte_at(at, 1);
        let line = source.text[start..].lines().next().unwrap_or_default().len();
        let message = format!("{} ({}:{})", fault.message, fault.file, fault.line);
        let diagnostic = source.diagnostic(&rules::INVALID_FILTERS, start..start + line, message);
        Some(diagnostic.with_hint("correct it: until then none of these filters runs"))
    }

    fn past_filters(&self, folder: &Folder, id: &String) -> BTreeSet<String> {
        let file = folder.filters_histories.contains(id).then(|| filters_history_file(id));
        file.and_then(|file| exports(self.collection_dir, &file).ok()).unwrap_or_default()
    }

    fn reserved(&self, file: &str, names: &BTreeSet<String>) -> Vec<Diagnostic> {
        let Ok(source) = Source::read(self.collection_dir, file) else { return Vec::new() };
        let reserved = names.iter().filter(|name| self.built_in_filters.contains(&name.as_str()));
        let fault = |name: &String| {
            let start = source.text.find(name.as_str()).unwrap_or_default();
            let message = format!("`{name}` is the name of a built-in filter, so this one would never be called");
            let fault = source.diagnostic(&rules::RESERVED_FILTER_NAME, start..start + name.len(), message);
            fault.with_hint("give it another name, here and in the declaration")
        };
        reserved.map(fault).collect()
    }
}

/// What reading finds and no schema can say.
static BEYOND_SCHEMA: &[&rules::Rule] = &[&rules::INVALID_ID, &rules::INVALID_URL, &rules::DOCUMENT_ID_COLLISION];

/// What stops terms from being tracked.
fn reading_faults(id: &str, parsed: &Parsed) -> Vec<Diagnostic> {
    match id.parse() {
        Ok(id) => {
            let mut found = Vec::new();
            service::read(&id, parsed, None, &mut found);
            found
        }
        Err(error) => vec![Diagnostic::of_file(&parsed.source.file, &rules::INVALID_ID, format!("{error}"))],
    }
}

fn orphans(collection_dir: &Path, folder: &Folder) -> Vec<Diagnostic> {
    let has_no_declaration = |id: &&String| !folder.declared.contains(id);
    let is_not_shared = |id: &&String| !is_shared(collection_dir, folder, id);
    let history = |id: &String| orphan(&history_file(id), &rules::ORPHAN_HISTORY, id);
    let filters = |id: &String| orphan(&filters_file(id), &rules::ORPHAN_FILTERS, id);
    let past_filters = |id: &String| orphan(&filters_history_file(id), &rules::ORPHAN_FILTERS, id);
    let mut found: Vec<_> = folder.histories.iter().filter(has_no_declaration).map(history).collect();
    found.extend(folder.filters.iter().filter(has_no_declaration).filter(is_not_shared).map(filters));
    found.extend(folder.filters_histories.iter().filter(has_no_declaration).map(past_filters));
    found
}

/// Whether the filters file of `id` is imported by another one.
fn is_shared(collection_dir: &Path, folder: &Folder, id: &str) -> bool {
    let import = format!("./{id}.filters.js");
    let others = folder.filters.iter().filter(|other| *other != id);
    others
        .filter_map(|other| Source::read(collection_dir, &filters_file(other)).ok())
        .any(|source| source.text.contains(&import))
}

fn orphan(file: &str, rule: &'static rules::Rule, id: &str) -> Diagnostic {
    let message = format!("no service `{id}` is declared");
    let hint = format!("add `{}`, with `\"terms\": {{}}` if the service closed", declaration_file(id));
    Diagnostic::of_file(file, rule, message).with_hint(hint)
}

#[cfg(test)]
mod tests;
