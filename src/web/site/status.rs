//! How each terms stands: when it was last read, and what is in the way where it could not be.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::Response;

use super::frame::Frame;
use super::reader::Reader;
use super::trouble::Trouble;
use super::words::Words;
use crate::checks::{State, Status};
use crate::domain::TermsKey;

#[derive(Template)]
#[template(path = "status.html")]
struct Page {
    frame: Frame,
    /// Absent until there is a record of checks.
    rows: Option<Vec<Row>>,
}

/// A terms, and how it stands.
pub struct Row {
    pub title: String,
    /// Absent while nothing is recorded.
    pub href: Option<String>,
    pub shape: &'static str,
    pub state: String,
    pub last_check: String,
    pub why: Vec<String>,
    pub is_troubled: bool,
}

pub async fn page(reader: Reader) -> Response {
    reader.show(status(&reader)).await
}

async fn status(reader: &Reader) -> Result<Page, Trouble> {
    Ok(Page { frame: reader.frame(reader.words.say("status-title")), rows: rows(reader).await? })
}

/// All terms that are declared or were ever checked, those in trouble first.
pub async fn rows(reader: &Reader) -> Result<Option<Vec<Row>>, Trouble> {
    let declared: BTreeSet<TermsKey> =
        reader.served.declared().collection.terms().map(|terms| terms.key.clone()).collect();
    let Some(statuses) = reader.served.statuses(declared).await? else { return Ok(None) };
    let frame = reader.frame("");
    let overview = reader.overview().await?;
    let href = |terms: &TermsKey| overview.terms.contains_key(terms).then(|| frame.to_terms(terms));
    let mut rows: Vec<Row> = statuses.iter().map(|status| row(reader, href(&status.terms), status)).collect();
    rows.sort_by_key(|row| !row.is_troubled);
    Ok(Some(rows))
}

fn row(reader: &Reader, href: Option<String>, status: &Status) -> Row {
    let words = reader.words;
    let state = status.state();
    Row {
        title: format!("{} · {}", reader.service_name(status.terms.service.as_str()), status.terms.terms_type),
        href,
        shape: shape(state),
        state: told(status, words),
        last_check: status.last_check.map_or_else(|| words.say("status-never"), |at| words.moment(at)),
        why: why(status),
        is_troubled: matches!(state, State::Held | State::Failing),
    }
}

fn shape(state: State) -> &'static str {
    match state {
        State::Fine => "✓",
        State::Held => "▲",
        State::Failing => "✗",
        State::NeverChecked | State::NotTracked => "○",
    }
}

fn told(status: &Status, words: Words) -> String {
    match status.state() {
        State::Fine => words.say("status-ok"),
        State::Held => {
            let since = status.held.as_ref().map(|hold| words.day(hold.since));
            words.say_it("status-held", since.unwrap_or_default())
        }
        State::Failing => {
            let since = status.failing.as_ref().map(|(since, _)| words.day(*since));
            words.say_it("status-failing", since.unwrap_or_default())
        }
        State::NeverChecked => words.say("status-never"),
        State::NotTracked => words.say("not-declared"),
    }
}

fn why(status: &Status) -> Vec<String> {
    let failing = status.failing.iter().map(|(_, trouble)| trouble.message.clone());
    let held = status.held.iter().flat_map(|hold| hold.suspicions.iter().map(|suspicion| suspicion.text.clone()));
    failing.chain(held).collect()
}
