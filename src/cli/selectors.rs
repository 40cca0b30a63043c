//! What each selector of a declaration finds, as a table.

use super::findings::counted;
use super::selection::closest_of;
use super::table::columns;
use crate::domain::{Snapshot, SourceDocument, Terms};
use crate::extract::{ExtractError, Extractor, Found, List, Match, filters};
use crate::records::RecordStore;

/// What the selectors of a terms find in its latest snapshots, under the address of each document where there are several.
///
/// Empty where nothing is stored, and of PDF files.
pub fn table(extractor: &Extractor, snapshots: &dyn RecordStore<Snapshot>, terms: &Terms) -> anyhow::Result<String> {
    let mut tables = Vec::new();
    for document in &terms.documents {
        let Some(snapshot) = snapshots.latest(&terms.document_key(document))? else { continue };
        let snapshot = snapshot.content;
        let matches = extractor.matches(&snapshot.content, &snapshot.mime, document, closest_of);
        let rows = rows(matches, document);
        if rows.is_empty() {
            continue;
        }
        let heading = (terms.documents.len() > 1).then(|| format!("{}\n", document.location));
        tables.push(format!("{}{}", heading.unwrap_or_default(), columns(&rows).join("\n")));
    }
    Ok(tables.join("\n\n"))
}

fn rows(matches: Result<Vec<Match>, ExtractError>, document: &SourceDocument) -> Vec<[String; 3]> {
    // What makes a page unreadable is told as the reason why there is no text.
    let mut rows: Vec<_> = matches.unwrap_or_default().into_iter().map(row).collect();
    if filters::need_scripts(document) && !rows.is_empty() {
        rows.push(["filter".into(), String::new(), "the above is what is found before filters".into()]);
    }
    rows
}

fn row(row: Match) -> [String; 3] {
    let list = match row.list {
        List::Remove => "remove",
        List::Select => "select",
    };
    [list.into(), row.selector, told(&row.found)]
}

fn told(found: &Found) -> String {
    match found {
        Found::Elements { elements, characters } => {
            format!("{}, {}", counted(*elements, "element"), counted(*characters, "character"))
        }
        Found::Range { characters } => format!("range of {}", counted(*characters, "character")),
        Found::Removed { elements } => {
            format!("nothing: {} would match, and `remove` takes all out", counted(*elements, "element"))
        }
        Found::Nothing { nearest: Some(nearest) } => format!("nothing; did you mean `{nearest}`?"),
        Found::Nothing { nearest: None } => "nothing".into(),
        Found::Fault { fault } => fault.clone(),
    }
}
