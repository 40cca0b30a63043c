//! All services, with what happened to each lately.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;

use super::frame::Frame;
use super::overview::{Overview, Summary};
use super::reader::Reader;
use super::status::{self, Health};
use super::trouble::Trouble;

#[derive(Template)]
#[template(path = "services.html")]
struct Page {
    frame: Frame,
    lead: String,
    services: Vec<Row>,
}

/// A service in the list.
struct Row {
    name: String,
    href: String,
    terms: usize,
    counting: usize,
    last: Option<LastChange>,
    is_declared: bool,
    health: Option<Health>,
}

/// The last change that counts: its day and where it is read.
pub struct LastChange {
    pub day: String,
    pub href: String,
}

pub async fn page(reader: Reader) -> Response {
    reader.show(services(&reader)).await
}

async fn services(reader: &Reader) -> Result<Page, Trouble> {
    let overview = reader.overview().await?;
    let rows = rows(reader, &overview, status::by(reader, |terms| terms.service.as_str()).await?);
    let terms: usize = rows.iter().filter(|row| row.is_declared).map(|row| row.terms).sum();
    let declared = rows.iter().filter(|row| row.is_declared).count();
    let values = [
        ("services", reader.words.count("services-count", declared).into()),
        ("terms", reader.words.count("terms-count", terms).into()),
    ];
    Ok(Page {
        frame: reader.frame(reader.words.say("services-title")),
        lead: reader.words.say_of("services-lead", values),
        services: rows,
    })
}

/// Those declared, and those that only the archive knows.
fn rows(reader: &Reader, overview: &Overview, mut healths: BTreeMap<String, Health>) -> Vec<Row> {
    let declared = reader.served.declared();
    let mut terms: BTreeMap<&str, (usize, Vec<&Summary>)> = BTreeMap::new();
    for service in &declared.collection.services {
        terms.entry(service.id.as_str()).or_default().0 = service.terms.len();
    }
    for (key, summary) in &overview.terms {
        terms.entry(key.service.as_str()).or_default().1.push(summary);
    }
    let frame = reader.frame("");
    let mut rows: Vec<Row> = terms
        .into_iter()
        .map(|(id, (count, of))| Row { health: healths.remove(id), ..row(reader, &frame, id, count, &of) })
        .collect();
    rows.sort_by_key(|row| row.name.to_lowercase());
    rows
}

/// The last change that counts of some terms.
pub fn last_change<'a>(reader: &Reader, summaries: impl IntoIterator<Item = &'a Summary>) -> Option<LastChange> {
    let changes = summaries.into_iter().filter_map(|summary| summary.last_counting.as_ref());
    let (date, id) = changes.max_by_key(|(date, _)| *date)?;
    Some(LastChange { day: reader.words.short_day(*date), href: reader.frame("").to_change(id) })
}

fn row(reader: &Reader, frame: &Frame, id: &str, declared: usize, summaries: &[&Summary]) -> Row {
    Row {
        name: reader.service_name(id),
        href: frame.to_service(id),
        terms: declared.max(if declared == 0 { summaries.len() } else { 0 }),
        counting: summaries.iter().map(|summary| summary.counting).sum(),
        last: last_change(reader, summaries.iter().copied()),
        is_declared: reader.served.declared().service(id).is_some(),
        health: None,
    }
}
