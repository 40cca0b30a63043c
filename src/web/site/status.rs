//! How each terms stands: when it was last read, what is in the way where it could not be, and what was.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use chrono::TimeDelta;

use super::frame::Frame;
use super::gaps;
use super::reader::Reader;
use super::reasons::{self, Reason};
use super::trouble::Trouble;
use super::words::Words;
use crate::checks::{Cause, CheckFilter, Outage, State, Status};
use crate::domain::TermsKey;

/// How far back past outages are told, and how many of them.
const DAYS_BACK: i64 = 365;
const MOST_OUTAGES: usize = 100;

#[derive(Template)]
#[template(path = "status.html")]
struct Page {
    frame: Frame,
    /// Absent until there is a record of checks.
    rows: Option<Vec<Row>>,
    summary: String,
    outages: Vec<Past>,
}

/// A terms, and how it stands.
pub struct Row {
    pub title: String,
    /// Absent while nothing is recorded.
    pub href: Option<String>,
    pub shape: &'static str,
    pub state: String,
    pub last_check: String,
    /// The same for programs.
    pub moment: Option<String>,
    pub why: Vec<Reason>,
    /// How a text begins that is held.
    pub excerpt: Option<String>,
    pub is_troubled: bool,
}

/// A time in which a terms could not be read.
struct Past {
    title: String,
    href: Option<String>,
    length: String,
    told: String,
}

/// How the terms on a page stand.
pub struct Reading {
    pub text: String,
    pub is_troubled: bool,
    pub why: Vec<Reason>,
}

/// How the terms of a service or a type stand, in a sign and words.
pub struct Health {
    pub shape: &'static str,
    pub text: String,
    pub is_troubled: bool,
}

pub async fn page(reader: Reader) -> Response {
    reader.show(status(&reader)).await
}

async fn status(reader: &Reader) -> Result<Page, Trouble> {
    let since = reader.served.clock().now() - TimeDelta::days(DAYS_BACK);
    let filter = CheckFilter { since: Some(since), limit: Some(MOST_OUTAGES), ..CheckFilter::default() };
    let outages = reader.outages(filter).await?;
    let overview = reader.overview().await?;
    let rows = rows(reader).await?;
    Ok(Page {
        frame: reader.frame(reader.words.say("status-title")),
        summary: summary(rows.as_deref().unwrap_or_default(), reader.words),
        rows,
        outages: outages
            .iter()
            .filter(|outage| is_told(outage))
            .map(|outage| past(reader, overview.terms.contains_key(&outage.terms), outage))
            .collect(),
    })
}

/// All terms that are declared or were ever checked, those in trouble first.
pub async fn rows(reader: &Reader) -> Result<Option<Vec<Row>>, Trouble> {
    let Some(statuses) = reader.served.statuses().await? else { return Ok(None) };
    let frame = reader.frame("");
    let overview = reader.overview().await?;
    let href = |terms: &TermsKey| overview.terms.contains_key(terms).then(|| frame.to_terms(terms));
    let mut rows: Vec<Row> = statuses.iter().map(|status| row(reader, href(&status.terms), status)).collect();
    rows.sort_by_key(|row| !row.is_troubled);
    Ok(Some(rows))
}

/// How one terms stands; nothing while there is no record of its checks.
pub async fn reading(reader: &Reader, key: &TermsKey) -> Result<Option<Reading>, Trouble> {
    let statuses = reader.served.statuses().await?.unwrap_or_default();
    let found = statuses.into_iter().find(|status| status.terms == *key);
    Ok(found.filter(|status| status.last_check.is_some()).map(|status| reading_of(&status, reader.words)))
}

/// How the terms stand that are declared, those with the same name together.
pub async fn by(reader: &Reader, name: fn(&TermsKey) -> &str) -> Result<BTreeMap<String, Health>, Trouble> {
    let statuses = reader.served.statuses().await?.unwrap_or_default();
    let mut states: BTreeMap<String, Vec<State>> = BTreeMap::new();
    for status in statuses.iter().filter(|status| status.is_declared) {
        states.entry(name(&status.terms).to_owned()).or_default().push(status.state());
    }
    Ok(states.into_iter().map(|(name, states)| (name, health(&states, reader.words))).collect())
}

fn health(states: &[State], words: Words) -> Health {
    let count = |wanted: State| states.iter().filter(|state| **state == wanted).count();
    let (failing, held) = (count(State::Failing), count(State::Held));
    let troubles = [("health-failing", failing), ("health-held", held)];
    let told: Vec<String> =
        troubles.into_iter().filter(|(_, n)| *n > 0).map(|(name, n)| words.count(name, n)).collect();
    let worst = match (failing, held) {
        (0, 0) if count(State::Fine) + count(State::Rejected) == 0 => State::NeverChecked,
        (0, 0) => State::Fine,
        (0, _) => State::Held,
        _ => State::Failing,
    };
    let text = match worst {
        State::Fine => words.say("status-ok"),
        State::NeverChecked => words.say("status-never"),
        _ => told.join(", "),
    };
    Health { shape: shape(worst), text, is_troubled: !told.is_empty() }
}

/// What ended to be tracked for good is no outage.
fn is_told(outage: &Outage) -> bool {
    outage.until.is_some() || outage.cause != Cause::NotTracked
}

/// How many stand how.
fn summary(rows: &[Row], words: Words) -> String {
    let troubled = rows.iter().filter(|row| row.is_troubled).count();
    let values = [
        ("terms", words.count("terms-count", rows.len()).into()),
        ("n", troubled.into()),
        ("count", words.number(troubled).into()),
    ];
    words.say_of("status-summary", values)
}

fn row(reader: &Reader, href: Option<String>, status: &Status) -> Row {
    let words = reader.words;
    let state = status.state();
    Row {
        title: title(reader, &status.terms),
        href,
        shape: shape(state),
        state: told(status, words),
        last_check: status.last_check.map_or_else(|| words.say("status-never"), |at| words.moment(at)),
        why: why(status, words),
        moment: status.last_check.map(super::words::instant),
        excerpt: status.held.as_ref().map(|hold| hold.excerpt.trim().to_owned()).filter(|text| !text.is_empty()),
        is_troubled: state.is_trouble(),
    }
}

fn title(reader: &Reader, terms: &TermsKey) -> String {
    format!("{} · {}", reader.service_name(terms.service.as_str()), terms.terms_type)
}

fn past(reader: &Reader, is_recorded: bool, outage: &Outage) -> Past {
    let gap = gaps::of_outage(outage, reader.words);
    Past {
        title: title(reader, &outage.terms),
        href: is_recorded.then(|| reader.frame("").to_terms(&outage.terms)),
        length: gap.length(reader.served.clock().now(), reader.words),
        told: gap.told(reader.words),
    }
}

fn reading_of(status: &Status, words: Words) -> Reading {
    let state = status.state();
    let last = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| words.moment(at)).unwrap_or_default();
    let text = match state {
        State::Fine => words.say_it("reading-fine", last(status.last_success.or(status.last_check))),
        State::NotTracked => words.say_it("reading-over", last(status.last_check)),
        _ => words.say_of(
            "reading-troubled",
            [("state", told(status, words).into()), ("last", last(status.last_check).into())],
        ),
    };
    Reading { text, is_troubled: state.is_trouble(), why: why(status, words) }
}

fn shape(state: State) -> &'static str {
    match state {
        State::Fine => "✓",
        State::Held | State::Rejected => "▲",
        State::Failing | State::Faulty => "✗",
        State::NeverChecked | State::NotTracked => "○",
    }
}

fn told(status: &Status, words: Words) -> String {
    match status.state() {
        State::Fine => words.say("status-ok"),
        state @ (State::Held | State::Rejected) => {
            let since = status.held.as_ref().map(|hold| words.day(hold.since));
            let name = if state == State::Held { "status-held" } else { "status-rejected" };
            words.say_it(name, since.unwrap_or_default())
        }
        State::Failing => {
            let since = status.failing.as_ref().map(|(since, _)| words.day(*since));
            words.say_it("status-failing", since.unwrap_or_default())
        }
        State::NeverChecked => words.say("status-never"),
        State::NotTracked => words.say("not-declared"),
        State::Faulty => words.say("status-faulty"),
    }
}

fn why(status: &Status, words: Words) -> Vec<Reason> {
    if !status.is_declared {
        return Vec::new();
    }
    let failing = status.failing.iter().map(|(_, trouble)| reasons::of_trouble(trouble, words));
    let held = status.held.iter().flat_map(|hold| &hold.suspicions);
    failing.chain(held.map(|suspicion| reasons::of_suspicion(suspicion, words))).collect()
}
