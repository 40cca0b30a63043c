//! Reads and checks `metadata.yml`, which says what a collection is and who runs it.

use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use super::parsed::{Parsed, member};
use super::schema::{IsCron, Schema};
use super::{Diagnostic, Source, rules, yaml};
use crate::domain;

/// The file of a collection's metadata, relative to its folder.
pub const FILE: &str = "metadata.yml";

/// Every fault of the metadata of the collection in `collection_dir`.
pub fn check_metadata(collection_dir: &Path, is_cron: IsCron) -> Vec<Diagnostic> {
    match Source::read(collection_dir, FILE).and_then(yaml::parse) {
        Err(fault) => vec![fault],
        Ok(parsed) if parsed.value.is_null() => {
            vec![parsed.at_value("", &rules::WRONG_TYPE, "the file is empty").with_hint(NEEDED)]
        }
        Ok(parsed) => Schema::metadata(is_cron).faults(&parsed),
    }
}

/// The metadata of the collection in `collection_dir`, with dates as Open Terms Archive's API tells them: a date
/// that is not quoted is an instant in UTC, with milliseconds.
///
/// # Errors
/// When the file cannot be read, or is no list of keys and values.
pub fn metadata(collection_dir: &Path) -> Result<Map<String, Value>, Diagnostic> {
    let parsed = yaml::parse(Source::read(collection_dir, FILE)?)?;
    match with_instants(&parsed, &parsed.value, "") {
        Value::Object(metadata) => Ok(metadata),
        _ => Err(parsed.at_value("", &rules::WRONG_TYPE, "metadata are keys and values").with_hint(NEEDED)),
    }
}

fn with_instants(parsed: &Parsed, value: &Value, pointer: &str) -> Value {
    match value {
        Value::Object(members) => {
            let member =
                |(key, value): (&String, &Value)| (key.clone(), with_instants(parsed, value, &member(pointer, key)));
            Value::Object(members.iter().map(member).collect())
        }
        Value::Array(entries) => {
            let entry = |(index, entry)| with_instants(parsed, entry, &member(pointer, index));
            Value::Array(entries.iter().enumerate().map(entry).collect())
        }
        Value::String(text) if parsed.written(pointer).is_some_and(|written| written.trim() == text) => yaml_instant(
            text,
        )
        .map_or_else(|| value.clone(), |instant| Value::from(instant.to_rfc3339_opts(SecondsFormat::Millis, true))),
        other => other.clone(),
    }
}

/// What YAML takes for a point in time (<https://yaml.org/type/timestamp.html>).
fn yaml_instant(text: &str) -> Option<DateTime<Utc>> {
    let begins_with_year = text.len() >= 10 && text.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    if !begins_with_year || text.as_bytes()[4] != b'-' {
        return None;
    }
    domain::tolerant_instant(text).or_else(|| domain::tolerant_instant(&text.replacen(' ', "T", 1)))
}

const NEEDED: &str = "write at least `id`, `name`, `tagline`, `languages` and `jurisdictions`";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::fixture::Folder;

    fn faults(metadata: &str) -> Vec<String> {
        let folder = Folder::new().top_file(FILE, metadata);
        let is_cron: IsCron = |text| text.split(' ').count() == 5;
        check_metadata(folder.path(), is_cron).iter().map(|fault| format!("{fault} {:?}", fault.hint)).collect()
    }

    const SOUND: &str = "id: demo\nname: Demo\ntagline: Terms of demos\nlanguages: [en]\njurisdictions: [FR, US-CA]\n";

    #[test]
    fn sound_metadata_has_no_faults() {
        let metadata = format!(
            "{SOUND}dataset: https://acme.example/data\ntrackingPeriods:\n  - startDate: 2023-04-23\n    \
             schedule: \"30 */12 * * *\"\n    serverLocation: Frankfurt, DE\ngovernance:\n  Acme:\n    \
             url: https://acme.example\n    roles: [host, curator]\ni18n:\n  fr:\n    name: Démo\n"
        );

        assert_eq!(faults(&metadata), [""; 0]);
    }

    #[test]
    fn every_fault_is_found_in_its_place() {
        let metadata = "id: demo\nname: 3\ntagLine: Terms\nlanguages: [en, FR]\njurisdictions: [France]\n\
                        logo: acme.png\ntrackingPeriods:\n  - startDate: yesterday\n    schedule: sometimes\n    \
                        serverLocation: Here\ngovernance:\n  Acme:\n    roles: [boss, curater]\n";

        assert_eq!(
            faults(metadata),
            [
                "metadata.yml:2:7: wrong-type: `name` must be a text, not a number None",
                "metadata.yml:3:1: unknown-key: there is no key `tagLine` here Some(\"did you mean `tagline`?\")",
                "metadata.yml:4:17: wrong-value: \"FR\" is not a language of two lower-case letters, such as `en` None",
                "metadata.yml:5:17: wrong-value: \"France\" is not a country or region code, such as `FR` or `US-CA` None",
                "metadata.yml:6:7: invalid-url: \"acme.png\" is not an absolute URL Some(\"write the whole URL, such as \
                 `https://acme.example/privacy`, and encode spaces as `%20`\")",
                "metadata.yml:8:16: invalid-date: \"yesterday\" is not a date such as `2026-11-22` \
                 Some(\"write year, month and day\")",
                "metadata.yml:9:15: invalid-schedule: \"sometimes\" is not a cron expression, such as `30 */12 * * *` \
                 Some(\"write minute, hour, day of month, month and day of week\")",
                "metadata.yml:13:13: wrong-value: \"boss\" is not a role Some(\"known here: host, sysadmin, curator, \
                 maintainer, contributor, analyst, diffuser, sponsor\")",
                "metadata.yml:13:19: wrong-value: \"curater\" is not a role Some(\"did you mean `curator`?\")",
            ]
        );
    }

    #[test]
    fn dates_are_told_as_instants_unless_they_are_quoted() {
        let folder = Folder::new().top_file(
            FILE,
            "id: demo\ntrackingPeriods:\n  - startDate: 2023-04-23\n    endDate: '2024-01-01'\n    \
             schedule: 2023-04-23 is no date\nsince: 2001-12-14T21:59:43.1Z\nlanguages: [en]\n",
        );

        let metadata = Value::Object(metadata(folder.path()).unwrap());

        let expected = serde_json::json!({
            "id": "demo",
            "trackingPeriods": [{
                "startDate": "2023-04-23T00:00:00.000Z",
                "endDate": "2024-01-01",
                "schedule": "2023-04-23 is no date",
            }],
            "since": "2001-12-14T21:59:43.100Z",
            "languages": ["en"],
        });
        assert_eq!(metadata, expected);
    }

    #[test]
    fn malformed_yaml_is_one_fault_in_its_place() {
        let found = faults("id: demo\nname: [a\ntagline: b\n");

        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("metadata.yml:3:"), "{found:?}");
        assert!(found[0].contains("malformed-yaml"), "{found:?}");
    }

    #[test]
    fn a_file_made_to_exhaust_memory_or_stack_is_refused() {
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let inner = format!("*a{}", level - 1);
            laughs += &format!("a{level}: &a{level} [{}]\n", [inner.as_str(); 9].join(", "));
        }

        assert!(faults(&laughs)[0].contains("malformed-yaml"));
        assert!(faults(&"- ".repeat(50_000))[0].contains("nested too deeply"));
        assert!(faults(&"[".repeat(50_000))[0].contains("malformed-yaml"));
    }

    #[test]
    fn missing_metadata_is_a_fault() {
        let found = check_metadata(Folder::new().path(), |_| true);

        assert!(found[0].to_string().starts_with("metadata.yml:1:1: unreadable-file: the file cannot be read: "));
    }
}
