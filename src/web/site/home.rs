//! The first page: what changed lately, in the words that changed.

use askama::Template;
use axum::response::Response;

use super::changes::{self, Day};
use super::frame::Frame;
use super::overview::Overview;
use super::plot::{self, Plot};
use super::reader::Reader;
use super::status::{self, Row};
use super::trouble::Trouble;

/// How many changes it tells.
const TOLD: usize = 12;

/// How many of the terms it names that cannot be read.
const MOST_TROUBLED: usize = 6;

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    frame: Frame,
    lead: Option<String>,
    others: String,
    others_href: String,
    days: Vec<Day>,
    plot: Plot,
    /// Terms that cannot be read; absent until there is a record of checks.
    troubled: Option<Vec<Row>>,
    /// How many more there are.
    more_troubled: usize,
    read: String,
}

pub async fn page(reader: Reader) -> Response {
    reader.show(home(&reader)).await
}

async fn home(reader: &Reader) -> Result<Page, Trouble> {
    let overview = reader.overview().await?;
    let entries = changes::latest(reader, |_| true, TOLD).await?;
    let frame = reader.frame(reader.words.say("changes-title"));
    let others: usize = overview.months.values().map(|month| month.all.saturating_sub(month.counting)).sum();
    let terms = reader.words.count("terms-count", overview.terms.len());
    let mut troubled: Option<Vec<Row>> =
        status::rows(reader).await?.map(|rows| rows.into_iter().filter(|row| row.is_troubled).collect());
    let more_troubled = troubled.as_ref().map_or(0, Vec::len).saturating_sub(MOST_TROUBLED);
    if let Some(rows) = &mut troubled {
        rows.truncate(MOST_TROUBLED);
    }
    Ok(Page {
        lead: lead(reader, &overview),
        others: reader.words.count("others", others),
        others_href: frame.to("/changes"),
        days: changes::days(reader, entries).await?,
        plot: plot::months(&overview.months, reader.words),
        read: reader.words.say_of("tracking-all-read", [("terms", terms.into())]),
        troubled,
        more_troubled,
        frame,
    })
}

fn lead(reader: &Reader, overview: &Overview) -> Option<String> {
    let since = overview.first?;
    let words = reader.words;
    let values = [
        ("services", words.count("services-count", overview.services()).into()),
        ("terms", words.count("terms-count", overview.terms.len()).into()),
        ("since", words.month(since.date_naive()).into()),
    ];
    Some(words.say_of("changes-lead", values))
}
