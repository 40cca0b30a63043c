//! Checks `metadata.yml`, which says what a collection is and who runs it.

use std::path::Path;

use super::schema::{IsCron, Schema};
use super::{Diagnostic, Source, rules, yaml};

/// The file of a collection's metadata, relative to its folder.
const FILE: &str = "metadata.yml";

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
