//! Finds the names that a filters file exports, by a scan of its `export` statements.
//!
//! It does not parse JavaScript: what it misses only makes a warning about an unknown filter wrong.

use std::collections::BTreeSet;
use std::path::Path;

use super::folder::FOLDER;
use super::{Diagnostic, Source};

/// How many files `export * from` may lead to.
const MAX_FILES: usize = 50;

/// The names that a service's filters file exports, `default` left out.
pub fn exports(collection_dir: &Path, file: &str) -> Result<BTreeSet<String>, Diagnostic> {
    let (mut names, mut seen) = (BTreeSet::new(), BTreeSet::new());
    collect(collection_dir, file, &mut seen, &mut names)?;
    names.remove("default");
    Ok(names)
}

fn collect(
    dir: &Path,
    file: &str,
    seen: &mut BTreeSet<String>,
    names: &mut BTreeSet<String>,
) -> Result<(), Diagnostic> {
    if seen.len() == MAX_FILES || !seen.insert(file.to_owned()) {
        return Ok(());
    }
    let source = Source::read(dir, file)?;
    for export in statements(&source.text).into_iter().filter_map(Export::of) {
        match export {
            Export::Names(found) => names.extend(found),
            // A sibling that cannot be read is a fault of its own service, if it has one.
            Export::AllOf(sibling) => drop(collect(dir, &format!("{FOLDER}/{sibling}"), seen, names)),
        }
    }
    Ok(())
}

/// What follows each `export` that begins a line, but for comments and directives before it, outside block comments.
fn statements(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut offset, mut in_comment) = (0, false);
    for line in text.split_inclusive('\n') {
        let end = offset + line.len();
        let code = match in_comment {
            false => code(line),
            true => line.split_once("*/").map_or("", |(_, rest)| code(rest)),
        };
        in_comment = if in_comment { !line.contains("*/") } else { code.starts_with("/*") };
        if code.strip_prefix("export").is_some_and(|rest| rest.starts_with([' ', '{', '*', '\t', '\n', '\r'])) {
            found.push(text[end - code.len() + "export".len()..].trim_start());
        }
        offset = end;
    }
    found
}

/// What is on a line after comments that end on it, and after directives.
fn code(line: &str) -> &str {
    let line = line.trim_start_matches('\u{feff}').trim_start();
    let comment = line.strip_prefix("/*").and_then(|comment| comment.split_once("*/"));
    let directive = || ["'use strict';", "\"use strict\";"].iter().find_map(|text| line.strip_prefix(text));
    match comment.map(|(_, rest)| rest).or_else(directive) {
        Some(rest) => code(rest),
        None => line,
    }
}

enum Export {
    Names(Vec<String>),
    AllOf(String),
}

impl Export {
    /// Reads what follows the word `export`.
    fn of(statement: &str) -> Option<Self> {
        if let Some(list) = statement.strip_prefix('{') {
            return Some(Self::Names(list.split_once('}')?.0.split(',').filter_map(exported_name).collect()));
        }
        if let Some(all) = statement.strip_prefix('*') {
            let all = all.trim_start();
            return match all.strip_prefix("as ") {
                Some(name) => Some(Self::Names(vec![identifier(name)?])),
                None => Some(Self::AllOf(sibling(all.strip_prefix("from")?)?)),
            };
        }
        declared_name(statement).map(|name| Self::Names(vec![name]))
    }
}

/// The outer name in an entry of `{ a, b as c }`.
fn exported_name(entry: &str) -> Option<String> {
    let entry = entry.trim();
    identifier(entry.rsplit_once(" as ").map_or(entry, |(_, name)| name))
}

/// The name in `const a`, `async function* a`, `class A`.
fn declared_name(statement: &str) -> Option<String> {
    let mut rest = statement;
    for word in ["async ", "function*", "function ", "const ", "let ", "var ", "class "] {
        rest = rest.strip_prefix(word).unwrap_or(rest).trim_start().trim_start_matches('*').trim_start();
    }
    (rest.len() < statement.len()).then(|| identifier(rest)).flatten()
}

fn identifier(text: &str) -> Option<String> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

/// The file name in `'./Other.filters.js'`; only siblings are followed.
fn sibling(from: &str) -> Option<String> {
    let quoted = from.trim_start();
    let quote = quoted.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let name = quoted[1..].split(quote).next()?.strip_prefix("./")?;
    (name.ends_with(".js") && !name.contains(['/', '\\'])).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::fixture::Folder;

    #[test]
    fn every_form_of_export_is_found() {
        let folder = Folder::new()
            .file(
                "Acme.filters.js",
                "import x from 'x';\n\
                 export function first(document) {}\n\
                 export async function second() {}\n\
                 export const third = document => {\n  return 'export const no = 1';\n};\n\
                 /* example:\nexport function commented() {}\n*/ export function late() {}\n\
                 /* a */ /* b */ export function after_comments() {}\n\
                 // export function neither() {}\n\
                 function hidden() {}\n\
                 export { hidden as fourth, fifth };\n\
                 export {\n  sixth,\n  seventh\n} from './Other.filters.js';\n\
                 export * from './Beta.filters.js';\n\
                 export default first;\n",
            )
            .file(
                "Beta.filters.js",
                "\u{feff}'use strict'; export function* eighth() {}\nexport * from './Acme.filters.js'\n",
            );

        let names = exports(folder.path(), "declarations/Acme.filters.js").unwrap();

        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert_eq!(
            names,
            ["after_comments", "eighth", "fifth", "first", "fourth", "late", "second", "seventh", "sixth", "third"]
        );
    }
}
