//! A change, read in the text: what was, what is, and why it counts.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::block;
use super::changes;
use super::frame::Frame;
use super::kinds::{self, Sign};
use super::quotes::neighbours;
use super::reader::Reader;
use super::trouble::Trouble;
use super::words::Words;
use crate::diff::{self, Block, Coarse, Diff, Fate, Headline, Piece};
use crate::domain::{Record, RecordId, TermsKey, Version};
use crate::records::{RecordEntry, RecordFilter};

/// Unchanged blocks shown on either side of a change.
const CONTEXT: usize = 1;

/// Longer quotes do not become titles.
const LONGEST_TITLE: usize = 60;

/// How a reader wants to see a change.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `sides` for two columns.
    view: String,
    /// `off` leaves changes of links out.
    links: String,
    /// Present when unchanged blocks are to be shown, too.
    whole: String,
}

#[derive(Template)]
#[template(path = "change.html")]
struct Page {
    frame: Frame,
    service: String,
    key: TermsKey,
    sign: Option<Sign>,
    facts: Vec<String>,
    between: String,
    coarse: Option<String>,
    /// What stands instead of changes where there are none.
    nothing: Option<String>,
    views: Vec<View>,
    is_in_sides: bool,
    rows: Vec<Row>,
    map: Vec<Stroke>,
    significant: bool,
    why: Vec<String>,
    from: Side,
    to: Side,
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

/// What stands in the column of the text.
enum Row {
    Block(Shown),
    Fold { count: usize, html: String },
}

/// A block of the comparison.
struct Shown {
    /// Which change it is, from 1; none for context.
    number: Option<usize>,
    element: &'static str,
    class: &'static str,
    html: String,
    old: Option<String>,
    new: Option<String>,
    note: Option<String>,
    links: Vec<String>,
    section: Option<String>,
}

/// A change on the map of the text, in percent of its length.
struct Stroke {
    y: String,
    height: String,
    class: &'static str,
    number: usize,
}

pub async fn page(reader: Reader, Path(id): Path<String>, Query(asked): Query<Asked>) -> Response {
    match change(&reader, id, asked).await {
        Ok(Change::Page(page)) => reader.show(async { Ok(*page) }).await,
        Ok(Change::First(id)) => Redirect::to(&reader.frame("").to_version(&id)).into_response(),
        Err(trouble) => reader.tell(trouble),
    }
}

/// What a version did.
enum Change {
    Page(Box<Page>),
    /// It was the first, so that there is its text to read.
    First(RecordId),
}

pub async fn compared(
    reader: Reader,
    Path((from, to)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    reader.show(comparison(&reader, from, to, asked)).await
}

#[derive(Debug, Deserialize)]
pub struct Chosen {
    from: String,
    to: String,
}

/// The comparison of two versions chosen in a form.
pub async fn chosen(reader: Reader, Query(chosen): Query<Chosen>) -> Response {
    match (chosen.from.parse::<RecordId>(), chosen.to.parse::<RecordId>()) {
        (Ok(from), Ok(to)) => Redirect::to(&reader.frame("").to(&format!("/compare/{from}/{to}"))).into_response(),
        _ => reader.tell(Trouble::NotFound),
    }
}

/// What a version changed: compared with the one before.
async fn change(reader: &Reader, id: String, asked: Asked) -> Result<Change, Trouble> {
    let to = super::version::record(reader, &id).await?;
    let (key, wanted) = (to.content.terms.clone(), to.id.clone());
    let around = reader.ask(move |store| neighbours(store, &key, &wanted)).await?;
    let Some(before) = around.before.clone() else { return Ok(Change::First(to.id)) };
    let from = super::version::record(reader, before.as_str()).await?;
    let entry = entry_of(reader, &to).await?;
    let mut page = compare(reader, from, to, entry, &asked).await?;
    page.newer = around.after.map(|id| page.frame.to_change(&id));
    Ok(Change::Page(Box::new(page)))
}

async fn comparison(reader: &Reader, from: String, to: String, asked: Asked) -> Result<Page, Trouble> {
    let from = super::version::record(reader, &from).await?;
    let to = super::version::record(reader, &to).await?;
    // Verdicts are about a version and the one before it, not about any two.
    compare(reader, from, to, None, &asked).await
}

async fn compare(
    reader: &Reader,
    from: Record<Version>,
    to: Record<Version>,
    entry: Option<RecordEntry>,
    asked: &Asked,
) -> Result<Page, Trouble> {
    let texts = (from.content.markdown.clone(), to.content.markdown.clone());
    // In a turn of its own, as readings are: comparing is the most that a page asks of the machine.
    let diff = reader.ask(move |_| Ok(diff::between(&texts.0, &texts.1))).await?;
    let words = reader.words;
    let key = to.content.terms.clone();
    let frame = reader.frame(title(&diff, words, &to));
    let dates = [("from", words.day(from.content.fetched_at).into()), ("to", words.day(to.content.fetched_at).into())];
    Ok(Page {
        service: reader.service_name(key.service.as_str()),
        sign: entry.as_ref().map(|entry| kinds::sign_of(entry, words)),
        facts: changes::facts(diff.counts, words),
        between: words.say_of("change-between", dates),
        coarse: diff.coarse.map(|coarse| words.say(coarse_name(coarse))),
        nothing: nothing(&diff, words),
        views: views(asked, &diff, &frame, words),
        is_in_sides: asked.view == "sides",
        rows: rows(&diff, asked, words),
        map: map(&diff, asked),
        significant: entry.as_ref().is_some_and(super::overview::counts),
        why: entry.iter().flat_map(|entry| changes::why(entry, words)).collect(),
        from: side(&frame, &from),
        to: side(&frame, &to),
        older: entry_before(reader, &from).await?.map(|_| frame.to_change(&from.id)),
        newer: None,
        key,
        frame,
    })
}

fn side(frame: &Frame, record: &Record<Version>) -> Side {
    Side {
        id: record.id.clone(),
        href: frame.to_version(&record.id),
        snapshots: record.content.snapshots.iter().map(ToString::to_string).collect(),
    }
}

async fn entry_of(reader: &Reader, record: &Record<Version>) -> Result<Option<RecordEntry>, Trouble> {
    let (filter, id) = (RecordFilter::of(&record.content.terms), record.id.clone());
    Ok(reader.list(filter).await?.into_iter().find(|entry| entry.id == id))
}

async fn entry_before(reader: &Reader, record: &Record<Version>) -> Result<Option<RecordId>, Trouble> {
    let (key, id) = (record.content.terms.clone(), record.id.clone());
    Ok(reader.ask(move |store| neighbours(store, &key, &id)).await?.before)
}

/// The change itself where it is short; else its date.
fn title(diff: &Diff, words: Words, to: &Record<Version>) -> String {
    let quoted = diff.headline().and_then(|headline| quoted(&headline, words));
    quoted.unwrap_or_else(|| words.say_it("change-title", words.day(to.content.fetched_at)))
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
    match (diff.is_empty(), diff.changes().any(Block::is_readable_change)) {
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
    let is_in_sides = asked.view == "sides";
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

/// The changes in their surroundings, what did not change folded.
fn rows(diff: &Diff, asked: &Asked, words: Words) -> Vec<Row> {
    let context = if asked.whole.is_empty() { CONTEXT } else { diff.blocks.len() };
    let (mut number, mut at) = (0, 0);
    let mut rows = Vec::new();
    for region in diff.readable_regions(context) {
        rows.extend(fold(&diff.blocks[at..at + region.folded]));
        at += region.folded + region.blocks.len();
        for (place, block) in region.blocks.iter().filter(|block| is_shown(block, asked)).enumerate() {
            number += usize::from(block.is_readable_change());
            let mut shown = shown(block, diff, words);
            shown.number = block.is_readable_change().then_some(number);
            shown.section = section_over(block).filter(|_| place == 0 && region.folded > 0);
            shown.section = shown.section.map(|title| words.say_it("in-section", title));
            rows.push(Row::Block(shown));
        }
    }
    rows.extend(fold(&diff.blocks[at..]));
    rows
}

/// The title over a block that is none itself.
fn section_over(block: &Block) -> Option<String> {
    let is_title = block.kind == diff::BlockKind::Heading;
    block.section().last().filter(|_| !is_title).cloned()
}

fn is_shown(block: &Block, asked: &Asked) -> bool {
    let is_blank = block.spans().iter().all(|span| span.text.trim().is_empty());
    let is_of_links = block.touches == Some(diff::Touch::Links) && block.fate == Fate::Changed;
    let is_left_out = asked.links == "off" && is_of_links;
    !is_blank && !is_left_out
}

fn fold(blocks: &[Block]) -> Option<Row> {
    let told: Vec<&Block> =
        blocks.iter().filter(|block| block.spans().iter().any(|span| !span.text.trim().is_empty())).collect();
    let html: String = told.iter().map(|block| element_of(block)).collect();
    (!told.is_empty()).then_some(Row::Fold { count: told.len(), html })
}

fn element_of(block: &Block) -> String {
    let element = block::element(block);
    format!("<{element}>{}</{element}>\n", block::html(block))
}

fn shown(block: &Block, diff: &Diff, words: Words) -> Shown {
    let class = class_of(block.fate);
    let on = |is_old| block::is_on(block, is_old).then(|| block::side(block, is_old));
    Shown {
        number: None,
        element: block::element(block),
        class,
        html: block::html(block),
        old: on(true),
        new: on(false),
        note: note(block, diff, words),
        links: block::link_changes(block, words),
        section: None,
    }
}

fn class_of(fate: Fate) -> &'static str {
    match fate {
        Fate::Kept => "kept",
        Fate::Changed => "changed",
        Fate::Inserted => "inserted",
        Fate::Deleted => "deleted",
        Fate::Moved => "moved",
        Fate::MovedAway => "moved away",
    }
}

/// Where a moved block came from, or went.
fn note(block: &Block, diff: &Diff, words: Words) -> Option<String> {
    let place = |place: &Option<diff::Place>| place.as_ref().and_then(|place| place.section.last().cloned());
    let told = |name: &str, section: Option<String>| match section {
        Some(section) => words.say_it(name, section),
        None => words.say(&format!("{name}-plain")),
    };
    match block.fate {
        Fate::Moved => Some(told("block-moved", place(&block.old))),
        Fate::MovedAway => Some(told("block-moved-away", diff.counterpart(block).and_then(|other| place(&other.new)))),
        _ => None,
    }
}

/// Where in the text the changes are.
#[expect(clippy::cast_precision_loss, reason = "a map is a few hundred points high")]
fn map(diff: &Diff, asked: &Asked) -> Vec<Stroke> {
    let length = |block: &Block| {
        block.pieces.iter().map(|piece| piece.new_text().len().max(piece.old_text().len())).sum::<usize>()
    };
    let whole = diff.blocks.iter().map(length).sum::<usize>().max(1) as f64;
    let (mut from, mut number) = (0, 0);
    let mut strokes = Vec::new();
    for block in &diff.blocks {
        let height = length(block);
        if block.is_readable_change() && is_shown(block, asked) {
            number += 1;
            strokes.push(Stroke {
                y: format!("{:.2}", 100.0 * from as f64 / whole),
                height: format!("{:.2}", (100.0 * height as f64 / whole).max(0.6)),
                class: class_of(block.fate),
                number,
            });
        }
        from += height;
    }
    strokes
}
