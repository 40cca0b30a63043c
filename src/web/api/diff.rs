//! What differs between two versions.

use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::immutable::{mark, record_id};
use crate::diff::{Diff, between as compared, unified};
use crate::domain::{Record, Version};
use crate::web::difference;
use crate::web::site::{LANGUAGES, Words};
use crate::web::{Path, Problem, Served};

/// Blocks that did not change, shown around those that did.
const CONTEXT: usize = 1;

/// What took longer may have been cut short by its deadline, and is made anew when it is asked for again.
const LONGEST_KEPT: Duration = Duration::from_millis(900);

/// A form of differences: the name of its file, its type, and how it is written.
struct Form {
    extension: &'static str,
    mime: &'static str,
    write: fn(&Pair) -> String,
}

static FORMS: &[Form] = &[
    Form { extension: "json", mime: "application/json", write: json },
    Form { extension: "html", mime: "text/html", write: html },
    Form { extension: "diff", mime: "text/x-diff", write: patch },
];

/// Two versions.
struct Pair {
    old: Record<Version>,
    new: Record<Version>,
}

/// What differs between two versions, block by block.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiffBody {
    /// The id of the version before.
    pub from: String,
    /// The id of the version after.
    pub to: String,
    #[serde(flatten)]
    pub diff: Diff,
}

/// What differs between two versions
///
/// As JSON; with `.html` after the second id a fragment of HTML, with `.diff` a unified diff of the Markdown.
#[utoipa::path(get, path = "/diff/{from}/{to}", operation_id = "diff", tag = "versions", params(("from" = String, Path, pattern = "^[0-9a-f]{40}$"), ("to" = String, Path, pattern = "^[0-9a-f]{40}$")),
    responses((status = 200, content((DiffBody = "application/json"), (String = "text/html"), (String = "text/x-diff"))), (status = 400, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn between(
    State(served): State<Served>,
    Path((from, to)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (to, form) = form(&to, &headers);
    let (from, to) = (record_id(&from)?, record_id(to)?);
    let name = format!("{from}..{to}.{}", form.extension);
    let (body, is_for_good) = match served.cache().get(&name) {
        Some(body) => (body, true),
        None => {
            let written = served.versions(move |versions| {
                let (Some(old), Some(new)) = (versions.find(&from)?, versions.find(&to)?) else { return Ok(None) };
                let begun = Instant::now();
                let written = (form.write)(&Pair { old, new });
                // A comparison that was cut short by a busy machine is not the one to keep.
                Ok(Some((Bytes::from(written), begun.elapsed() < LONGEST_KEPT)))
            });
            let written = written.await?.ok_or_else(|| Problem::not_found("one of the versions does not exist"))?;
            if written.1 { (served.cache().put(&name, written.0), true) } else { written }
        }
    };
    let mut response = body.into_response();
    let mime = format!("{}; charset=utf-8", form.mime);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(&mime).expect("plain"));
    if is_for_good {
        mark(headers, &name);
    } else {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// The form asked for by the end of the address, or else by what the client reads.
fn form<'a>(to: &'a str, headers: &HeaderMap) -> (&'a str, &'static Form) {
    if let Some((id, extension)) = to.split_once('.')
        && let Some(form) = FORMS.iter().find(|form| form.extension == extension)
    {
        return (id, form);
    }
    let accepted = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let accepted = accepted.split(',').filter_map(|range| range.split(';').next()).map(str::trim);
    let form = accepted.filter_map(|mime| FORMS.iter().find(|form| form.mime == mime)).next();
    (to, form.unwrap_or(&FORMS[0]))
}

fn json(pair: &Pair) -> String {
    let body = DiffBody { from: pair.old.id.to_string(), to: pair.new.id.to_string(), diff: pair.diff() };
    serde_json::to_string(&body).expect("texts and numbers become JSON")
}

fn html(pair: &Pair) -> String {
    difference::html(&pair.diff(), CONTEXT, Words::of(LANGUAGES[0]))
}

fn patch(pair: &Pair) -> String {
    let name = |side: &str, record: &Record<Version>| {
        let terms = &record.content.terms;
        let date = record.content.fetched_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        format!("{side}/{}/{}.md\t{date}", terms.service, terms.terms_type)
    };
    let (old, new) = (markdown(&pair.old), markdown(&pair.new));
    unified(old, new, &name("a", &pair.old), &name("b", &pair.new))
}

fn markdown(record: &Record<Version>) -> &str {
    &record.content.markdown
}

impl Pair {
    fn diff(&self) -> Diff {
        compared(markdown(&self.old), markdown(&self.new))
    }
}
