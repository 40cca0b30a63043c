//! One version: the text as a legal document, where it comes from, and how to cite it.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

use super::frame::Frame;
use super::kinds::{self, Sign};
use super::quotes::{Neighbours, neighbours};
use super::reader::Reader;
use super::trouble::Trouble;
use crate::domain::{Record, RecordId, TermsKey, Version};
use crate::markup::{self, Contents};
use crate::records::RecordEntry;

/// What an address by id may promise: a version never changes.
const FOR_GOOD: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=31536000, immutable");

#[derive(Template)]
#[template(path = "version.html")]
struct Page {
    frame: Frame,
    service: String,
    key: TermsKey,
    neighbours: Neighbours,
    text: Text,
    evidence: Evidence,
    citation: Citation,
}

/// A text to be read.
pub struct Text {
    pub html: String,
    pub contents: Vec<Contents>,
    pub date: String,
}

/// Where a text comes from.
pub struct Evidence {
    pub id: RecordId,
    pub moment: String,
    pub snapshots: Vec<String>,
    pub engine: Option<String>,
    pub sign: Sign,
    /// The pages it was taken from, as they are declared today.
    pub locations: Vec<String>,
}

/// A reference to a version, in three forms.
pub struct Citation {
    pub text: String,
    pub bibtex: String,
    pub csl: String,
}

pub async fn page(reader: Reader, Path(id): Path<String>) -> Response {
    reader.show(version(&reader, id)).await
}

/// The Markdown, byte for byte.
pub async fn markdown(reader: Reader, Path(id): Path<String>) -> Response {
    match record(&reader, &id).await {
        Ok(record) => {
            let name = format!("attachment; filename=\"{}.md\"", record.id);
            let headers = [
                (header::CONTENT_TYPE, "text/markdown; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, name),
            ];
            ([FOR_GOOD], headers, record.content.markdown).into_response()
        }
        Err(trouble) => reader.tell(trouble),
    }
}

#[derive(Template)]
#[template(path = "text.html")]
struct Bare {
    frame: Frame,
    text: Text,
}

/// The text alone as HTML, to be kept.
pub async fn html(reader: Reader, Path(id): Path<String>) -> Response {
    reader
        .show(async {
            let record = record(&reader, &id).await?;
            let title = format!(
                "{}, {}",
                reader.service_name(record.content.terms.service.as_str()),
                record.content.terms.terms_type
            );
            Ok(Bare { frame: reader.frame(title), text: text_of(&reader, &record) })
        })
        .await
}

async fn version(reader: &Reader, id: String) -> Result<Page, Trouble> {
    let record = record(reader, &id).await?;
    let (key, id) = (record.content.terms.clone(), record.id.clone());
    let (of, wanted) = (key.clone(), id.clone());
    let (neighbours, entry) = reader
        .ask(move |store| {
            let filter = crate::records::RecordFilter::of(&of);
            Ok((neighbours(store, &of, &wanted)?, store.list(&filter)?.into_iter().find(|entry| entry.id == wanted)))
        })
        .await?;
    let entry = entry.ok_or(Trouble::NotFound)?;
    let service = reader.service_name(key.service.as_str());
    let text = text_of(reader, &record);
    let values = [("terms", format!("{service}, {}", key.terms_type).into()), ("date", text.date.clone().into())];
    let frame = reader.frame(reader.words.say_of("version-title", values));
    Ok(Page {
        citation: citation(reader, &frame, &key, &service, &record),
        evidence: evidence(reader, &entry),
        neighbours,
        service,
        key,
        text,
        frame,
    })
}

/// The text and the evidence of an entry.
pub async fn text(reader: &Reader, entry: &RecordEntry) -> Result<(Text, Evidence), Trouble> {
    let record = record(reader, entry.id.as_str()).await?;
    Ok((text_of(reader, &record), evidence(reader, entry)))
}

/// The version of a full id.
pub async fn record(reader: &Reader, id: &str) -> Result<Record<Version>, Trouble> {
    let id: RecordId = id.parse().map_err(|_| Trouble::NotFound)?;
    reader.ask(move |store| store.find(&id)).await?.ok_or(Trouble::NotFound)
}

fn text_of(reader: &Reader, record: &Record<Version>) -> Text {
    let document = markup::document(&record.content.markdown, &reader.words.say("passage-link"));
    Text { html: document.html, contents: document.contents, date: reader.words.day(record.content.fetched_at) }
}

fn evidence(reader: &Reader, entry: &RecordEntry) -> Evidence {
    let declared = reader.served.declared();
    let terms = declared.service(entry.terms.service.as_str()).into_iter().flat_map(|service| &service.terms);
    let documents = terms.filter(|terms| terms.key == entry.terms).flat_map(|terms| &terms.documents);
    Evidence {
        id: entry.id.clone(),
        moment: reader.words.moment(entry.date),
        snapshots: entry.snapshots.iter().map(ToString::to_string).collect(),
        engine: entry.engine.clone(),
        sign: kinds::sign_of(entry, reader.words),
        locations: documents.map(|document| document.declared_location.clone()).collect(),
    }
}

fn citation(reader: &Reader, frame: &Frame, key: &TermsKey, service: &str, record: &Record<Version>) -> Citation {
    let url = frame.absolute(&frame.to_version(&record.id));
    let date = record.content.fetched_at;
    let short = &record.id.as_str()[..12];
    let values = [
        ("service", service.to_owned().into()),
        ("type", key.terms_type.to_string().into()),
        ("date", reader.words.day(date).into()),
        ("collection", frame.collection.clone().into()),
        ("id", short.to_owned().into()),
        ("url", url.clone().into()),
    ];
    Citation {
        text: reader.words.say_of("cite-sentence", values),
        bibtex: bibtex(service, key, date, &frame.collection, short, &url),
        csl: csl(service, key, date, &frame.collection, short, &url),
    }
}

fn bibtex(service: &str, key: &TermsKey, date: DateTime<Utc>, collection: &str, id: &str, url: &str) -> String {
    let braced = |text: &str| text.replace(['{', '}', '\\'], " ").replace('&', "\\&").replace('%', "\\%");
    format!(
        "@misc{{terms-{id},\n  author = {{{{{}}}}},\n  title = {{{{{}}}}},\n  date = {{{}}},\n  \
         howpublished = {{{{{}}}}},\n  url = {{{url}}}\n}}",
        braced(service),
        braced(key.terms_type.as_str()),
        date.format("%Y-%m-%d"),
        braced(collection),
    )
}

fn csl(service: &str, key: &TermsKey, date: DateTime<Utc>, collection: &str, id: &str, url: &str) -> String {
    use chrono::Datelike;

    let reference = serde_json::json!([{
        "id": format!("terms-{id}"),
        "type": "legislation",
        "title": key.terms_type.as_str(),
        "author": [{ "literal": service }],
        "issued": { "date-parts": [[date.year(), date.month(), date.day()]] },
        "archive": collection,
        "URL": url,
    }]);
    serde_json::to_string_pretty(&reference).expect("texts and numbers become JSON")
}
