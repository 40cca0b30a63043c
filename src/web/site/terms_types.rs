//! The same kind of text across services, side by side on time.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::frame::Frame;
use super::reader::Reader;
use super::timeline::{self, Course, Timeline};
use super::trouble::Trouble;
use crate::domain::TermsType;
use crate::records::{Order, RecordFilter};

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
}

#[derive(Template)]
#[template(path = "terms_type.html")]
struct One {
    frame: Frame,
    lead: String,
    timeline: Timeline,
    feed_query: String,
}

pub async fn all(reader: Reader) -> Response {
    reader.show(types(&reader)).await
}

pub async fn one(reader: Reader, Path(name): Path<String>) -> Response {
    reader.show(terms_type(&reader, name)).await
}

async fn types(reader: &Reader) -> Result<All, Trouble> {
    let overview = reader.overview().await?;
    let frame = reader.frame(reader.words.say("types-title"));
    let mut types: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (key, summary) in &overview.terms {
        let (services, counting) = types.entry(key.terms_type.as_str()).or_default();
        *services += 1;
        *counting += summary.counting;
    }
    let row = |(name, (services, counting)): (&str, (usize, usize))| Row {
        name: name.to_owned(),
        href: frame.to_type(name),
        services,
        counting,
    };
    Ok(All { types: types.into_iter().map(row).collect(), frame })
}

async fn terms_type(reader: &Reader, name: String) -> Result<One, Trouble> {
    let terms_type: TermsType = name.parse().map_err(|_| Trouble::NotFound)?;
    let filter =
        RecordFilter { terms_type: Some(terms_type.clone()), order: Order::OldestFirst, ..RecordFilter::default() };
    let entries = reader.list(filter).await?;
    if entries.is_empty() {
        return Err(Trouble::NotFound);
    }
    let frame = reader.frame(terms_type.as_str());
    let sorted = timeline::by_terms(entries);
    let courses: Vec<Course> = sorted
        .iter()
        .map(|(key, entries)| Course {
            name: reader.service_name(key.service.as_str()),
            href: frame.to_terms(key),
            entries,
        })
        .collect();
    let services = reader.words.count("services-count", courses.len());
    Ok(One {
        lead: reader.words.say_of("type-lead", [("services", services.into())]),
        timeline: timeline::drawn(&courses, reader.served.clock().now(), reader.words),
        feed_query: format!("type={}", crate::web::address::encoded(terms_type.as_str())),
        frame,
    })
}
