//! One version: the text as a legal document, where it comes from, and how to cite it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;

use super::card::Preview;
use super::frame::Frame;
use super::kinds::{self, Sign};
use super::quotes::{Neighbours, neighbours};
use super::reader::Reader;
use super::signature::Signed;
use super::tongue;
use super::trouble::Trouble;
use crate::domain::{FetcherKind, Record, RecordId, Snapshot, TermsKey, Version};
use crate::markup::{self, Contents};
use crate::records::{Signature, SignatureCheck};
use crate::web::ReadError;
use crate::web::remembered::Lasting;

/// What an address by id may promise: a version never changes.
const FOR_GOOD: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=31536000, immutable");

/// Bytes of HTML of a text on one page: with all else on it, that is less than 60 KB as browsers get it.
const MOST_IN_A_PART: usize = 96 << 10;

/// Longer texts, in bytes, are read on a page of their own: a page that shows one among other things is to be light.
const LONGEST_WITHIN: usize = 60_000;

/// Lines of a table of contents.
const MOST_CONTENTS: usize = 300;

/// Snapshots of one version that are told of.
const MOST_SNAPSHOTS: usize = 5;

#[derive(Template)]
#[template(path = "version.html")]
struct Page {
    frame: Frame,
    service: String,
    key: TermsKey,
    neighbours: Neighbours,
    text: Text,
    parting: Option<Parting>,
    evidence: Evidence,
    citation: Citation,
}

/// A text to be read.
pub struct Text {
    pub html: String,
    pub contents: Vec<Line>,
    /// The tag of its language, where that can be told.
    pub lang: Option<&'static str>,
    /// Where the whole is read, if this is its beginning.
    pub whole: Option<String>,
    pub date: String,
}

/// A line of the table of contents.
pub struct Line {
    pub depth: usize,
    pub text: String,
    pub href: String,
}

/// Which part of a long text is shown, and where the others are.
struct Parting {
    /// “Part 2 of 5”.
    name: String,
    previous: Option<String>,
    next: Option<String>,
}

/// The part of a long text that is asked for: by its number, or by a passage in it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    part: String,
    passage: String,
}

/// Where a text comes from.
pub struct Evidence {
    pub id: RecordId,
    pub moment: String,
    /// The same for programs.
    pub instant: String,
    /// By what it was fetched, and where that stood, as far as is known.
    pub how: Option<String>,
    pub snapshots: Vec<String>,
    /// Whether these can be read here.
    pub has_snapshots: bool,
    pub engine: Option<String>,
    /// Absent where nobody signed the record.
    pub signature: Option<Signed>,
    pub sign: Sign,
    /// The pages it was taken from; as they are declared today where nothing better is known.
    pub locations: Vec<String>,
    /// Until when nothing better can be told of it.
    pub lasting: Lasting,
}

/// A reference to a version, in three forms.
pub struct Citation {
    pub text: String,
    pub bibtex: String,
    pub csl: String,
}

pub async fn page(reader: Reader, Path(id): Path<String>, Query(asked): Query<Asked>) -> Response {
    let page = version(&reader, id, &asked).await;
    reader.show_lasting(page, |page| page.evidence.lasting.clone())
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

async fn version(reader: &Reader, id: String, asked: &Asked) -> Result<Page, Trouble> {
    let record = record(reader, &id).await?;
    let (key, id) = (record.content.terms.clone(), record.id.clone());
    let neighbours = reader.ask(move |store| neighbours(store, &key, &id)).await?;
    let key = reader.served.declared().renames.current(&record.content.terms, record.content.fetched_at);
    let service = reader.service_name(key.service.as_str());
    let date = reader.words.day(record.content.fetched_at);
    let values = [("terms", format!("{service}, {}", key.terms_type).into()), ("date", date.into())];
    let mut frame = reader.frame(reader.words.say_of("version-title", values));
    frame.show_card(Preview::of_record(&frame, &record.id, &frame.collection));
    let (evidence, citation) = about(reader, &frame, &record).await?;
    let (text, parting) = asked_for(reader, &record, asked)?;
    Ok(Page { neighbours, service, key, text, parting, evidence, citation, frame })
}

/// The text, or of a long one the part that is asked for. A copy of the site has it whole: nobody could be asked there.
fn asked_for(reader: &Reader, record: &Record<Version>, asked: &Asked) -> Result<(Text, Option<Parting>), Trouble> {
    let whole = text_of(reader, record);
    if reader.copy.is_some() || whole.html.len() <= MOST_IN_A_PART {
        return Ok((whole, None));
    }
    let mut read = markup::parts(&record.content.markdown, &reader.words.say("passage-link"), MOST_IN_A_PART);
    let of = read.parts.len();
    if of == 1 {
        return Ok((whole, None));
    }
    let number = match asked.part.as_str() {
        "" => read.holding(&asked.passage).unwrap_or_default() + 1,
        number => number.parse().ok().filter(|number| (1..=of).contains(number)).ok_or(Trouble::NotFound)?,
    };
    let line = |line: Contents| Line { href: markup::way_to(&line.id), depth: line.depth, text: line.text };
    let contents = shortened(std::mem::take(&mut read.contents)).map(line).collect();
    let text = Text { html: read.parts.swap_remove(number - 1), contents, ..whole };
    Ok((text, Some(Parting::at(reader, number, of))))
}

impl Parting {
    fn at(reader: &Reader, number: usize, of: usize) -> Self {
        let to = |number: usize| format!("?part={number}");
        let values = [("n", number.to_string().into()), ("of", of.to_string().into())];
        Self {
            name: reader.words.say_of("part-of", values),
            previous: (number > 1).then(|| to(number - 1)),
            next: (number < of).then(|| to(number + 1)),
        }
    }
}

/// A text, where it comes from, and how to cite it.
pub async fn in_full(
    reader: &Reader,
    frame: &Frame,
    record: &Record<Version>,
) -> Result<(Text, Evidence, Citation), Trouble> {
    let (evidence, citation) = about(reader, frame, record).await?;
    Ok((text_of(reader, record), evidence, citation))
}

/// Where a text comes from, and how to cite it.
async fn about(reader: &Reader, frame: &Frame, record: &Record<Version>) -> Result<(Evidence, Citation), Trouble> {
    Ok((evidence(reader, record).await?, citation(reader, frame, record)))
}

/// The version of a full id.
pub async fn record(reader: &Reader, id: &str) -> Result<Record<Version>, Trouble> {
    let id: RecordId = id.parse().map_err(|_| Trouble::NotFound)?;
    reader.ask(move |store| store.find(&id)).await?.ok_or(Trouble::NotFound)
}

fn text_of(reader: &Reader, record: &Record<Version>) -> Text {
    let document = markup::document(&record.content.markdown, &reader.words.say("passage-link"));
    let line = |line: Contents| Line { href: format!("#{}", line.id), depth: line.depth, text: line.text };
    let contents = shortened(document.contents).map(line).collect();
    Text {
        html: document.html,
        contents,
        lang: tongue::of(&record.content.markdown),
        date: reader.words.day(record.content.fetched_at),
        whole: None,
    }
}

/// Of very many headings the highest: a table of contents is there to give an overview.
fn shortened(contents: Vec<Contents>) -> impl Iterator<Item = Contents> {
    let within = |depth: usize| contents.iter().filter(|line| line.depth <= depth).count() <= MOST_CONTENTS;
    let deepest = contents.iter().map(|line| line.depth).max().unwrap_or(1);
    let depth = (1..=deepest).rev().find(|depth| within(*depth)).unwrap_or(1);
    contents.into_iter().filter(move |line| line.depth <= depth).take(MOST_CONTENTS)
}

impl Text {
    /// The same for a page with much else on it: of a long text its beginning, and where the whole is read.
    pub fn begun(self, reader: &Reader, record: &Record<Version>) -> Self {
        let markdown = &record.content.markdown;
        let Some(end) = end_of_beginning(markdown) else { return self };
        let beginning = markup::document(&markdown[..end], &reader.words.say("passage-link"));
        let whole = reader.frame("").to_version(&record.id);
        let to_whole = |line: Line| match reader.copy {
            Some(_) => Line { href: format!("{whole}{}", line.href), ..line },
            None => Line { href: whole.clone() + &markup::way_to(line.href.trim_start_matches('#')), ..line },
        };
        let contents = self.contents.into_iter().map(to_whole).collect();
        Self { html: beginning.html, contents, whole: Some(whole), ..self }
    }
}

/// Where the beginning of a long text ends: between two paragraphs.
fn end_of_beginning(markdown: &str) -> Option<usize> {
    if markdown.len() <= LONGEST_WITHIN {
        return None;
    }
    let most = markdown.floor_char_boundary(LONGEST_WITHIN);
    Some(markdown[..most].rfind("\n\n").unwrap_or(most))
}

/// From where a document was fetched, and by what.
struct Fetched {
    location: String,
    fetcher: FetcherKind,
}

async fn fetched(reader: &Reader, snapshots: &[RecordId]) -> Result<Vec<Fetched>, ReadError> {
    let ids: Vec<RecordId> = snapshots.iter().take(MOST_SNAPSHOTS).cloned().collect();
    let found = reader.served.snapshots(move |store| {
        let found: Result<Vec<_>, _> = ids.iter().map(|id| store.find(id)).collect();
        let fetched =
            |record: Record<Snapshot>| Fetched { location: record.content.location, fetcher: record.content.fetcher };
        Ok(found?.into_iter().flatten().map(fetched).collect())
    });
    found.await
}

async fn evidence(reader: &Reader, record: &Record<Version>) -> Result<Evidence, Trouble> {
    let entry = reader.entry(&record.id).await?.ok_or(Trouble::NotFound)?;
    let signature = reader.signature(&record.id).await?;
    let fetched = fetched(reader, &entry.snapshots).await;
    let lasting = lasting(reader, record, &fetched, signature.as_ref());
    // A text is worth reading without the pages it was taken from, too.
    let fetched = fetched.unwrap_or_else(|error| {
        tracing::warn!(%error, version = %entry.id, "where a version comes from cannot be read");
        Vec::new()
    });
    let how = how(reader, entry.date, fetched.first());
    let locations: Vec<String> = fetched.into_iter().map(|fetched| fetched.location).collect();
    Ok(Evidence {
        moment: reader.words.moment(entry.date),
        instant: super::words::instant(entry.date),
        how,
        snapshots: entry.snapshots.iter().map(ToString::to_string).collect(),
        has_snapshots: reader.served.has_snapshots(),
        signature: signature.map(|signature| Signed::told(signature, reader.words)),
        sign: kinds::sign_of(&entry, reader.words),
        locations: if locations.is_empty() { declared_locations(reader, &entry.terms) } else { locations },
        lasting,
        id: entry.id,
        engine: entry.engine,
    })
}

/// Until when nothing better can be told of where a text comes from.
fn lasting(
    reader: &Reader,
    record: &Record<Version>,
    fetched: &Result<Vec<Fetched>, ReadError>,
    signature: Option<&Signature>,
) -> Lasting {
    let is_in_time = signature.is_none_or(|signature| signature.check != SignatureCheck::OutOfTime);
    match fetched {
        Ok(found) if is_in_time && found.len() == record.content.snapshots.len().min(MOST_SNAPSHOTS) => {
            let renames = &reader.served.declared().renames;
            Lasting::UntilChangeOf(renames.current(&record.content.terms, record.content.fetched_at).service)
        }
        // Snapshots may come after the versions that were made from them.
        Ok(_) if is_in_time => Lasting::UntilAnyChange,
        _ => Lasting::ForNow,
    }
}

/// By what a text was fetched, and where that stood, as far as is known.
fn how(reader: &Reader, date: DateTime<Utc>, fetched: Option<&Fetched>) -> Option<String> {
    let by_what = fetched.map(|fetched| match fetched.fetcher {
        FetcherKind::HtmlOnly => reader.words.say("fetched-by-http"),
        FetcherKind::FullDom => reader.words.say("fetched-by-browser"),
    });
    let declared = reader.served.declared();
    let place = declared.metadata.server_location(date.date_naive());
    let how: Vec<String> =
        by_what.into_iter().chain(place.map(|place| reader.words.say_it("fetched-in", place))).collect();
    (!how.is_empty()).then(|| how.join(", "))
}

/// The pages that a terms is taken from today.
fn declared_locations(reader: &Reader, key: &TermsKey) -> Vec<String> {
    let declared = reader.served.declared();
    let terms = declared.service(key.service.as_str()).into_iter().flat_map(|service| &service.terms);
    let documents = terms.filter(|terms| terms.key == *key).flat_map(|terms| &terms.documents);
    documents.map(|document| document.declared_location.clone()).collect()
}

/// References name the terms as they were called when the text was read.
fn citation(reader: &Reader, frame: &Frame, record: &Record<Version>) -> Citation {
    let key = &record.content.terms;
    let date = record.content.fetched_at;
    let cited = Cited {
        service: reader.service_name(key.service.as_str()),
        terms_type: key.terms_type.to_string(),
        date,
        collection: frame.collection.clone(),
        id: record.id.as_str()[..12].to_owned(),
        url: frame.absolute(&frame.to_version(&record.id)),
    };
    let values = [
        ("service", cited.service.clone().into()),
        ("type", cited.terms_type.clone().into()),
        ("date", reader.words.day(date).into()),
        ("collection", cited.collection.clone().into()),
        ("id", cited.id.clone().into()),
        ("url", cited.url.clone().into()),
    ];
    Citation { text: reader.words.say_of("cite-sentence", values), bibtex: cited.bibtex(), csl: cited.csl() }
}

/// What a reference tells.
struct Cited {
    service: String,
    terms_type: String,
    date: DateTime<Utc>,
    collection: String,
    id: String,
    url: String,
}

impl Cited {
    fn bibtex(&self) -> String {
        let braced = |text: &str| text.replace(['{', '}', '\\'], " ").replace('&', "\\&").replace('%', "\\%");
        format!(
            "@misc{{terms-{},\n  author = {{{{{}}}}},\n  title = {{{{{}}}}},\n  year = {{{}}},\n  date = {{{}}},\n  \
             howpublished = {{{{{}}}}},\n  url = {{{}}}\n}}",
            self.id,
            braced(&self.service),
            braced(&self.terms_type),
            self.date.format("%Y"),
            self.date.format("%Y-%m-%d"),
            braced(&self.collection),
            self.url,
        )
    }

    fn csl(&self) -> String {
        let reference = serde_json::json!([{
            "id": format!("terms-{}", self.id),
            "type": "webpage",
            "title": self.terms_type,
            "author": [{ "literal": self.service }],
            "container-title": self.service,
            "issued": { "date-parts": [[self.date.year(), self.date.month(), self.date.day()]] },
            "version": self.id,
            "archive": self.collection,
            "URL": self.url,
        }]);
        serde_json::to_string_pretty(&reference).expect("texts and numbers become JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_paragraphs() {
        let paragraph = "é".repeat(1_000) + "\n\n";
        let long = paragraph.repeat(40);

        let end = end_of_beginning(&long).unwrap();

        assert!(end <= LONGEST_WITHIN && long[end..].starts_with("\n\né"));
        assert_eq!(end_of_beginning(&paragraph), None);
        assert!(end_of_beginning(&"é".repeat(40_000)).is_some());
    }
}
