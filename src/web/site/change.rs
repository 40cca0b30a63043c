//! A change, read in the text: what was, what is, and why it counts.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::card::Preview;
use super::changes;
use super::comparison::{self, Row, Stroke};
use super::frame::Frame;
use super::kinds::{self, Sign};
use super::quotes::{before, neighbours};
use super::reader::Reader;
use super::signature::Signed;
use super::tongue;
use super::trouble::Trouble;
use super::words::Words;
use crate::diff::{self, Coarse, Diff, Headline, Piece};
use crate::domain::{Record, RecordId, TermsKey, Version};
use crate::records::{RecordEntry, Signature, SignatureCheck};
use crate::web::remembered::Lasting;

/// Longer quotes do not become titles.
const LONGEST_TITLE: usize = 60;

/// How a reader wants to see a change.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `sides` for two columns.
    view: String,
    /// `off` leaves changes of links out.
    pub links: String,
    /// Present when unchanged blocks are to be shown, too.
    pub whole: String,
}

impl Asked {
    pub fn is_in_sides(&self) -> bool {
        self.view == "sides"
    }
}

#[derive(Template)]
#[template(path = "change.html")]
pub struct Page {
    frame: Frame,
    service: String,
    key: TermsKey,
    sign: Option<Sign>,
    facts: Vec<String>,
    between: String,
    coarse: Option<String>,
    /// Until when nothing better can be told of it.
    lasting: Lasting,
    /// What stands instead of changes where there are none.
    nothing: Option<String>,
    views: Vec<View>,
    is_in_sides: bool,
    rows: Vec<Row>,
    /// The tag of the language of the text.
    lang: Option<&'static str>,
    map: Vec<Stroke>,
    significant: bool,
    why: Vec<String>,
    from: Side,
    to: Side,
    /// Who signed the newer text; absent where nobody did.
    signature: Option<Signed>,
    older: Option<String>,
    newer: Option<String>,
}

/// One of the two texts.
struct Side {
    id: RecordId,
    href: String,
    snapshots: Vec<String>,
}

/// A way to see the change.
struct View {
    name: String,
    href: String,
    is_here: bool,
}

pub async fn page(reader: Reader, Path(id): Path<String>, Query(asked): Query<Asked>) -> Response {
    match change(&reader, id, asked).await {
        Ok(Change::Page(page)) => shown(&reader, Ok(*page)),
        Ok(Change::First(id)) => Redirect::to(&reader.frame("").to_version(&id)).into_response(),
        Err(trouble) => reader.tell(trouble),
    }
}

/// A comparison as an answer.
pub fn shown(reader: &Reader, page: Result<Page, Trouble>) -> Response {
    reader.show_lasting(page, |page| page.lasting.clone())
}

/// What a version did.
enum Change {
    Page(Box<Page>),
    /// It was the first, so that there is its text to read.
    First(RecordId),
}

/// What a version changed: compared with the one before.
async fn change(reader: &Reader, id: String, asked: Asked) -> Result<Change, Trouble> {
    let to = super::version::record(reader, &id).await?;
    let (key, wanted) = (to.content.terms.clone(), to.id.clone());
    let id = wanted.clone();
    let around = reader.ask(move |store| neighbours(store, &key, &id)).await?;
    let Some(earlier) = around.before.clone() else { return Ok(Change::First(to.id)) };
    let from = super::version::record(reader, earlier.as_str()).await?;
    let entry = reader.entry(&to.id).await?;
    let mut page = compare(reader, from, to, entry, &asked).await?;
    let of = format!("{}, {}", page.service, page.key.terms_type);
    page.frame.show_card(Preview::of_record(&page.frame, &wanted, &of));
    page.newer = around.after.map(|id| page.frame.to_change(&id));
    Ok(Change::Page(Box::new(page)))
}

/// The page that shows what differs between two versions.
pub async fn compare(
    reader: &Reader,
    from: Record<Version>,
    to: Record<Version>,
    entry: Option<RecordEntry>,
    asked: &Asked,
) -> Result<Page, Trouble> {
    let lang = tongue::of(&to.content.markdown);
    let texts = (from.content.markdown.clone(), to.content.markdown.clone());
    // In a turn of its own, as readings are: comparing is the most that a page asks of the machine.
    let diff = reader.ask(move |_| Ok(diff::between(&texts.0, &texts.1))).await?;
    let words = reader.words;
    let key = reader.served.declared().renames.current(&to.content.terms, to.content.fetched_at);
    let signature = reader.signature(&to.id).await?;
    let frame = reader.frame(title(&diff, words, &to));
    let dates = [("from", words.day(from.content.fetched_at).into()), ("to", words.day(to.content.fetched_at).into())];
    Ok(Page {
        service: reader.service_name(key.service.as_str()),
        sign: entry.as_ref().map(|entry| kinds::sign_of(entry, words)),
        facts: changes::facts(diff.counts, words),
        between: words.say_of("change-between", dates),
        coarse: diff.coarse.map(|coarse| words.say(coarse_name(coarse))),
        lasting: lasting(&diff, signature.as_ref(), &key),
        nothing: nothing(&diff, words),
        views: views(asked, &diff, &frame, words),
        is_in_sides: asked.is_in_sides(),
        lang,
        rows: comparison::rows(&diff, asked, words),
        map: comparison::map(&diff, asked),
        significant: entry.as_ref().is_some_and(super::overview::counts),
        why: entry.iter().flat_map(|entry| changes::why(entry, words)).collect(),
        from: side(reader, &frame, &from),
        to: side(reader, &frame, &to),
        signature: signature.map(|signature| Signed::told(signature, words)),
        older: entry_before(reader, &from).await?.map(|_| frame.to_change(&from.id)),
        newer: None,
        key,
        frame,
    })
}

/// What was broken off for time may go better next time.
fn lasting(diff: &Diff, signature: Option<&Signature>, key: &TermsKey) -> Lasting {
    let is_in_time = signature.is_none_or(|signature| signature.check != SignatureCheck::OutOfTime);
    match is_in_time && !diff.is_hasty() {
        true => Lasting::UntilChangeOf(key.service.clone()),
        false => Lasting::ForNow,
    }
}

fn side(reader: &Reader, frame: &Frame, record: &Record<Version>) -> Side {
    let snapshots = record.content.snapshots.iter().filter(|_| reader.served.has_snapshots());
    Side {
        id: record.id.clone(),
        href: frame.to_version(&record.id),
        snapshots: snapshots.map(ToString::to_string).collect(),
    }
}

async fn entry_before(reader: &Reader, record: &Record<Version>) -> Result<Option<RecordId>, Trouble> {
    let (key, id) = (record.content.terms.clone(), record.id.clone());
    Ok(reader.ask(move |store| before(store, &key, &id)).await?)
}

/// The change itself where it is short; else its date.
fn title(diff: &Diff, words: Words, to: &Record<Version>) -> String {
    let quoted = diff.headline().and_then(|headline| quoted(&headline, words));
    quoted.unwrap_or_else(|| words.say_of("change-title", [("date", words.day(to.content.fetched_at).into())]))
}

fn quoted(headline: &Headline, words: Words) -> Option<String> {
    let text = |wanted: fn(&Piece) -> Option<&String>| {
        headline.pieces.iter().filter_map(wanted).cloned().collect::<String>().trim().to_owned()
    };
    let old = text(|piece| match piece {
        Piece::Deleted { text } => Some(text),
        _ => None,
    });
    let new = text(|piece| match piece {
        Piece::Inserted { text } => Some(text),
        _ => None,
    });
    let name = match (old.is_empty(), new.is_empty()) {
        (false, false) => "change-became",
        (true, false) => "change-added",
        (false, true) => "change-removed",
        (true, true) => return None,
    };
    let is_short = old.chars().count() + new.chars().count() <= LONGEST_TITLE;
    is_short.then(|| words.say_of(name, [("old", old.into()), ("new", new.into())]))
}

fn coarse_name(coarse: Coarse) -> &'static str {
    match coarse {
        Coarse::TooLarge => "coarse-tooLarge",
        Coarse::TooDifferent => "coarse-tooDifferent",
        Coarse::OutOfTime => "coarse-outOfTime",
    }
}

fn nothing(diff: &Diff, words: Words) -> Option<String> {
    match (diff.is_empty(), diff.changes().any(diff::Block::is_readable_change)) {
        (true, _) => Some(words.say("change-none")),
        (false, false) => Some(words.say("change-only-markup")),
        (false, true) => None,
    }
}

fn views(asked: &Asked, diff: &Diff, frame: &Frame, words: Words) -> Vec<View> {
    let to = |asked: &Asked| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [("view", &asked.view), ("links", &asked.links), ("whole", &asked.whole)];
        query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
        format!("{}?{}", frame.to(&frame.path), query.finish())
    };
    let set = |view: &str| Asked { view: view.to_owned(), ..asked.clone() };
    let is_in_sides = asked.is_in_sides();
    let mut views = vec![
        View { name: words.say("view-inline"), href: to(&set("")), is_here: !is_in_sides },
        View { name: words.say("view-sides"), href: to(&set("sides")), is_here: is_in_sides },
    ];
    if diff.counts.links_changed > 0 {
        let is_off = asked.links == "off";
        let name = match is_off {
            true => words.count("view-links-on", diff.counts.links_changed),
            false => words.say("view-links-off"),
        };
        let links = if is_off { "" } else { "off" }.to_owned();
        views.push(View { name, href: to(&Asked { links, ..asked.clone() }), is_here: false });
    }
    let is_whole = !asked.whole.is_empty();
    let whole = if is_whole { "" } else { "1" }.to_owned();
    let name = words.say(if is_whole { "view-changes" } else { "view-whole" });
    views.push(View { name, href: to(&Asked { whole, ..asked.clone() }), is_here: false });
    views
}
