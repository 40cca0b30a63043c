//! Finds the modules that a service's module imports: its siblings, and nothing else.
//!
//! An import that cannot be had here, such as a package, becomes a stand-in that fails when it is used, so that the
//! other filters of the module still run.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use chrono::{DateTime, Utc};
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Error, Module, Result};

/// How modules of filters end.
const SUFFIX: &str = ".filters.js";

/// How modules of past filters end. Only their like may import them.
const PAST_SUFFIX: &str = ".filters.history.js";

/// The largest module, in bytes.
const MAX_MODULE_BYTES: u64 = 1 << 20;

/// How many modules may be read for one document.
const MAX_MODULES: usize = 64;

/// What stands before the name of an import that cannot be had. No sibling's name holds a colon.
const MISSING: &str = "missing:";

/// The modules that a service's filters come from.
pub(super) struct Modules {
    pub folder: Folder,
    /// Today's functions; absent where all that is left of them is past.
    pub current: Option<Source>,
    /// The functions that were replaced, and when the wanted ones must have been valid.
    pub past: Option<(Source, DateTime<Utc>)>,
}

/// A module's name in its folder, and its text.
pub(super) struct Source {
    pub name: String,
    pub text: String,
}

impl Modules {
    /// Reads a service's module and, where filters of an earlier day are wanted, the history beside it.
    pub(super) fn of(module: &Path, as_of: Option<DateTime<Utc>>) -> std::result::Result<Self, String> {
        let (folder, name) = Folder::of(module)?;
        let past = as_of.and_then(|date| Some((folder.source(&folder.past_name(&name)?), date)));
        let past = past.map(|(source, date)| Ok::<_, String>((source?, date))).transpose()?;
        let is_gone = past.is_some() && !folder.has(&name);
        let current = if is_gone { None } else { Some(folder.source(&name)?) };
        Ok(Self { folder, current, past })
    }
}

/// The folder that modules may come from, and what was read of it.
#[derive(Clone)]
pub(super) struct Folder(Rc<Contents>);

struct Contents {
    path: PathBuf,
    sources: RefCell<HashMap<String, String>>,
}

impl Folder {
    /// The folder of a module, and the module's name in it.
    pub(super) fn of(module: &Path) -> std::result::Result<(Self, String), String> {
        let name = module.file_name().and_then(|name| name.to_str());
        let name = name.filter(|name| is_sibling_name(name)).ok_or_else(|| format!("it is not named `…{SUFFIX}`"))?;
        let path = module.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")).to_owned();
        Ok((Self(Rc::new(Contents { path, sources: RefCell::default() })), name.to_owned()))
    }

    fn has(&self, name: &str) -> bool {
        fs::symlink_metadata(self.0.path.join(name)).is_ok()
    }

    /// The history that belongs to a module, where there is one.
    fn past_name(&self, name: &str) -> Option<String> {
        let past = format!("{}{PAST_SUFFIX}", name.strip_suffix(SUFFIX)?);
        self.has(&past).then_some(past)
    }

    fn source(&self, name: &str) -> std::result::Result<Source, String> {
        Ok(Source { name: name.to_owned(), text: self.read(name)? })
    }

    /// The text of a module.
    pub(super) fn read(&self, name: &str) -> std::result::Result<String, String> {
        if let Some(source) = self.0.sources.borrow().get(name) {
            return Ok(source.clone());
        }
        if self.0.sources.borrow().len() >= MAX_MODULES {
            return Err(format!("more than {MAX_MODULES} modules are imported"));
        }
        let source = read_within(&self.0.path, name).map_err(|why| format!("`{name}` cannot be read: {why}"))?;
        self.0.sources.borrow_mut().insert(name.to_owned(), source.clone());
        Ok(source)
    }

    /// One line of a module that was read, counted from 1; empty where there is none.
    pub(super) fn line(&self, name: &str, number: usize) -> String {
        let sources = self.0.sources.borrow();
        let line = sources.get(name).and_then(|source| source.lines().nth(number.checked_sub(1)?));
        line.unwrap_or_default().to_owned()
    }

    /// The names that all modules read so far import from a specifier.
    fn names_imported_from(&self, specifier: &str) -> BTreeSet<String> {
        self.0.sources.borrow().values().flat_map(|source| imported_names(source, specifier)).collect()
    }
}

/// Reads a regular file of a folder; a symbolic link must not lead out of it.
fn read_within(folder: &Path, name: &str) -> std::result::Result<String, String> {
    let found = |path: &Path| path.canonicalize().map_err(|error| error.to_string());
    let path = found(&folder.join(name))?;
    if !path.starts_with(found(folder)?) {
        return Err("it is a link that leaves the folder of declarations".to_owned());
    }
    let metadata = fs::metadata(&path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    if metadata.len() > MAX_MODULE_BYTES {
        return Err(format!("it has more than {MAX_MODULE_BYTES} bytes"));
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}

impl Resolver for Folder {
    fn resolve<'js>(
        &mut self,
        _: &Ctx<'js>,
        importer: &str,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        let is_past = |name: &str| is_past_name(importer) && is_past_name(name);
        let sibling = name.strip_prefix("./").filter(|name| is_sibling_name(name) || is_past(name));
        match sibling {
            Some(sibling) if self.read(sibling).is_ok() => Ok(sibling.to_owned()),
            _ => Ok(format!("{}{name}", MISSING)),
        }
    }
}

impl Loader for Folder {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        if let Some(specifier) = name.strip_prefix(MISSING) {
            let source = stand_in(&self.why_missing(specifier), &self.names_imported_from(specifier));
            return Module::declare(ctx.clone(), name, source);
        }
        let source = self.read(name).map_err(|why| Error::new_loading_message(name, why))?;
        Module::declare(ctx.clone(), name, source)
    }
}

impl Folder {
    fn why_missing(&self, specifier: &str) -> String {
        let sibling = specifier.strip_prefix("./").filter(|name| is_sibling_name(name));
        sibling.and_then(|sibling| self.read(sibling).err()).unwrap_or_else(|| {
            format!("`{specifier}` cannot be imported here: only `./<service>{SUFFIX}` files of the same folder can")
        })
    }
}

fn is_sibling_name(name: &str) -> bool {
    name.strip_suffix(SUFFIX).is_some_and(is_service)
}

fn is_past_name(name: &str) -> bool {
    name.strip_suffix(PAST_SUFFIX).is_some_and(is_service)
}

/// Whether a text can be what stands before the suffix of a sibling's name.
fn is_service(text: &str) -> bool {
    !text.is_empty() && !text.contains(['/', '\\', '\0', ':']) && !text.starts_with('.')
}

/// A module whose exports throw whatever is done with them.
fn stand_in(why: &str, names: &BTreeSet<String>) -> String {
    let why = serde_json::Value::from(why);
    let exports: String = names.iter().map(|name| format!("export {{ it as {name} }};\n")).collect();
    format!(
        "const fail = () => {{ throw new Error({why}); }};\n\
         const it = new Proxy(function missing() {{}}, {{ get: fail, set: fail, has: fail, apply: fail, construct: fail }});\n\
         export default it;\n{exports}"
    )
}

/// The names in braces of every `import { … } from 'specifier'` and `export { … } from 'specifier'`.
fn imported_names(source: &str, specifier: &str) -> Vec<String> {
    let mut names = Vec::new();
    for quote in ['\'', '"'] {
        let quoted = format!("{quote}{specifier}{quote}");
        for (at, _) in source.match_indices(&quoted) {
            let Some(statement) = source[..at].trim_end().strip_suffix("from") else { continue };
            let Some(braced) = statement.trim_end().strip_suffix('}') else { continue };
            let list = &braced[braced.rfind('{').map_or(braced.len(), |open| open + 1)..];
            names.extend(list.split(',').filter_map(imported_name));
        }
    }
    names
}

/// `name` of `name` and of `name as other`; the default export needs no name.
fn imported_name(entry: &str) -> Option<String> {
    let name = entry.split_whitespace().next()?;
    let is_identifier = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$') && name != "default";
    is_identifier.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_an_import_are_found() {
        let source =
            "import fetch, { Headers, Response as R } from 'node-fetch';\nexport { a as b } from \"node-fetch\";";

        assert_eq!(imported_names(source, "node-fetch"), ["Headers", "Response", "a"]);
        assert_eq!(imported_names(source, "other"), Vec::<String>::new());
    }

    #[test]
    fn only_siblings_can_be_imported() {
        assert!(is_sibling_name("Acme.filters.js"));
        for name in [".filters.js", "../A.filters.js", "a/B.filters.js", "C:A.filters.js", ".x.filters.js", "A.js"] {
            assert!(!is_sibling_name(name), "{name}");
        }
    }
}
