//! A terms: its timeline, what changed, and the text that stands today.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::changes::{self, Item};
use super::frame::Frame;
use super::overview::counts;
use super::reader::Reader;
use super::timeline::{self, Course, Timeline};
use super::trouble::Trouble;
use super::version::{Evidence, Text};
use crate::domain::TermsKey;
use crate::records::{Order, RecordEntry, RecordFilter};

/// Changes told before the text.
const TOLD: usize = 4;

/// Others told at most.
const MOST_FOLDED: usize = 100;

#[derive(Template)]
#[template(path = "terms.html")]
struct Page {
    frame: Frame,
    service: String,
    key: TermsKey,
    lead: String,
    timeline: Timeline,
    items: Vec<Item>,
    /// Versions that say nothing new.
    folded: Vec<Item>,
    text: Text,
    evidence: Evidence,
    feed_query: String,
}

#[derive(Debug, Deserialize)]
pub struct Asked {
    date: String,
}

pub async fn page(reader: Reader, Path(names): Path<(String, String)>) -> Response {
    reader.show(terms(&reader, names)).await
}

/// The version that applied on a date.
pub async fn on_a_date(reader: Reader, Path(names): Path<(String, String)>, Query(asked): Query<Asked>) -> Response {
    match valid_on(&reader, names, &asked.date).await {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(trouble) => reader.tell(trouble),
    }
}

async fn valid_on(reader: &Reader, names: (String, String), day: &str) -> Result<String, Trouble> {
    let key = key(names)?;
    let until = changes::moment(day, 1)?;
    let found = reader.list(RecordFilter { until: Some(until), limit: Some(1), ..RecordFilter::of(&key) }).await?;
    match found.first() {
        Some(entry) => Ok(reader.frame("").to_version(&entry.id)),
        None => Err(Trouble::NotUnderstood(reader.words.say_it("applied-none", reader.words.day(until)))),
    }
}

async fn terms(reader: &Reader, names: (String, String)) -> Result<Page, Trouble> {
    let key = key(names)?;
    let entries = reader.list(RecordFilter { order: Order::OldestFirst, ..RecordFilter::of(&key) }).await?;
    let Some(last) = entries.last() else { return Err(Trouble::NotFound) };
    let (text, evidence) = super::version::text(reader, last).await?;
    let service = reader.service_name(key.service.as_str());
    let frame = reader.frame(format!("{service}, {}", key.terms_type));
    let course = Course { name: String::new(), href: String::new(), entries: &entries };
    let (items, folded) = told(reader, &entries).await?;
    Ok(Page {
        lead: lead(reader, &entries),
        timeline: timeline::drawn(&[course], reader.served.clock().now(), reader.words),
        feed_query: feed_query(&key),
        items,
        folded,
        service,
        text,
        evidence,
        key,
        frame,
    })
}

/// The newest changes that count, and what else was recorded since the oldest of these.
async fn told(reader: &Reader, entries: &[RecordEntry]) -> Result<(Vec<Item>, Vec<Item>), Trouble> {
    let newest = || entries.iter().rev();
    let counting: Vec<RecordEntry> = newest().filter(|entry| counts(entry)).take(TOLD).cloned().collect();
    let since = counting.last().map(|entry| entry.date);
    let others = newest().filter(|entry| !counts(entry) && since.is_none_or(|since| entry.date >= since));
    let others: Vec<RecordEntry> = others.take(MOST_FOLDED).cloned().collect();
    Ok((dated(reader, &counting).await?, changes::items(reader, &others).await?))
}

/// Changes of one terms, which are called by their dates.
async fn dated(reader: &Reader, entries: &[RecordEntry]) -> Result<Vec<Item>, Trouble> {
    let mut items = changes::items(reader, entries).await?;
    for item in &mut items {
        item.title = reader.words.day(item.date);
    }
    Ok(items)
}

fn lead(reader: &Reader, entries: &[RecordEntry]) -> String {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return String::new() };
    let words = reader.words;
    let months = (reader.served.clock().now() - first.date).num_days() / 30;
    let values = [
        ("changes", words.count("counting-changes", entries.iter().filter(|entry| counts(entry)).count()).into()),
        ("months", words.count("months-count", usize::try_from(months.max(1)).unwrap_or(1)).into()),
        ("last", words.day(last.date).into()),
    ];
    words.say_of("terms-lead", values)
}

pub fn key((service, terms_type): (String, String)) -> Result<TermsKey, Trouble> {
    let service = service.parse().map_err(|_| Trouble::NotFound)?;
    Ok(TermsKey::new(service, terms_type.parse().map_err(|_| Trouble::NotFound)?))
}

pub fn feed_query(key: &TermsKey) -> String {
    let encoded = crate::web::address::encoded;
    format!("service={}&type={}", encoded(key.service.as_str()), encoded(key.terms_type.as_str()))
}
