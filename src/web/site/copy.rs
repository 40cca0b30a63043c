//! Pages that are others in a copy of the site: those that would ask a server.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::changes::{self, Choices, Item};
use super::frame::Frame;
use super::language::{LANGUAGES, Language};
use super::overview::Summary;
use super::reader::Reader;
use super::trouble::Trouble;
use super::words::Words;
use crate::domain::TermsKey;

/// Changes that can be found in a copy by their first words; terms that can be found by name.
const MOST_CHANGES: usize = 150;
const MOST_TERMS: usize = 1_500;

#[derive(Template)]
#[template(path = "copy_start.html")]
struct Start {
    frame: Frame,
    languages: [Language; LANGUAGES.len()],
}

#[derive(Template)]
#[template(path = "copy_search.html")]
struct Search {
    frame: Frame,
    terms: Vec<Found>,
    changes: Vec<Item>,
}

/// A terms among those that can be found.
struct Found {
    name: String,
    href: String,
    counting: usize,
    last: String,
}

#[derive(Template)]
#[template(path = "copy_subscribe.html")]
struct Subscribe {
    frame: Frame,
    choices: Choices,
}

/// The start in the language that the reader's browser asks for; a copy lets the reader choose.
pub async fn start(reader: Reader, headers: HeaderMap) -> Response {
    if reader.copy.is_some() {
        let declared = reader.served.declared();
        let page = Start { frame: reader.frame(declared.metadata.name.clone()), languages: LANGUAGES };
        return reader.show(async { Ok(page) }).await;
    }
    let language = Language::preferred(&headers);
    ([(header::VARY, "accept-language")], Redirect::temporary(&format!("/{}", language.tag))).into_response()
}

/// What can be found without a server: terms by name, and the newest changes by their first words.
pub async fn search(reader: &Reader) -> Response {
    reader.show(findable(reader)).await
}

async fn findable(reader: &Reader) -> Result<impl Template, Trouble> {
    let frame = reader.frame(reader.words.say("search-title"));
    let overview = reader.overview().await?;
    let found = |(key, summary): (&TermsKey, &Arc<Summary>)| Found {
        name: format!("{} · {}", reader.service_name(key.service.as_str()), key.terms_type),
        href: frame.to_terms(key),
        counting: summary.counting,
        last: summary.last().map(|date| reader.words.short_day(date)).unwrap_or_default(),
    };
    let terms = overview.terms.iter().take(MOST_TERMS).map(found).collect();
    let latest = changes::latest(reader, |_| true, MOST_CHANGES).await?;
    let changes = changes::items(reader, &latest).await?;
    Ok(Search { terms, changes, frame })
}

/// The feeds that are in the copy.
pub async fn subscribe(reader: &Reader) -> Response {
    reader.show(feeds(reader)).await
}

async fn feeds(reader: &Reader) -> Result<impl Template, Trouble> {
    let overview = reader.overview().await?;
    let frame = reader.frame(reader.words.say("subscribe-title"));
    Ok(Subscribe { choices: Choices::of(reader, &overview), frame })
}

/// What stands where a form cannot work.
pub fn instead_of_form(tag: &str) -> String {
    Words::of(Language::from_tag(tag).unwrap_or(LANGUAGES[0])).say("copy-form")
}
