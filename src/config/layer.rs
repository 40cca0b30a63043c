//! What each file and variable sets, from the weakest to the strongest.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use jsonc_parser::ast::{Object, Value as Node};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::{Map, Value};

use super::environment::Environment;
use super::error::ConfigError;
use super::keys::{KEYS, is_group};
use super::warning::{ENVIRONMENTS, Warning};

/// The folder of a collection's configuration.
pub const FOLDER: &str = "config";

/// The top-level keys that are read; within a file, the later wins.
pub const SECTIONS: [&str; 2] = ["@opentermsarchive/engine", "fineprint"];

/// What the top-level keys of Open Terms Archive's other programs begin with.
const SISTER_SECTIONS: &str = "@opentermsarchive/";

/// Largest configuration file that is read.
const MAX_BYTES: u64 = 1024 * 1024;

/// The stem of a file that maps environment variables to keys in node-config.
const VARIABLE_MAP: &str = "custom-environment-variables";

/// The settings of one file or variable.
pub struct Layer {
    pub entries: Vec<Entry>,
}

/// A value set under a name.
pub struct Entry {
    pub path: String,
    pub value: Value,
    pub origin: Origin,
}

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Default,
    ProductionDefault,
    /// In a file of the collection, at a line.
    File {
        path: String,
        line: usize,
    },
    /// In an environment variable.
    Variable(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::ProductionDefault => f.write_str("default in production"),
            Self::File { path, line } => write!(f, "{path}:{line}"),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

/// Reads all layers of the collection, the strongest last.
pub fn all(
    collection: &Path,
    environment: &Environment,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Layer>, ConfigError> {
    let name = environment.name()?;
    let stems = ["default", name, "local", &format!("local-{name}")].map(str::to_owned);
    warn_of_other_formats(collection, &stems, warnings);
    let mut layers = Vec::new();
    for stem in &stems {
        if stem == "production" {
            layers.push(production_defaults());
        }
        layers.extend(file(collection, stem, warnings)?);
    }
    let has_file = stems.iter().filter(|stem| stem.contains(name)).any(|stem| path_of(collection, stem).exists());
    if !has_file && !ENVIRONMENTS.contains(&name) {
        warnings.push(Warning::NoEnvironmentFile { name: name.to_owned() });
    }
    if let Some(text) = environment.get("NODE_CONFIG").filter(|text| !text.trim().is_empty()) {
        layers.push(parse(text, &|_| Origin::Variable("NODE_CONFIG"), warnings)?);
    }
    Ok(layers)
}

fn production_defaults() -> Layer {
    let entries = KEYS.iter().filter_map(|key| {
        let value = serde_json::from_str(key.production?).expect("defaults in the table are JSON");
        Some(Entry { path: key.path.to_owned(), value, origin: Origin::ProductionDefault })
    });
    Layer { entries: entries.collect() }
}

fn path_of(collection: &Path, stem: &str) -> PathBuf {
    collection.join(FOLDER).join(format!("{stem}.json"))
}

fn file(collection: &Path, stem: &str, warnings: &mut Vec<Warning>) -> Result<Option<Layer>, ConfigError> {
    let path = format!("{FOLDER}/{stem}.json");
    let Some(text) = read(&collection.join(&path))? else { return Ok(None) };
    if text.trim().is_empty() {
        // A file that was cut short by a full disk, say, must not pass for one that leaves all as it is.
        warnings.push(Warning::EmptyFile { file: path.clone() });
    }
    let origin = |line| Origin::File { path: path.clone(), line };
    parse(&text, &origin, warnings).map(Some)
}

/// The text of a file, or nothing if there is none.
pub fn read(path: &Path) -> Result<Option<String>, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mut text = String::new();
    let length = file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    if length as u64 > MAX_BYTES {
        return Err(ConfigError::TooLarge { path: path.to_owned(), most: MAX_BYTES });
    }
    Ok(Some(text))
}

fn parse(text: &str, origin: &dyn Fn(usize) -> Origin, warnings: &mut Vec<Warning>) -> Result<Layer, ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // node-config reads JSON5 in `.json` files, so comments and the like are in use; a missing comma is a slip.
    let lenient = ParseOptions {
        allow_missing_commas: false,
        allow_hexadecimal_numbers: false,
        allow_non_finite_numbers: false,
        ..ParseOptions::default()
    };
    let ast = parse_to_ast(text, &CollectOptions::default(), &lenient).map_err(|error| ConfigError::Syntax {
        origin: origin(error.line_display()),
        what: error.kind().to_string().to_lowercase(),
    })?;
    let root = match ast.value {
        Some(Node::Object(root)) => root,
        // An empty file sets nothing.
        None => return Ok(Layer { entries: Vec::new() }),
        Some(_) => return Err(ConfigError::NotSettings { origin: origin(1) }),
    };
    let mut survey = Survey { text, origin, entries: Vec::new(), repeated: Vec::new() };
    survey.note_repeated("", &root);
    for section in SECTIONS {
        survey.visit_section(&root, section)?;
    }
    warnings.extend(survey.foreign_sections(&root));
    warnings.append(&mut survey.repeated);
    Ok(Layer { entries: survey.entries })
}

/// A walk down to the keys of one file.
struct Survey<'a> {
    text: &'a str,
    origin: &'a dyn Fn(usize) -> Origin,
    entries: Vec<Entry>,
    /// What is said of names that one object has twice.
    repeated: Vec<Warning>,
}

impl Survey<'_> {
    fn visit_section(&mut self, root: &Object<'_>, section: &str) -> Result<(), ConfigError> {
        for property in root.properties.iter().filter(|property| property.name.as_str() == section) {
            match &property.value {
                Node::Object(object) => self.visit_members("", object),
                _ => return Err(ConfigError::NotAnObject { name: section.to_owned(), origin: self.at(property) }),
            }
        }
        Ok(())
    }

    /// Descends as long as there are keys below, and notes what it finds there, whatever its type.
    fn visit_members(&mut self, above: &str, object: &Object<'_>) {
        self.note_repeated(above, object);
        for property in &object.properties {
            let path = below(above, property.name.as_str());
            match &property.value {
                Node::Object(object) if is_group(&path) => self.visit_members(&path, object),
                node => self.entries.push(Entry { path, value: value(node), origin: self.at(property) }),
            }
        }
    }

    /// Only the last of those with one name counts.
    fn note_repeated(&mut self, above: &str, object: &Object<'_>) {
        let mut seen = BTreeSet::new();
        for property in &object.properties {
            if !seen.insert(property.name.as_str()) {
                let path = below(above, property.name.as_str());
                self.repeated.push(Warning::RepeatedKey { path, origin: self.at(property) });
            }
        }
    }

    fn foreign_sections(&self, root: &Object<'_>) -> Vec<Warning> {
        let foreign = root.properties.iter().filter(|property| !SECTIONS.contains(&property.name.as_str()));
        foreign
            .map(|property| Warning::unknown_section(printable(property.name.as_str()), self.at(property)))
            .filter(|warning| !is_for_a_sister_program(warning))
            .collect()
    }

    fn at(&self, node: &impl Ranged) -> Origin {
        (self.origin)(1 + self.text[..node.start()].matches('\n').count())
    }
}

/// Whether a section is meant for another program of Open Terms Archive.
fn is_for_a_sister_program(warning: &Warning) -> bool {
    matches!(warning, Warning::UnknownSection { name, meant: None, .. } if name.starts_with(SISTER_SECTIONS))
}

/// The path of a name in the object at another path.
fn below(above: &str, name: &str) -> String {
    let name = printable(name);
    if above.is_empty() { name } else { format!("{above}.{name}") }
}

/// Names go to terminals and logs.
fn printable(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn value(node: &Node<'_>) -> Value {
    match node {
        Node::StringLit(text) => Value::from(text.value.as_ref()),
        Node::NumberLit(number) => number.value.parse::<f64>().map_or(Value::Null, whole_if_possible),
        Node::BooleanLit(flag) => Value::from(flag.value),
        Node::NullKeyword(_) => Value::Null,
        Node::Array(array) => array.elements.iter().map(value).collect(),
        Node::Object(object) => object
            .properties
            .iter()
            .map(|property| (property.name.as_str().to_owned(), value(&property.value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

fn whole_if_possible(number: f64) -> Value {
    let whole = number as i64;
    if whole as f64 == number { Value::from(whole) } else { Value::from(number) }
}

/// Warns of files that node-config would read beside these, and fineprint does not.
fn warn_of_other_formats(collection: &Path, stems: &[String], warnings: &mut Vec<Warning>) {
    // A folder that is missing has no such files, and one that cannot be listed may still have readable ones.
    let Ok(files) = fs::read_dir(collection.join(FOLDER)) else { return };
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let mut others: Vec<String> = names.filter(|name| has_another_format(name, stems)).collect();
    others.sort();
    warnings.extend(others.iter().map(|name| Warning::OtherFormat { file: printable(&format!("{FOLDER}/{name}")) }));
}

fn has_another_format(name: &str, stems: &[String]) -> bool {
    const SCRIPTS_AND_OTHERS: [&str; 10] =
        ["js", "cjs", "mjs", "ts", "json5", "hjson", "yaml", "yml", "toml", "properties"];
    match name.rsplit_once('.') {
        Some((VARIABLE_MAP, extension)) => extension == "json" || SCRIPTS_AND_OTHERS.contains(&extension),
        Some((stem, extension)) => SCRIPTS_AND_OTHERS.contains(&extension) && stems.iter().any(|known| known == stem),
        None => false,
    }
}
