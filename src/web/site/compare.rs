//! The comparison of any two versions: first chosen in a form, then shown.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::change;
use super::changes::{self, Choices};
use super::frame::Frame;
use super::kinds;
use super::overview::{Overview, counts};
use super::reader::Reader;
use super::trouble::Trouble;
use super::{terms, version};
use crate::domain::{Kind, RecordId, TermsKey};
use crate::records::{RecordEntry, RecordFilter};

/// Of more versions than this, only those that say something new are listed; any day can be named instead.
const MOST_LISTED: usize = 200;

/// What was chosen so far.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    service: String,
    #[serde(rename = "type")]
    terms_type: String,
    /// A version or a day.
    from: String,
    to: String,
}

#[derive(Template)]
#[template(path = "compare.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    choices: Choices,
    /// The types that the chosen service has; all of them while none is chosen.
    types: Vec<String>,
    chosen: Option<Chosen>,
}

/// The terms whose versions are to be compared.
struct Chosen {
    name: String,
    href: String,
    versions: Vec<Choice>,
    first_day: String,
    last_day: String,
}

/// A version in a list.
struct Choice {
    id: RecordId,
    name: String,
    is_from: bool,
    is_to: bool,
}

/// A step on the way to a comparison.
enum Step {
    Form(Box<Page>),
    Compared(String),
}

/// The form, or where what was chosen in it leads.
pub async fn page(reader: Reader, Query(asked): Query<Asked>) -> Response {
    match step(&reader, asked).await {
        Ok(Step::Form(page)) => reader.show(async { Ok(*page) }).await,
        Ok(Step::Compared(address)) => Redirect::to(&address).into_response(),
        Err(trouble) => reader.tell(trouble),
    }
}

/// Two versions, compared.
pub async fn two(
    reader: Reader,
    Path((from, to)): Path<(String, String)>,
    Query(asked): Query<change::Asked>,
) -> Response {
    let compare = async || {
        let from = version::record(&reader, &from).await?;
        let to = version::record(&reader, &to).await?;
        // Verdicts are about a version and the one before it, not about any two.
        change::compare(&reader, from, to, None, &asked).await
    };
    change::shown(&reader, compare().await)
}

async fn step(reader: &Reader, asked: Asked) -> Result<Step, Trouble> {
    let key = asked.key()?;
    if asked.from.is_empty() || asked.to.is_empty() {
        return Ok(Step::Form(Box::new(form(reader, asked, key).await?)));
    }
    let from = meant(reader, key.as_ref(), &asked.from).await?;
    let to = meant(reader, key.as_ref(), &asked.to).await?;
    Ok(Step::Compared(reader.frame("").to(&format!("/compare/{from}/{to}"))))
}

impl Asked {
    fn key(&self) -> Result<Option<TermsKey>, Trouble> {
        if self.service.is_empty() || self.terms_type.is_empty() {
            return Ok(None);
        }
        terms::key((self.service.clone(), self.terms_type.clone())).map(Some)
    }
}

/// The version with this id, or the one that applied on this day.
async fn meant(reader: &Reader, key: Option<&TermsKey>, text: &str) -> Result<RecordId, Trouble> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let until = changes::moment(text, 1)?;
    let Some(key) = key else { return Err(Trouble::NotUnderstood(reader.words.say("compare-which"))) };
    let filter = RecordFilter { until: Some(until), limit: Some(1), ..RecordFilter::of(key) };
    let found = reader.list(filter).await?.into_iter().next();
    let none = || Trouble::NotUnderstood(reader.words.say_it("applied-none", reader.words.day(until)));
    found.map(|entry| entry.id).ok_or_else(none)
}

async fn form(reader: &Reader, asked: Asked, key: Option<TermsKey>) -> Result<Page, Trouble> {
    let overview = reader.overview().await?;
    let choices = Choices::of(reader, &overview);
    let chosen = match key {
        Some(key) => Some(chosen(reader, &key, &asked).await?),
        None => None,
    };
    Ok(Page {
        frame: reader.frame(reader.words.say("compare-title")),
        types: types(&overview, &asked.service, &choices),
        chosen,
        choices,
        asked,
    })
}

fn types(overview: &Overview, service: &str, choices: &Choices) -> Vec<String> {
    let of_service = overview.terms.keys().filter(|key| key.service.as_str() == service);
    let types: Vec<String> = of_service.map(|key| key.terms_type.to_string()).collect();
    if types.is_empty() { choices.types.clone() } else { types }
}

async fn chosen(reader: &Reader, key: &TermsKey, asked: &Asked) -> Result<Chosen, Trouble> {
    let entries = reader.list(RecordFilter::of(key)).await?;
    let (Some(newest), Some(oldest)) = (entries.first(), entries.last()) else {
        return Err(Trouble::NotUnderstood(reader.words.say("compare-none")));
    };
    let day = |entry: &RecordEntry| entry.date.format("%Y-%m-%d").to_string();
    Ok(Chosen {
        name: format!("{}, {}", reader.service_name(key.service.as_str()), key.terms_type),
        href: reader.frame("").to_terms(key),
        first_day: day(oldest),
        last_day: day(newest),
        versions: versions(reader, &entries, asked),
    })
}

/// The versions to choose from, the newest first. Unless something else is asked for, the last change is proposed.
fn versions(reader: &Reader, entries: &[RecordEntry], asked: &Asked) -> Vec<Choice> {
    let is_all = entries.len() <= MOST_LISTED;
    let is_listed = |entry: &&RecordEntry| is_all || counts(entry) || entry.kind == Kind::First;
    let listed: Vec<&RecordEntry> = entries.iter().filter(is_listed).take(MOST_LISTED).collect();
    let id = |at: usize| listed.get(at).map_or("", |entry| entry.id.as_str());
    let from = if asked.from.is_empty() { id(1) } else { &asked.from };
    let to = if asked.to.is_empty() { id(0) } else { &asked.to };
    let choice = |entry: &&RecordEntry| {
        let sign = kinds::sign_of(entry, reader.words);
        Choice {
            id: entry.id.clone(),
            name: format!("{} · {} {}", reader.words.short_day(entry.date), sign.shape, sign.word),
            is_from: entry.id.as_str() == from,
            is_to: entry.id.as_str() == to,
        }
    };
    listed.iter().map(choice).collect()
}
