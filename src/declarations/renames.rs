//! Reads `renames.json`: what services and terms types were called before.
//!
//! It lies beside `declarations`, not in it, where every JSON file declares a service.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::parsed::{Parsed, member};
use super::schema::Schema;
use super::{Diagnostic, Source, closest, json, rules};
use crate::domain::{
    Collection, InvalidName, Renames, ServiceId, ServiceRename, TermsKey, TermsType, TermsTypeRename, instant,
};

/// The file of renames, relative to the collection folder.
pub const FILE: &str = "renames.json";

/// The renames of the collection in `collection_dir`, as far as they can be used, and what is wrong with the rest.
///
/// Where `declared` is given, former names that are still declared are found as well.
pub fn renames(collection_dir: &Path, declared: Option<&Collection>) -> (Renames, Vec<Diagnostic>) {
    if !collection_dir.join(FILE).exists() {
        return (Renames::default(), Vec::new());
    }
    let json = match Source::read(collection_dir, FILE).and_then(json::parse) {
        Ok(json) => json,
        Err(fault) => return (Renames::default(), vec![fault]),
    };
    let mut faults = [json.warnings, Schema::renames().faults(&json.parsed)].concat();
    let reader = Reader { parsed: &json.parsed, declared };
    let services = reader.list::<ServiceId>("services", &mut faults);
    let terms_types = reader.list::<TermsType>("termsTypes", &mut faults);
    reader.tell_former_services(&terms_types, &services, &mut faults);
    let renames = Renames {
        services: services.into_iter().map(Entry::of_service).collect(),
        terms_types: terms_types.into_iter().map(Entry::of_terms_type).collect(),
    };
    faults.sort_by_key(|fault| fault.span.start);
    (renames, faults)
}

/// One rename and where it stands.
#[derive(Debug, Clone)]
struct Entry<N> {
    pointer: String,
    service: Option<ServiceId>,
    from: N,
    to: N,
    valid_until: Option<chrono::DateTime<chrono::Utc>>,
}

struct Reader<'a> {
    parsed: &'a Parsed,
    declared: Option<&'a Collection>,
}

/// What can be renamed.
trait Name: std::str::FromStr<Err = InvalidName> + std::fmt::Display + PartialEq + Clone {
    /// The names of this kind that are declared.
    fn declared(collection: &Collection) -> BTreeSet<&str>;

    /// Whether `terms` is declared under this name, with a service where one is given.
    fn is_of(&self, terms: &TermsKey, service: Option<&ServiceId>) -> bool;
}

impl Name for ServiceId {
    fn declared(collection: &Collection) -> BTreeSet<&str> {
        collection.services.iter().map(|service| service.id.as_str()).collect()
    }

    fn is_of(&self, terms: &TermsKey, _: Option<&ServiceId>) -> bool {
        terms.service == *self
    }
}

impl Name for TermsType {
    fn declared(collection: &Collection) -> BTreeSet<&str> {
        collection.terms().map(|terms| terms.key.terms_type.as_str()).collect()
    }

    fn is_of(&self, terms: &TermsKey, service: Option<&ServiceId>) -> bool {
        terms.terms_type == *self && service.is_none_or(|service| *service == terms.service)
    }
}

impl Reader<'_> {
    /// The renames of one list that can be used.
    fn list<N: Name>(&self, name: &str, faults: &mut Vec<Diagnostic>) -> Vec<Entry<N>> {
        let list = self.parsed.value.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let list_pointer = member("", name);
        let read =
            list.iter().enumerate().filter_map(|(at, value)| self.entry(member(&list_pointer, at), value, faults));
        let read: Vec<Entry<N>> = read.collect();
        let is_sound = |entry: &&Entry<N>| match self.fault(entry, &read) {
            Some(fault) => {
                faults.push(fault);
                false
            }
            None => true,
        };
        let sound: Vec<Entry<N>> = read.iter().filter(is_sound).cloned().collect();
        faults.extend(sound.iter().filter_map(|entry| self.misspelt(entry)));
        sound
    }

    /// A rename to what is declared under a name much like it. What is not declared any more may well have been renamed.
    fn misspelt<N: Name>(&self, entry: &Entry<N>) -> Option<Diagnostic> {
        let (declared, to) = (N::declared(self.declared?), entry.to.to_string());
        let meant = closest(&to, declared.iter().copied()).filter(|_| !declared.contains(to.as_str()))?;
        let pointer = member(&entry.pointer, "to");
        let fault = self.parsed.at_value(&pointer, &rules::RENAMED_TO_NOTHING, format!("`{to}` is not declared"));
        Some(fault.with_hint(format!("did you mean `{meant}`?")))
    }

    /// `None` where the schema has found fault already, or a name cannot be one.
    fn entry<N: Name>(&self, pointer: String, value: &Value, faults: &mut Vec<Diagnostic>) -> Option<Entry<N>> {
        let from = self.name(&pointer, "from", value, faults)?;
        let to = self.name(&pointer, "to", value, faults)?;
        let service = match value.get("service") {
            Some(_) => Some(self.name(&pointer, "service", value, faults)?),
            None => None,
        };
        let valid_until = match value.get("validUntil") {
            Some(text) => Some(instant(text.as_str()?)?),
            None => None,
        };
        Some(Entry { pointer, service, from, to, valid_until })
    }

    fn name<T: std::str::FromStr<Err = InvalidName>>(
        &self,
        pointer: &str,
        key: &str,
        value: &Value,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<T> {
        let name = value.get(key)?.as_str()?.parse();
        name.map_err(|error: InvalidName| {
            faults.push(self.parsed.at_value(&member(pointer, key), &rules::INVALID_ID, error.to_string()))
        })
        .ok()
    }

    fn fault<N: Name>(&self, entry: &Entry<N>, all: &[Entry<N>]) -> Option<Diagnostic> {
        let (from, to) = (&entry.from, &entry.to);
        if from == to {
            return Some(self.at(entry, "to", format!("`{from}` is renamed to itself")).with_hint("leave it out"));
        }
        let first = all.iter().find(|other| other.from == *from && other.concerns(entry));
        if first.is_some_and(|first| first.pointer != entry.pointer) {
            let message = format!("`{from}` is renamed twice");
            return Some(self.at(entry, "from", message).with_hint("name it once, with what it is called today"));
        }
        if let Some(fault) = self.chain(entry, all) {
            return Some(fault);
        }
        let is_declared =
            |declared: &Collection| declared.terms().any(|terms| from.is_of(&terms.key, entry.service.as_ref()));
        if entry.valid_until.is_none() && self.declared.is_some_and(is_declared) {
            let message = format!("`{from}` is declared, though it is renamed to `{to}`");
            let hint = "rename it in the declarations too, or say with `validUntil` until when it meant the same";
            return Some(self.at(entry, "from", message).with_hint(hint));
        }
        None
    }

    /// A rename to a name that was renamed in its turn.
    fn chain<N: Name>(&self, entry: &Entry<N>, all: &[Entry<N>]) -> Option<Diagnostic> {
        let mut names = vec![&entry.from, &entry.to];
        while let Some(next) = all.iter().find(|other| Some(&&other.from) == names.last() && other.concerns(entry)) {
            if names.contains(&&next.to) {
                let shown: Vec<String> = names.iter().chain([&&next.to]).map(|name| format!("`{name}`")).collect();
                let message = format!("these renames go round in a circle: {}", shown.join(" → "));
                return Some(self.at(entry, "to", message).with_hint("keep those that lead to today's name"));
            }
            names.push(&next.to);
        }
        let last = names.last().filter(|_| names.len() > 2)?;
        let message = format!("`{}` was renamed as well", entry.to);
        Some(self.at(entry, "to", message).with_hint(format!("write today's name: `\"to\": \"{last}\"`")))
    }

    fn tell_former_services(
        &self,
        terms_types: &[Entry<TermsType>],
        services: &[Entry<ServiceId>],
        faults: &mut Vec<Diagnostic>,
    ) {
        for entry in terms_types {
            let former = services.iter().find(|service| Some(&service.from) == entry.service.as_ref());
            if let Some(former) = former.filter(|former| former.valid_until.is_none()) {
                let message = format!("`{}` is a former id", former.from);
                faults.push(self.at(entry, "service", message).with_hint(format!("write `{}`", former.to)));
            }
        }
    }

    fn at<N>(&self, entry: &Entry<N>, key: &str, message: String) -> Diagnostic {
        self.parsed.at_value(&member(&entry.pointer, key), &rules::INVALID_RENAME, message)
    }
}

impl<N> Entry<N> {
    /// Whether both are about one service, or one of them about all.
    fn concerns(&self, other: &Self) -> bool {
        self.service.is_none() || other.service.is_none() || self.service == other.service
    }
}

impl Entry<ServiceId> {
    fn of_service(self) -> ServiceRename {
        ServiceRename { from: self.from, to: self.to, valid_until: self.valid_until }
    }
}

impl Entry<TermsType> {
    fn of_terms_type(self) -> TermsTypeRename {
        TermsTypeRename { service: self.service, from: self.from, to: self.to, valid_until: self.valid_until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::fixture::Folder;
    use crate::declarations::history::DATE_HINT;
    use crate::declarations::load;

    fn read(text: &str) -> (Renames, Vec<String>) {
        let declaration = r#"{ "name": "A", "terms": { "Imprint": { "fetch": "https://a.example/i.pdf" } } }"#;
        let folder = Folder::new().file("Acme.json", declaration).top_file(FILE, text);
        let collection = load(folder.path()).unwrap().collection;
        let (renames, faults) = renames(folder.path(), Some(&collection));
        let told = |fault: &Diagnostic| format!("{fault} ({})", fault.hint.as_deref().unwrap_or_default());
        (renames, faults.iter().map(told).collect())
    }

    #[test]
    fn a_rename_to_a_misspelt_name_is_told() {
        let (renames, faults) = read(
            r#"{ "services": [{ "from": "Apex", "to": "Amce" }, { "from": "Twitter", "to": "X" }],
                 "termsTypes": [{ "from": "About", "to": "Imprnt" }] }"#,
        );

        assert_eq!((renames.services.len(), renames.terms_types.len()), (2, 1));
        let told = |at: &str, name: &str, meant: &str| {
            format!("renames.json:{at}: renamed-to-nothing: `{name}` is not declared (did you mean `{meant}`?)")
        };
        assert_eq!(faults, [told("1:40", "Amce", "Acme"), told("2:58", "Imprnt", "Imprint")]);
    }

    #[test]
    fn renames_of_services_and_terms_types_are_read() {
        let (renames, faults) = read(
            r#"{ "services": [{ "from": "Twitter", "to": "X", "validUntil": "2023-07-24T00:00:00Z" }],
                 "termsTypes": [{ "service": "X", "from": "Rules", "to": "Community Guidelines" },
                                { "from": "Terms of Use", "to": "Terms of Service" }] }"#,
        );

        assert_eq!(faults, [""; 0]);
        assert_eq!(renames.services[0].to.as_str(), "X");
        assert_eq!(renames.services[0].valid_until.unwrap().to_rfc3339(), "2023-07-24T00:00:00+00:00");
        assert_eq!(renames.terms_types[0].service.as_ref().unwrap().as_str(), "X");
        assert_eq!(renames.terms_types.len(), 2);
    }

    #[test]
    fn chains_circles_and_contradictions_are_refused_in_their_place() {
        let (renames, faults) = read(
            "{ \"services\": [\n\
             { \"from\": \"A\", \"to\": \"B\" },\n\
             { \"from\": \"B\", \"to\": \"C\" },\n\
             { \"from\": \"D\", \"to\": \"E\" },\n\
             { \"from\": \"E\", \"to\": \"D\" },\n\
             { \"from\": \"F\", \"to\": \"F\" },\n\
             { \"from\": \"B\", \"to\": \"G\" },\n\
             { \"from\": \"Acme\", \"to\": \"H\" },\n\
             { \"from\": \"../x\", \"to\": \"H\" }\n\
             ],\n\"termsTypes\": [{ \"service\": \"B\", \"from\": \"Rules\", \"to\": \"Imprint\" }] }",
        );

        let expected = [
            "2:22: invalid-rename: `B` was renamed as well (write today's name: `\"to\": \"C\"`)",
            "4:22: invalid-rename: these renames go round in a circle: `D` → `E` → `D` (keep those that lead to today's name)",
            "5:22: invalid-rename: these renames go round in a circle: `E` → `D` → `E` (keep those that lead to today's name)",
            "6:22: invalid-rename: `F` is renamed to itself (leave it out)",
            "7:11: invalid-rename: `B` is renamed twice (name it once, with what it is called today)",
            "8:11: invalid-rename: `Acme` is declared, though it is renamed to `H` (rename it in the declarations too, or \
             say with `validUntil` until when it meant the same)",
            "9:11: invalid-id: service id `../x` starts with a dot ()",
            "11:29: invalid-rename: `B` is a former id (write `C`)",
        ];
        assert_eq!(faults, expected.map(|fault| format!("{FILE}:{fault}")));
        assert_eq!(renames.services.len(), 1, "the sound one is used");
    }

    #[test]
    fn what_the_schema_forbids_is_told_and_everything_else_is_used() {
        let (renames, faults) = read(
            "{ \"services\": [{ \"from\": \"A\" }, { \"from\": \"B\", \"to\": \"C\", \"validUntil\": \"2023\" },\n\
             { \"from\": \"D\", \"to\": \"E\", \"since\": \"2023\" }] }",
        );

        let rules: Vec<&str> = faults.iter().map(|fault| fault.split(": ").nth(1).unwrap()).collect();
        assert_eq!(rules, ["missing-key", "invalid-date", "unknown-key"], "{faults:?}");
        assert!(faults[1].contains(DATE_HINT), "{faults:?}");
        assert_eq!(renames.services.len(), 1);
    }
}
