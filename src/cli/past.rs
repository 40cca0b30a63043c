//! `fineprint preview --at`: the Markdown that snapshots of an earlier day give with what was declared then.

use anyhow::anyhow;
use chrono::{DateTime, Utc};

use super::moment::{Moment, rfc3339};
use super::reading::{self, print_text, short};
use super::selection;
use super::{Context, difference};
use crate::app::{App, explained, hinted};
use crate::declarations::{self, History};
use crate::diff;
use crate::domain::{Record, Snapshot, SourceDocument, Terms, TermsKey, Version};
use crate::records::RecordStore;
use crate::tracker;

/// Prints what the snapshots valid on a date give with the declaration and the filters valid then, and tells whether
/// that is what was recorded.
pub fn preview(app: &App, key: &TermsKey, date: Moment, context: &Context) -> anyhow::Result<()> {
    let history = declarations::history(&app.config.collection_path, &key.service);
    context.tell(&history.diagnostics);
    let current = app.collection.terms().find(|terms| terms.key == *key);
    let declared = history.valid_at(&key.terms_type, current, date.end());
    let terms = declared.ok_or_else(|| undeclared(app, key, &history, date))?;
    let archive = App::archive_for_reading(&context.root)?;
    let sources = sources(&archive.snapshots()?, terms, date)?;
    let extractor = app.extractor().as_of(date.end());
    let texts = sources.iter().map(|(document, record)| (*document, &record.content));
    let markdown = tracker::assembled(&extractor, texts).map_err(|error| hinted(&error, error.hint()))?;
    print_text(&format!("{markdown}\n"))?;
    let until = history.past_at(&key.terms_type, date.end()).map(|past| past.valid_until);
    context.console.note(&format!("\n{}", origin(&sources, until)));
    let recorded = archive.versions()?.valid_at(key, date.end()).map_err(explained)?;
    context.console.note(&comparison(recorded.as_ref(), &markdown, date));
    Ok(())
}

type Source<'a> = (&'a SourceDocument, Record<Snapshot>);

/// The source documents, each with the snapshot that was valid on a date.
fn sources<'a>(store: &dyn RecordStore<Snapshot>, terms: &'a Terms, date: Moment) -> anyhow::Result<Vec<Source<'a>>> {
    let source =
        |document: &'a SourceDocument| Ok((document, reading::valid_at(store, &terms.document_key(document), date)?));
    terms.documents.iter().map(source).collect()
}

/// What the text was made from.
fn origin(sources: &[Source<'_>], valid_until: Option<DateTime<Utc>>) -> String {
    let snapshot =
        |(_, record): &Source<'_>| format!("snapshot {} of {}", short(&record.id), rfc3339(record.content.fetched_at));
    let snapshots: Vec<String> = sources.iter().map(snapshot).collect();
    let declaration = valid_until.map_or("today's declaration".to_owned(), |date| {
        format!("the declaration that was valid until {}", rfc3339(date))
    });
    format!("From {} by {declaration}.", snapshots.join(", "))
}

/// How the text differs from what was recorded.
fn comparison(recorded: Option<&Record<Version>>, markdown: &str, date: Moment) -> String {
    let Some(record) = recorded else {
        return format!("No version was recorded by {date}.");
    };
    let version = format!("version {} of {}", short(&record.id), rfc3339(record.content.fetched_at));
    if record.content.markdown == markdown {
        return format!("The same as {version}.");
    }
    let changes = difference::entries(&diff::between(&record.content.markdown, markdown), 0);
    format!("Differs from {version}:\n\n{}", changes.join("\n\n"))
}

fn undeclared(app: &App, key: &TermsKey, history: &History, date: Moment) -> anyhow::Error {
    let services = &app.collection.services;
    let service = services.iter().find(|service| service.id == key.service);
    if service.is_none() && history.past.is_empty() {
        let known: Vec<&str> = services.iter().map(|service| service.id.as_str()).collect();
        return selection::undeclared("service", key.service.as_str(), None, &known);
    }
    let current = service.into_iter().flat_map(|service| &service.terms);
    let all = current.chain(history.past.iter().map(|past| &past.terms));
    let mut known: Vec<&str> = all.map(|terms| terms.key.terms_type.as_str()).collect();
    if known.contains(&key.terms_type.as_str()) {
        return anyhow!("{key} was not declared any more on {date}");
    }
    known.dedup();
    selection::undeclared("terms type", key.terms_type.as_str(), Some(key.service.as_str()), &known)
}
