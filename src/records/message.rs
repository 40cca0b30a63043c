//! The commit message of a record: written as Open Terms Archive does, read as it ever did.

use std::fmt::Write;

use crate::domain::{DocumentId, DocumentKey, ENGINE, FetcherKind, Kind, RecordId, TermsKey};

/// Subject prefixes, the ones that are written first. The others are found in histories from before 2023.
const PREFIXES: [(&str, Kind); 6] = [
    ("First record of ", Kind::First),
    ("Record new changes of ", Kind::Change),
    ("Apply technical or declaration upgrade on ", Kind::TechnicalUpgrade),
    ("Start tracking ", Kind::First),
    ("Update ", Kind::Change),
    ("Refilter ", Kind::TechnicalUpgrade),
];

/// Stands for the snapshot's id in a template.
pub const SNAPSHOT_PLACEHOLDER: &str = "%SNAPSHOT_ID";

const ENGINE_KEY: &str = "X-engine-version";
const FETCHER_KEY: &str = "X-fetcher";
const LOCATION_KEY: &str = "X-source-document-location";
const IMPORT_KEY: &str = "X-imported-from";

/// What a kind of record says in its message beyond the subject.
#[derive(Debug, Default, PartialEq)]
pub struct Notes {
    pub paragraphs: Vec<String>,
    pub fetcher: Option<FetcherKind>,
    pub location: Option<String>,
    /// The dataset that it was taken from, where nothing was fetched.
    pub imported_from: Option<String>,
}

/// What the message of a record tells.
#[derive(Debug, PartialEq)]
pub struct Reading {
    pub kind: Kind,
    pub engine: Option<String>,
    pub fetcher: Option<FetcherKind>,
    pub location: Option<String>,
    pub snapshots: Vec<RecordId>,
}

/// The message of a new record.
pub fn write(kind: Kind, terms: &TermsKey, notes: &Notes) -> String {
    let mut message = format!("{}{} {}\n\n", prefix(kind), terms.service, terms.terms_type);
    for paragraph in &notes.paragraphs {
        let _ = write!(message, "{paragraph}\n\n");
    }
    let fetcher = notes.fetcher.map(FetcherKind::as_str);
    let trailers = [
        (ENGINE_KEY, Some(ENGINE)),
        (FETCHER_KEY, fetcher),
        (LOCATION_KEY, notes.location.as_deref()),
        (IMPORT_KEY, notes.imported_from.as_deref()),
    ];
    for (key, value) in trailers {
        if let Some(value) = value.map(one_line).filter(|value| !value.is_empty()) {
            let _ = writeln!(message, "{key}: {value}");
        }
    }
    message
}

/// Reads a commit message; `None` if it is not that of a record.
pub fn read(message: &str) -> Option<Reading> {
    let (subject, rest) = message.split_once('\n').unwrap_or((message, ""));
    let kind = PREFIXES.iter().find(|(prefix, _)| subject.starts_with(prefix)).map(|(_, kind)| *kind)?;
    let trailers = last_block(rest);
    Some(Reading {
        kind,
        engine: trailer(trailers, ENGINE_KEY),
        fetcher: trailer(trailers, FETCHER_KEY).as_deref().and_then(fetcher_named),
        location: trailer(trailers, LOCATION_KEY),
        snapshots: rest.lines().filter_map(snapshot_named).collect(),
    })
}

/// Whether the message of a record says that it is of a slot.
pub fn is_of(message: &str, slot: &DocumentKey) -> bool {
    let subject = message.lines().next().unwrap_or_default();
    let named = PREFIXES.iter().find_map(|(prefix, _)| subject.strip_prefix(prefix));
    let is_of_document = |document: &DocumentId| message.lines().any(|line| line == document_paragraph(document));
    named == Some(format!("{} {}", slot.terms.service, slot.terms.terms_type).as_str())
        && slot.document.as_ref().is_none_or(is_of_document)
}

/// How the message of a snapshot names its document.
pub fn document_paragraph(document: &DocumentId) -> String {
    format!("Document ID {document}")
}

/// How the message of a version names its snapshots, with `%SNAPSHOT_ID` in place of the first one's id.
pub fn snapshot_template(message: &str) -> Option<String> {
    message.lines().find_map(|line| {
        let id = snapshot_named(line)?;
        let address = line.split_whitespace().find(|word| word.contains(id.as_str()))?;
        Some(address.replacen(id.as_str(), SNAPSHOT_PLACEHOLDER, 1))
    })
}

fn prefix(kind: Kind) -> &'static str {
    let row = PREFIXES.iter().find(|(_, of)| *of == kind);
    row.map(|(prefix, _)| *prefix).expect("every kind has a prefix")
}

/// Control characters would end the line and begin something else.
fn one_line(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

fn last_block(text: &str) -> &str {
    let text = text.trim_end();
    text.rsplit_once("\n\n").map_or(text, |(_, block)| block)
}

/// For some weeks of 2025 the reference wrote the word `undefined` for what it did not know.
fn trailer(block: &str, key: &str) -> Option<String> {
    let values = block.lines().filter_map(|line| line.split_once(':'));
    let value = values.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?.1.trim();
    (!value.is_empty() && value != "undefined").then(|| value.to_owned())
}

fn fetcher_named(name: &str) -> Option<FetcherKind> {
    [FetcherKind::HtmlOnly, FetcherKind::FullDom].into_iter().find(|kind| kind.as_str() == name)
}

/// The snapshot a line of a version's body names: its last run of exactly 40 hexadecimal digits.
fn snapshot_named(line: &str) -> Option<RecordId> {
    if !line.starts_with("- ") && !line.starts_with("This version was recorded after ") {
        return None;
    }
    line.rsplit(|c: char| !c.is_ascii_alphanumeric()).find_map(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SNAPSHOT: &str = "fb2e6b1b8bb5dda86162e0ea72e44968d9f274b1";

    #[test]
    fn a_snapshot_tells_where_and_how_it_was_fetched() {
        let terms = TermsKey::new("My Service".parse().unwrap(), "Privacy Policy".parse().unwrap());
        let notes = Notes {
            paragraphs: vec!["Document ID legal-a".to_owned()],
            fetcher: Some(FetcherKind::HtmlOnly),
            location: Some("http://127.0.0.1:39902/legal/a.html".to_owned()),
            imported_from: None,
        };

        let expected = format!(
            "First record of My Service Privacy Policy\n\nDocument ID legal-a\n\n\
             X-engine-version: {ENGINE}\nX-fetcher: htmlOnly\n\
             X-source-document-location: http://127.0.0.1:39902/legal/a.html\n"
        );
        assert_eq!(write(Kind::First, &terms, &notes), expected);
    }

    #[test]
    fn messages_of_any_age_are_read() {
        let cases = [
            ("Start tracking Acme Terms of Service", Kind::First),
            ("Update Acme Terms of Service", Kind::Change),
            ("Refilter Acme Terms of Service", Kind::TechnicalUpgrade),
            ("Apply technical or declaration upgrade on Acme Terms of Service", Kind::TechnicalUpgrade),
        ];

        for (subject, kind) in cases {
            let body = format!("{subject}\n\nThis version was recorded after filtering snapshot {SNAPSHOT}\n");
            let reading = read(&body).unwrap();

            assert_eq!((reading.kind, reading.engine), (kind, None), "{subject}");
            assert_eq!(reading.snapshots, [SNAPSHOT.parse().unwrap()]);
        }
    }

    #[test]
    fn snapshots_are_read_from_the_end_of_their_address() {
        let other = "0".repeat(40);
        let body = format!(
            "Record new changes of A B\n\nThis version was recorded after filtering and assembling the following \
             snapshots from 2 pages:\n- https://example.org/{other}/commit/{SNAPSHOT}\n\
             - mongo://snapshots/62a1b2c3d4e5f60718293a4b\n\nx-ENGINE-version: undefined\n"
        );

        let reading = read(&body).unwrap();

        assert_eq!(reading.snapshots, [SNAPSHOT.parse().unwrap()]);
        assert_eq!(reading.engine, None);
    }

    #[test]
    fn a_message_tells_by_what_template_it_was_written() {
        let address = format!("https://example.org/org/snapshots/commit/{SNAPSHOT}");
        let alone = format!("Update A B\n\nThis version was recorded after filtering snapshot {address}\n");
        let several = format!("Update A B\n\nThis version was recorded after …:\n- {address}\n- {address}\n");

        for message in [alone, several] {
            let expected = "https://example.org/org/snapshots/commit/%SNAPSHOT_ID";
            assert_eq!(snapshot_template(&message).as_deref(), Some(expected));
        }
    }

    #[test]
    fn commits_of_people_are_no_records() {
        for message in ["Merge branch 'x'", "Fix typo. Update Acme", "", "update Acme Imprint"] {
            assert_eq!(read(message), None, "{message}");
        }
    }
}
