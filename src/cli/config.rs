//! `fineprint config`: every setting with its value, and where each was set.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::output::Out;
use super::table::columns;
use crate::app::hinted;
use crate::config::{Config as Settings, Environment, Loaded, Setting, VARIABLES, Variable, tables};
use crate::tracker::Schedule;

/// Show the effective configuration, and where each value comes from.
#[derive(Debug, clap::Args)]
pub struct Config {
    /// Print JSON, for other programs
    #[arg(long)]
    json: bool,
    /// Print the tables of docs/configuration.md
    #[arg(long, hide = true, conflicts_with = "json")]
    markdown: bool,
}

impl Config {
    /// Reads the configuration of the collection and prints it; warnings go to standard error.
    pub fn run(self, collection: &Path, environment: &Environment) -> anyhow::Result<()> {
        let out = &mut Out;
        if self.markdown {
            return Ok(write!(out, "{}", tables())?);
        }
        let loaded = Settings::load(collection, environment).map_err(|error| hinted(&error, error.hint()))?;
        match self.json {
            true => writeln!(out, "{:#}", as_json(&loaded))?,
            false => {
                print_warnings(&loaded, &mut anstream::stderr().lock())?;
                print_settings(&loaded, out)?;
                print_variables(&loaded, out)?;
                print_unused(&loaded, out)?;
            }
        }
        Ok(())
    }
}

fn print_warnings(loaded: &Loaded, err: &mut impl Write) -> io::Result<()> {
    for warning in &loaded.warnings {
        writeln!(err, "warning: {warning}")?;
        if let Some(hint) = warning.hint() {
            writeln!(err, "  hint: {hint}")?;
        }
    }
    Ok(())
}

fn print_settings(loaded: &Loaded, out: &mut impl Write) -> io::Result<()> {
    let row = |setting: &Setting| {
        [setting.key.path.to_owned(), shown(&setting.value), setting.origin.to_string() + &remark(setting)]
    };
    print_columns(&loaded.settings.iter().map(row).collect::<Vec<_>>(), out)
}

fn print_variables(loaded: &Loaded, out: &mut impl Write) -> io::Result<()> {
    let set = VARIABLES.iter().filter_map(|variable| {
        let value = value_of(variable, loaded)?;
        let remark = if variable.is_used { "" } else { "not read yet" };
        Some([variable.name.to_owned(), value, remark.to_owned()])
    });
    print_group("Environment", set.collect(), out)
}

fn print_unused(loaded: &Loaded, out: &mut impl Write) -> io::Result<()> {
    let rows =
        loaded.unused.iter().map(|(key, origin)| [key.path.to_owned(), key.about.to_owned(), origin.to_string()]);
    print_group("Set for Open Terms Archive's engine, without effect here so far", rows.collect(), out)
}

fn print_group(title: &str, rows: Vec<[String; 3]>, out: &mut impl Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    print_columns(&rows, out)
}

fn print_columns(rows: &[[String; 3]], out: &mut impl Write) -> io::Result<()> {
    columns(rows).iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn as_json(loaded: &Loaded) -> Value {
    let settings = loaded.settings.iter().map(
        |setting| json!({ "key": setting.key.path, "value": setting.value, "origin": setting.origin.to_string() }),
    );
    let variables = VARIABLES.iter().filter_map(|variable| {
        let value = value_of(variable, loaded)?;
        let shown = variable.is_public.then_some(value);
        Some(json!({ "name": variable.name, "value": shown, "read": variable.is_used }))
    });
    let unused = loaded.unused.iter().map(|(key, origin)| json!({ "key": key.path, "origin": origin.to_string() }));
    let warnings =
        loaded.warnings.iter().map(|warning| json!({ "message": warning.to_string(), "hint": warning.hint() }));
    json!({
        "settings": settings.collect::<Value>(),
        "environment": variables.collect::<Value>(),
        "unused": unused.collect::<Value>(),
        "warnings": warnings.collect::<Value>(),
    })
}

/// The value as a file would write it, texts without their quotes.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "–".to_owned(),
        other => other.to_string(),
    }
}

/// What a schedule means, in words.
fn remark(setting: &Setting) -> String {
    let schedule = (setting.key.path == "trackingSchedule").then(|| setting.value.as_str()).flatten();
    schedule
        .and_then(|expression| Schedule::parse(expression).ok())
        .map(|schedule| format!(" ({})", schedule.in_words()))
        .unwrap_or_default()
}

/// The value of a variable that is set; of one that may hold a secret, only that it is.
fn value_of(variable: &Variable, loaded: &Loaded) -> Option<String> {
    let value =
        loaded.environment.get(&variable.name.to_lowercase()).or_else(|| loaded.environment.get(variable.name))?;
    Some(if variable.is_public { value.to_owned() } else { "(set)".to_owned() })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn loaded(file: &str, variables: &[(&str, &str)]) -> Loaded {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("config")).unwrap();
        fs::write(folder.path().join("config/default.json"), file).unwrap();
        let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::load(folder.path(), &environment).unwrap()
    }

    fn printed(print: impl Fn(&Loaded, &mut Vec<u8>) -> io::Result<()>, loaded: &Loaded) -> String {
        let mut out = Vec::new();
        print(loaded, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_setting_is_printed_with_its_origin() {
        let loaded = loaded("{\n  \"fineprint\": {\n    \"fetcher\": { \"language\": \"fr\" }\n  }\n}", &[]);

        let text = printed(print_settings, &loaded);

        let schedule = text.lines().next().unwrap().split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        let language: Vec<_> =
            text.lines().find(|line| line.starts_with("fetcher.language")).unwrap().split_whitespace().collect();
        assert_eq!(
            schedule.collect::<Vec<_>>(),
            ["trackingSchedule", "30 */12 * * *", "default (every day at 00:30 and 12:30)"]
        );
        assert_eq!(language, ["fetcher.language", "fr", "config/default.json:3"]);
    }

    #[test]
    fn secrets_are_not_printed() {
        let variables =
            [("OTA_ENGINE_GITHUB_TOKEN", "s3cret"), ("NODE_CONFIG", "{\"logger\": {\"smtp\": \"s3cret\"}}")];
        let loaded = loaded("{\"fineprint\": {\"logger\": {\"smtp\": {\"username\": \"s3cret\"}}}}", &variables);

        let everything = printed(print_settings, &loaded)
            + &printed(print_variables, &loaded)
            + &printed(print_unused, &loaded)
            + &printed(print_warnings, &loaded)
            + &as_json(&loaded).to_string()
            + &format!("{loaded:?}");

        assert!(everything.contains("OTA_ENGINE_GITHUB_TOKEN"));
        assert!(!everything.contains("s3cret"), "{everything}");
    }

    #[test]
    fn a_misspelt_key_is_answered_with_the_right_one() {
        let loaded = loaded("{\"fineprint\": {\"fetcher\": {\"langauge\": \"fr\"}}}", &[]);

        assert_eq!(
            printed(print_warnings, &loaded),
            "warning: config/default.json:1: nothing is called `fetcher.langauge`\n  hint: did you mean `fetcher.language`?\n"
        );
    }
}
