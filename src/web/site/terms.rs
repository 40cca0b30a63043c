//! A terms: its timeline, what changed, and the text that stands today.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::calendar::{self, Calendar};
use super::card::Preview;
use super::changes::{self, Item};
use super::frame::Frame;
use super::gaps::{self, Gap};
use super::overview::{Moment, Overview};
use super::reader::Reader;
use super::status::Reading;
use super::timeline::{self, Course, Timeline};
use super::trouble::Trouble;
use super::version::{Citation, Evidence, Text};
use super::{renamed, version};
use crate::domain::{RecordId, TermsKey};
use crate::records::RecordFilter;
use crate::web::remembered::Lasting;

/// Changes told before the text.
const TOLD: usize = 4;

/// Others told at most.
const MOST_FOLDED: usize = 100;

/// Times told in which it could not be read, the latest.
const MOST_GAPS: usize = 20;

#[derive(Template)]
#[template(path = "terms.html")]
struct Page {
    frame: Frame,
    service: String,
    key: TermsKey,
    lead: String,
    reading: Option<Reading>,
    formerly: Option<String>,
    timeline: Timeline,
    calendar: Calendar,
    /// When it could not be read, the latest first.
    gaps: Vec<String>,
    items: Vec<Item>,
    /// Versions that say nothing new.
    folded: Vec<Item>,
    text: Text,
    evidence: Evidence,
    citation: Citation,
    all_href: String,
    compare_href: String,
    feed_query: String,
}

impl Page {
    /// It tells of more than records of its service.
    fn lasting(&self) -> Lasting {
        match self.evidence.lasting {
            Lasting::ForNow => Lasting::ForNow,
            Lasting::UntilAnyChange | Lasting::UntilChangeOf(_) => Lasting::UntilAnyChange,
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct Asked {
    date: String,
}

pub async fn page(reader: Reader, Path(names): Path<(String, String)>) -> Response {
    let key = match key(names) {
        Ok(key) => key,
        Err(trouble) => return reader.tell(trouble),
    };
    match renamed::of_terms(&reader, &key, "") {
        Some(elsewhere) => elsewhere,
        None => reader.show_lasting(terms(&reader, key).await, Page::lasting),
    }
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

async fn terms(reader: &Reader, key: TermsKey) -> Result<Page, Trouble> {
    let overview = reader.overview().await?;
    let moments = moments(&overview, &key)?;
    let last = moments.last().ok_or(Trouble::NotFound)?;
    let gaps = gaps::of_terms(reader, &key, moments).await?;
    let record = version::record(reader, last.id.as_str()).await?;
    let service = reader.service_name(key.service.as_str());
    let mut frame = reader.frame(format!("{service}, {}", key.terms_type));
    frame.show_card(Preview::of_terms(&frame, &key));
    let (text, evidence, citation) = version::in_full(reader, &frame, &record).await?;
    let (items, folded) = told(reader, moments).await?;
    let all_href = frame.to(&format!("/changes?{}", feed_query(&key)));
    Ok(Page {
        lead: lead(reader, moments),
        reading: super::status::reading(reader, &key).await?,
        formerly: renamed::told(reader, Some(&key.service), Some(&key.terms_type)),
        timeline: drawn(reader, moments, &gaps),
        calendar: months(reader, moments, &gaps, &all_href),
        gaps: gaps.iter().rev().take(MOST_GAPS).map(|gap| gap.told(reader.words)).collect(),
        compare_href: frame.to(&format!("/compare?{}", feed_query(&key))),
        feed_query: feed_query(&key),
        all_href,
        items,
        folded,
        service,
        text: text.begun(reader, &record),
        evidence,
        citation,
        key,
        frame,
    })
}

fn moments<'a>(overview: &'a Arc<Overview>, key: &TermsKey) -> Result<&'a [Moment], Trouble> {
    overview.terms.get(key).map(|summary| summary.moments.as_slice()).ok_or(Trouble::NotFound)
}

fn drawn(reader: &Reader, moments: &[Moment], gaps: &[Gap]) -> Timeline {
    let course = Course { name: String::new(), href: String::new(), moments, gaps: gaps.to_vec() };
    timeline::drawn(&[course], reader.served.clock().now(), reader.words)
}

fn months(reader: &Reader, moments: &[Moment], gaps: &[Gap], href: &str) -> Calendar {
    let now = reader.served.clock().now();
    let spans: Vec<calendar::Gap> = gaps.iter().map(|gap| (gap.since, gap.until.unwrap_or(now))).collect();
    calendar::drawn(moments, &spans, now, href, reader.words)
}

/// The newest changes that count, and what else was recorded since the oldest of these.
async fn told(reader: &Reader, moments: &[Moment]) -> Result<(Vec<Item>, Vec<Item>), Trouble> {
    let newest = || moments.iter().rev();
    let counting: Vec<&Moment> = newest().filter(|moment| moment.counts).take(TOLD).collect();
    let since = counting.last().map(|moment| moment.date);
    let others = newest().filter(|moment| !moment.counts && since.is_none_or(|since| moment.date >= since));
    let ids = |moments: Vec<&Moment>| -> Vec<RecordId> { moments.iter().map(|moment| moment.id.clone()).collect() };
    let others = reader.entries(ids(others.take(MOST_FOLDED).collect())).await?;
    let mut items = changes::items(reader, &reader.entries(ids(counting)).await?).await?;
    // Changes of one terms are called by their dates.
    for item in &mut items {
        item.title = reader.words.day(item.date);
    }
    Ok((items, changes::items(reader, &others).await?))
}

fn lead(reader: &Reader, moments: &[Moment]) -> String {
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else { return String::new() };
    let words = reader.words;
    let months = (reader.served.clock().now() - first.date).num_days() / 30;
    let counting = moments.iter().filter(|moment| moment.counts).count();
    let values = [
        ("changes", words.count("counting-changes", counting).into()),
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
