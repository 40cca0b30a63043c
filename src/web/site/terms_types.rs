//! The same kind of text across services, side by side on time.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;

use super::changes::{self, Item};
use super::frame::Frame;
use super::overview::Summary;
use super::reader::Reader;
use super::services::{LastChange, last_change};
use super::status::{self, Health};
use super::timeline::{self, Course, Timeline};
use super::trouble::Trouble;
use super::{gaps, renamed};
use crate::checks::CheckFilter;
use crate::domain::{TermsKey, TermsType};

/// Latest changes told.
const TOLD: usize = 5;

/// Services on one page.
const PER_PAGE: usize = 100;

#[derive(Template)]
#[template(path = "terms_types.html")]
struct All {
    frame: Frame,
    types: Vec<Row>,
}

struct Row {
    name: String,
    href: String,
    services: usize,
    counting: usize,
    last: Option<LastChange>,
    health: Option<Health>,
}

#[derive(Template)]
#[template(path = "terms_type.html")]
struct One {
    frame: Frame,
    lead: String,
    formerly: Option<String>,
    timeline: Timeline,
    items: Vec<Item>,
    feed_query: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: String,
}

pub async fn all(reader: Reader) -> Response {
    reader.show(types(&reader)).await
}

pub async fn one(reader: Reader, Path(name): Path<String>, Query(asked): Query<Asked>) -> Response {
    let Ok(name) = name.parse::<TermsType>() else { return reader.tell(Trouble::NotFound) };
    match renamed::of_type(&reader, &name) {
        Some(elsewhere) => elsewhere,
        None => reader.show(terms_type(&reader, name, asked)).await,
    }
}

async fn types(reader: &Reader) -> Result<All, Trouble> {
    let overview = reader.overview().await?;
    let mut healths = status::by(reader, |terms| terms.terms_type.as_str()).await?;
    let frame = reader.frame(reader.words.say("types-title"));
    let mut types: BTreeMap<&str, Vec<&Summary>> = BTreeMap::new();
    for (key, summary) in &overview.terms {
        types.entry(key.terms_type.as_str()).or_default().push(summary);
    }
    let row = |(name, summaries): (&str, Vec<&Summary>)| Row {
        name: name.to_owned(),
        href: frame.to_type(name),
        services: summaries.len(),
        counting: summaries.iter().map(|summary| summary.counting).sum(),
        last: last_change(reader, summaries),
        health: healths.remove(name),
    };
    Ok(All { types: types.into_iter().map(row).collect(), frame })
}

async fn terms_type(reader: &Reader, name: TermsType, asked: Asked) -> Result<One, Trouble> {
    let overview = reader.overview().await?;
    let of_type = overview.terms.iter().filter(|(key, _)| key.terms_type == name);
    let found: Vec<(&TermsKey, &Summary)> = of_type.map(|(key, summary)| (key, &**summary)).collect();
    if found.is_empty() {
        return Err(Trouble::NotFound);
    }
    let pages = found.len().div_ceil(PER_PAGE);
    let number = asked.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let shown = &found[(number - 1) * PER_PAGE..found.len().min(number * PER_PAGE)];
    let frame = reader.frame(name.as_str());
    let address = |number: usize| format!("{}?page={number}", frame.to_type(name.as_str()));
    let services = reader.words.count("services-count", found.len());
    let latest = changes::latest(reader, |terms| terms.terms_type == name, TOLD).await?;
    Ok(One {
        items: changes::items(reader, &latest).await?,
        lead: reader.words.say_of("type-lead", [("services", services.into())]),
        formerly: renamed::told(reader, None, Some(&name)),
        timeline: drawn(reader, &frame, &name, shown).await?,
        feed_query: format!("type={}", crate::web::address::encoded(name.as_str())),
        before: (number > 1).then(|| address(number - 1)),
        after: (number < pages).then(|| address(number + 1)),
        frame,
    })
}

async fn drawn(
    reader: &Reader,
    frame: &Frame,
    name: &TermsType,
    shown: &[(&TermsKey, &Summary)],
) -> Result<Timeline, Trouble> {
    let filter = CheckFilter { terms_type: Some(name.clone()), ..CheckFilter::default() };
    let outages = reader.outages(filter).await?;
    let courses: Vec<Course> = shown
        .iter()
        .map(|(key, summary)| Course {
            name: reader.service_name(key.service.as_str()),
            href: frame.to_terms(key),
            moments: &summary.moments,
            gaps: gaps::among(&outages, key, &summary.moments, reader.words),
        })
        .collect();
    Ok(timeline::drawn(&courses, reader.served.clock().now(), reader.words))
}
