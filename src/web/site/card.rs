//! The cards that social networks show for links to the site: drawn when asked for, kept, and the same for the same.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Months, Utc};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::changes;
use super::frame::Frame;
use super::kinds;
use super::overview::{Moment, Overview, month_of};
use super::quotes::Told;
use super::reader::Reader;
use super::trouble::Trouble;
use crate::cards::{self, Card, Ink, Picture, Run};
use crate::diff::{Headline, Piece};
use crate::domain::{RecordId, TermsKey};
use crate::records::RecordEntry;
use crate::web::Served;
use crate::web::address::encoded;

/// Cards drawn at once: drawing is a matter of the processor alone.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// Who waits longer for a turn is told to come back.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much is shown of a sentence before its first change, in characters.
const BEFORE_CHANGE: usize = 70;

const MONTHS: u32 = 24;

/// A card of a change that was judged: what it shows stays, but for what people say of it and the names that they give.
const FOR_A_DAY: &str = "public, max-age=86400";
const FOR_NOW: &str = "public, max-age=3600";

/// Where a page's card is, and what it shows in words.
pub struct Preview {
    pub path: String,
    pub alt: String,
}

impl Preview {
    pub fn of_site(collection: &str, description: &str) -> Self {
        let alt = if description.is_empty() { collection.to_owned() } else { format!("{collection}: {description}") };
        Self { path: "/card/site.png".to_owned(), alt }
    }

    pub fn of_record(frame: &Frame, id: &RecordId, of: &str) -> Self {
        Self { path: format!("/card/versions/{id}.png"), alt: format!("{of}: {}", frame.title) }
    }

    pub fn of_terms(frame: &Frame, key: &TermsKey) -> Self {
        let (service, terms_type) = (encoded(key.service.as_str()), encoded(key.terms_type.as_str()));
        Self { path: format!("/card/terms/{service}/{terms_type}.png"), alt: frame.title.clone() }
    }
}

pub fn routes() -> Router<Served> {
    Router::new()
        .route("/card/site.png", get(of_site))
        .route("/card/versions/{file}", get(of_record))
        .route("/card/terms/{service}/{file}", get(of_terms))
}

async fn of_site(reader: Reader) -> Response {
    match reader.overview().await {
        Ok(overview) => drawn(&reader, site(&reader, &overview), FOR_NOW).await,
        Err(error) => reader.tell(error.into()),
    }
}

async fn of_record(reader: Reader, Path(file): Path<String>) -> Response {
    match record(&reader, &file).await {
        Ok((card, control)) => drawn(&reader, card, control).await,
        Err(trouble) => reader.tell(trouble),
    }
}

async fn of_terms(reader: Reader, Path((service, file)): Path<(String, String)>) -> Response {
    match terms(&reader, service, &file).await {
        Ok(card) => drawn(&reader, card, FOR_NOW).await,
        Err(trouble) => reader.tell(trouble),
    }
}

/// The image of a card, drawn unless it was before.
async fn drawn(reader: &Reader, card: Card, control: &'static str) -> Response {
    let name = format!("card {:x?}", Sha256::digest(format!("{card:?}")).as_slice());
    let image = match reader.served.cache().get(&name) {
        Some(image) => image,
        None => match newly_drawn(reader, card, &name).await {
            Some(image) => image,
            None => return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "10")]).into_response(),
        },
    };
    ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, control)], image).into_response()
}

async fn newly_drawn(reader: &Reader, card: Card, name: &str) -> Option<Bytes> {
    let turn = tokio::time::timeout(PATIENCE, Arc::clone(&TURNS).acquire_owned()).await.ok()?.ok()?;
    if let Some(image) = reader.served.cache().get(name) {
        return Some(image);
    }
    // The turn is the drawing's, which goes on when nobody waits for it any more.
    let (served, kept_as) = (reader.served.clone(), name.to_owned());
    let draw = move || {
        let _turn = turn;
        served.cache().put(&kept_as, Bytes::from(cards::png(&card)))
    };
    match tokio::task::spawn_blocking(draw).await {
        Ok(image) => Some(image),
        Err(error) => {
            tracing::error!(%error, "a card could not be drawn");
            None
        }
    }
}

fn site(reader: &Reader, overview: &Overview) -> Card {
    let (frame, words) = (reader.frame(""), reader.words);
    let counts = [words.count("services-count", overview.services()), words.count("terms-count", overview.terms.len())];
    let since = overview.first.map(|since| words.month(since.date_naive()));
    Card {
        collection: words.say("changes-title"),
        date: since.map(|since| format!("{since} –")).unwrap_or_default(),
        title: frame.collection,
        subtitle: frame.description,
        facts: counts.join(" · "),
        picture: Picture::Months(months(overview)),
        ..Card::default()
    }
}

/// The last months, those without a change as well.
fn months(overview: &Overview) -> Vec<(usize, usize)> {
    let Some(last) = overview.months.keys().last() else { return Vec::new() };
    let back = (0..MONTHS).rev().filter_map(|months| last.checked_sub_months(Months::new(months)));
    let of = |month| overview.months.get(&month).map_or((0, 0), |month| (month.counting, month.all));
    let first = overview.first.map(month_of);
    back.filter(|month| first.is_none_or(|first| *month >= first)).map(of).collect()
}

async fn terms(reader: &Reader, service: String, file: &str) -> Result<Card, Trouble> {
    let terms_type = file.strip_suffix(".png").ok_or(Trouble::NotFound)?.to_owned();
    let key = super::terms::key((service, terms_type))?;
    let overview = reader.overview().await?;
    let summary = overview.terms.get(&key).ok_or(Trouble::NotFound)?;
    let last = summary.last().map(|date| reader.words.day(date));
    Ok(Card {
        date: last.unwrap_or_default(),
        facts: reader.words.count("counting-changes", summary.counting),
        picture: course(reader, &summary.moments),
        ..named(reader, &key)
    })
}

/// Moments as parts of the time from the first of them until now.
#[expect(clippy::cast_precision_loss, reason = "a card is a thousand points wide")]
fn course(reader: &Reader, moments: &[Moment]) -> Picture {
    let Some(first) = moments.first().map(|moment| moment.date) else { return Picture::None };
    let now = reader.served.clock().now();
    let whole = (now - first).num_seconds().max(1) as f32;
    let place = |date: DateTime<Utc>| (date - first).num_seconds() as f32 / whole;
    let ends = [first, now].map(|date| reader.words.month(date.date_naive()));
    Picture::Course { moments: moments.iter().map(|moment| (place(moment.date), moment.counts)).collect(), ends }
}

/// The card of what a version changed, and how long it may be kept.
async fn record(reader: &Reader, file: &str) -> Result<(Card, &'static str), Trouble> {
    let id = file.strip_suffix(".png").and_then(|id| id.parse::<RecordId>().ok()).ok_or(Trouble::NotFound)?;
    let entry = reader.entry(&id).await?.ok_or(Trouble::NotFound)?;
    let told = reader.quotes(vec![id]).await?.pop().flatten();
    let control = if entry.verdict.is_some() { FOR_A_DAY } else { FOR_NOW };
    Ok((change(reader, &entry, told.as_ref()), control))
}

fn change(reader: &Reader, entry: &RecordEntry, told: Option<&Told>) -> Card {
    let sign = kinds::sign_of(entry, reader.words);
    let key = reader.served.declared().renames.current(&entry.terms, entry.date);
    let facts = told.map(|told| changes::facts(told.counts, reader.words)).unwrap_or_default();
    let quote = told.and_then(|told| told.headline.as_deref()).map(quote).filter(|runs| is_legible(runs));
    let why = changes::why(entry, reader.words).into_iter().find(|reason| cards::is_legible(reason));
    // What cannot be shown in its words is told in ours.
    let told = why.unwrap_or_else(|| sign.meaning.clone());
    Card {
        date: reader.words.day(entry.date),
        sign: Some((sign.shape.to_owned(), sign.word)),
        facts: facts.join(", "),
        picture: Picture::Quote(quote.unwrap_or_else(|| vec![Run { ink: Ink::Kept, text: told }])),
        ..named(reader, &key)
    }
}

/// A card with the names of a terms; a service's id where its name has no letters here.
fn named(reader: &Reader, key: &TermsKey) -> Card {
    let id = key.service.as_str();
    let name = reader.service_name(id);
    Card {
        collection: reader.frame("").collection,
        title: if cards::is_legible(&name) { name } else { id.to_owned() },
        subtitle: key.terms_type.to_string(),
        ..Card::default()
    }
}

fn is_legible(runs: &[Run]) -> bool {
    let text: String = runs.iter().map(|run| run.text.as_str()).collect();
    cards::is_legible(&text)
}

/// The sentence that tells a change, from shortly before it on. Cells of a row stand apart by dots.
fn quote(headline: &Headline) -> Vec<Run> {
    let mut runs: Vec<Run> = headline.pieces.iter().flat_map(runs).collect();
    if let Some(first) = runs.first_mut().filter(|run| run.ink == Ink::Kept) {
        first.text = ending(first.text.trim_start().trim_start_matches('|').trim_start());
    }
    for run in &mut runs {
        run.text = run.text.replace(" | ", " · ");
    }
    runs
}

fn runs(piece: &Piece) -> Vec<Run> {
    let run = |ink, text: &str| Run { ink, text: text.to_owned() };
    match piece {
        Piece::Kept { text } => vec![run(Ink::Kept, text)],
        Piece::Deleted { text } => vec![run(Ink::Deleted, text)],
        Piece::Inserted { text } => vec![run(Ink::Inserted, text)],
        Piece::Relinked { label, old, new } => {
            vec![
                run(Ink::Kept, &format!("{label} ")),
                run(Ink::Deleted, old),
                run(Ink::Kept, " "),
                run(Ink::Inserted, new),
            ]
        }
    }
}

/// The end of a text, from a word on, with an ellipsis before it where something is left out.
fn ending(text: &str) -> String {
    let length = text.chars().count();
    if length <= BEFORE_CHANGE {
        return text.to_owned();
    }
    let tail: String = text.chars().skip(length - BEFORE_CHANGE).collect();
    format!("… {}", tail.split_once(' ').map_or(tail.as_str(), |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Config;
    use crate::web::fixture::Fixture;

    async fn type_and_control(fixture: &Fixture, address: &str) -> (String, String) {
        let answer = fixture.get(address).await;
        (answer.header("content-type").to_owned(), answer.header("cache-control").to_owned())
    }

    #[tokio::test]
    async fn a_change_a_terms_and_the_collection_have_cards() {
        let fixture = Fixture::with_history();
        let id = fixture.record("Acme", "Privacy Policy", "2026-05-01T00:00:00Z", "# Privacy\n\nWe sell data.");

        for address in [
            format!("/en/card/versions/{id}.png"),
            "/fr/card/terms/Acme/Privacy%20Policy.png".to_owned(),
            "/en/card/site.png".to_owned(),
        ] {
            let (mime, control) = type_and_control(&fixture, &address).await;

            assert_eq!(mime, "image/png", "{address}");
            assert!(control.starts_with("public"), "{address}: {control}");
        }
    }

    #[tokio::test]
    async fn what_is_not_there_has_no_card() {
        let fixture = Fixture::with_history();

        for file in [
            "versions/HEAD.png",
            "versions/x",
            "terms/Nobody/Terms.png",
            "terms/Acme/Privacy%20Policy",
            "terms/..%2F/x.png",
        ] {
            assert_eq!(fixture.get(&format!("/en/card/{file}")).await.status, StatusCode::NOT_FOUND, "{file}");
        }
    }

    #[tokio::test]
    async fn pages_name_their_card_where_the_public_address_is_known() {
        let public_url = Some("https://terms.example".to_owned());
        let known = Fixture::with(Config { public_url, ..Config::default() });
        let id = known.record("Acme", "Privacy Policy", "2026-05-01T00:00:00Z", "# Privacy\n\nWe sell data.");

        let version = known.get(&format!("/fr/versions/{id}")).await.body;
        let home = known.get("/en").await.body;
        let unknown = Fixture::with_history().get("/en").await.body;

        let image = format!("<meta property=\"og:image\" content=\"https://terms.example/fr/card/versions/{id}.png\">");
        assert!(version.contains(&image), "{version}");
        assert!(version.contains("<meta property=\"og:locale\" content=\"fr_FR\">"), "{version}");
        assert!(home.contains("https://terms.example/en/card/site.png"), "{home}");
        assert!(home.contains("<meta property=\"og:image:alt\" content=\"Demo"), "{home}");
        assert!(!unknown.contains("og:image") && unknown.contains("og:title"), "{unknown}");
    }

    #[test]
    fn a_long_sentence_begins_shortly_before_its_change() {
        let long = ending(&"word ".repeat(50));

        assert!(long.starts_with("… word ") && long.chars().count() < BEFORE_CHANGE + 4, "{long}");
        assert_eq!(ending("We "), "We ");
    }
}
