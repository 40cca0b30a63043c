//! One service: its terms, their timelines on one axis, its latest changes, its declaration.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::changes::{self, Item};
use super::frame::Frame;
use super::overview::{Overview, Summary};
use super::reader::Reader;
use super::status::Health;
use super::timeline::{self, Course, Timeline};
use super::trouble::Trouble;
use super::{gaps, renamed, status};
use crate::checks::CheckFilter;
use crate::domain::{ServiceId, TermsKey};

/// Latest changes told.
const TOLD: usize = 8;

#[derive(Template)]
#[template(path = "service.html")]
struct Page {
    frame: Frame,
    lead: String,
    formerly: Option<String>,
    health: Option<Health>,
    terms: Vec<Row>,
    timeline: Option<Timeline>,
    items: Vec<Item>,
    /// The declaration, letter for letter.
    declaration: Option<String>,
    feed_query: String,
}

/// A terms of the service.
pub struct Row {
    pub name: String,
    pub href: String,
    pub versions: usize,
    pub counting: usize,
    pub last: Option<String>,
    pub is_declared: bool,
}

pub async fn page(reader: Reader, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ServiceId>() else { return reader.tell(Trouble::NotFound) };
    match renamed::of_service(&reader, &id) {
        Some(elsewhere) => elsewhere,
        None => reader.show(service(&reader, id)).await,
    }
}

async fn service(reader: &Reader, id: ServiceId) -> Result<Page, Trouble> {
    let overview = reader.overview().await?;
    let declared = reader.served.declared();
    let terms = rows(reader, &id, &overview);
    if terms.is_empty() && declared.service(id.as_str()).is_none() {
        return Err(Trouble::NotFound);
    }
    let latest = changes::latest(reader, |terms| terms.service == id, TOLD).await?;
    let frame = reader.frame(reader.service_name(id.as_str()));
    Ok(Page {
        lead: lead(reader, &id, &terms, &overview),
        formerly: renamed::told(reader, Some(&id), None),
        timeline: drawn(reader, &id, &frame, &overview).await?,
        items: changes::items(reader, &latest).await?,
        declaration: declared.sources.get(&id).cloned(),
        feed_query: format!("service={}", crate::web::address::encoded(id.as_str())),
        health: status::by(reader, |terms| terms.service.as_str()).await?.remove(id.as_str()),
        terms,
        frame,
    })
}

async fn drawn(
    reader: &Reader,
    id: &ServiceId,
    frame: &Frame,
    overview: &Overview,
) -> Result<Option<Timeline>, Trouble> {
    let filter = CheckFilter { service: Some(id.clone()), ..CheckFilter::default() };
    let outages = reader.outages(filter).await?;
    let of_service = overview.terms.iter().filter(|(key, _)| key.service == *id);
    let courses: Vec<Course> = of_service
        .map(|(key, summary)| Course {
            name: key.terms_type.to_string(),
            href: frame.to_terms(key),
            moments: &summary.moments,
            gaps: gaps::among(&outages, key, &summary.moments, reader.words),
        })
        .collect();
    let timeline = || timeline::drawn(&courses, reader.served.clock().now(), reader.words);
    Ok((!courses.is_empty()).then(timeline))
}

/// Its terms: those declared, and those that only the archive knows.
fn rows(reader: &Reader, id: &ServiceId, overview: &Overview) -> Vec<Row> {
    let declared = reader.served.declared();
    let declared: Vec<TermsKey> = declared
        .service(id.as_str())
        .into_iter()
        .flat_map(|service| service.terms.iter().map(|terms| terms.key.clone()))
        .collect();
    let recorded = overview.terms.keys().filter(|key| key.service == *id);
    let past = recorded.filter(|key| !declared.contains(key)).cloned();
    let all: Vec<(TermsKey, bool)> =
        declared.iter().cloned().map(|key| (key, true)).chain(past.map(|key| (key, false))).collect();
    let frame = reader.frame("");
    all.into_iter()
        .map(|(key, is_declared)| {
            row(reader, &frame, &key, overview.terms.get(&key).map(|summary| &**summary), is_declared)
        })
        .collect()
}

fn row(reader: &Reader, frame: &Frame, key: &TermsKey, summary: Option<&Summary>, is_declared: bool) -> Row {
    Row {
        name: key.terms_type.to_string(),
        href: frame.to_terms(key),
        versions: summary.map_or(0, |summary| summary.moments.len()),
        counting: summary.map_or(0, |summary| summary.counting),
        last: summary.and_then(Summary::last).map(|last| reader.words.short_day(last)),
        is_declared,
    }
}

fn lead(reader: &Reader, id: &ServiceId, rows: &[Row], overview: &Overview) -> String {
    let words = reader.words;
    let of_service = overview.terms.iter().filter(|(key, _)| key.service == *id);
    let since = of_service.filter_map(|(_, summary)| summary.first()).min();
    let Some(since) = since else { return words.count("terms-count", rows.len()) };
    let values = [
        ("terms", words.count("terms-count", rows.len()).into()),
        ("changes", words.count("counting-changes", rows.iter().map(|row| row.counting).sum()).into()),
        ("since", words.month(since.date_naive()).into()),
    ];
    words.say_of("service-lead", values)
}
