//! The description of the interface (OpenAPI 3.1), made from its code.

use utoipa::openapi::{OpenApi as Document, Server};
use utoipa::{IntoParams, OpenApi};

use super::{bodies, checks, declared, diff, memento, search, snapshots, stats, versions};
use crate::web::{Problem, compatible, feeds};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Open Terms Archive API [Beta]",
        version = "1.0.0",
        description = "Terms of online services and how they changed. The routes of Open Terms Archive's own API come \
                       first; errors of all others are problem details (RFC 9457).",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    paths(
        compatible::services::metadata,
        compatible::services::all,
        compatible::services::one,
        compatible::version::valid_at,
        compatible::feed::of_collection,
        compatible::feed::of_service,
        compatible::feed::of_terms,
        feeds::serve,
        feeds::lists::all,
        versions::all,
        versions::of_service,
        versions::of_terms,
        versions::latest,
        versions::one,
        diff::between,
        snapshots::all,
        snapshots::of_service,
        snapshots::of_terms,
        snapshots::one,
        snapshots::content,
        search::search,
        declared::declaration,
        declared::terms_types,
        stats::stats,
        checks::status,
        checks::checks,
        memento::timegate,
        memento::timemap,
    ),
    components(schemas(bodies::Entry, Problem))
)]
struct Described;

/// What lists may be narrowed to.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes what `Query` reads")]
pub struct Filters {
    /// Only of this service; of any of them where several are given.
    #[param(style = Form, explode)]
    service: Option<Vec<String>>,
    /// Only of this type; of any of them where several are given.
    #[param(style = Form, explode)]
    r#type: Option<Vec<String>>,
    /// Only those dated then or later, such as `2026-05-01`.
    since: Option<String>,
    /// Only those dated then or earlier; a day is included.
    until: Option<String>,
    /// Only these kinds, repeated or separated by commas: `change` for all changes, or kinds of change, such as
    /// `substantive`.
    #[param(style = Form, explode)]
    kind: Option<Vec<String>>,
    /// `true` for what counts, `false` for what does not; what is not judged yet is neither.
    significant: Option<String>,
    /// Only those written by an engine whose name begins so, such as `fineprint/`.
    #[param(rename = "fetched-by")]
    fetched_by: Option<String>,
    /// Only versions in which a passage with these words came or went, as in `/search`.
    q: Option<String>,
    /// How many; 100 if nothing is said.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Where to go on: the id of the last entry, as in `Link`.
    #[param(pattern = "^[0-9a-f]{40}$")]
    cursor: Option<String>,
    /// How many to pass over; `cursor` is better where much is recorded meanwhile.
    #[param(minimum = 0, maximum = 100_000)]
    offset: Option<usize>,
    /// `json`, `jsonl` or `csv`; by default what `Accept` asks for.
    format: Option<String>,
}

/// What passages may be narrowed to.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes what `Query` reads")]
pub struct PassageFilters {
    /// What to look for.
    q: String,
    /// Only of this service; of any of them where several are given.
    #[param(style = Form, explode)]
    service: Option<Vec<String>>,
    /// Only of this type; of any of them where several are given.
    #[param(style = Form, explode)]
    r#type: Option<Vec<String>>,
    /// Only those that were there then or later, such as `2026-05-01`.
    since: Option<String>,
    /// Only those that were there then or earlier; a day is included.
    until: Option<String>,
    /// How many; 50 if nothing is said.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// How many to pass over.
    #[param(minimum = 0, maximum = 100_000)]
    offset: Option<usize>,
}

/// What feeds may be narrowed to.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes what `Selection` reads")]
pub struct FeedFilters {
    /// Only of this service; of any of them where several are given.
    #[param(style = Form, explode)]
    service: Option<Vec<String>>,
    /// Only of this type; of any of them where several are given.
    #[param(style = Form, explode)]
    r#type: Option<Vec<String>>,
    /// Only these kinds, repeated or separated by commas, as in lists; also `no-longer-tracked` and `tracked-again`.
    #[param(style = Form, explode)]
    kind: Option<Vec<String>>,
    /// By default what counts, unless kinds are given; `all` for all, `false` for what does not.
    significant: Option<String>,
    /// Only changes in which a passage with these words came or went, as in `/search`.
    q: Option<String>,
    /// Only those dated then or later, such as `2026-05-01`.
    since: Option<String>,
    /// Only those dated then or earlier; a day is included.
    until: Option<String>,
    /// Only those written by an engine whose name begins so, such as `fineprint/`.
    #[param(rename = "fetched-by")]
    fetched_by: Option<String>,
    /// In which language they are told: `en` or `fr`.
    lang: Option<String>,
    /// One of the archives of older entries, counted from 1 for the oldest.
    #[param(minimum = 1, maximum = 1_000_000)]
    archive: Option<usize>,
}

/// What checks may be narrowed to.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes what `Query` reads")]
pub struct CheckFilters {
    /// Only of this service.
    service: Option<String>,
    /// Only of terms of this type.
    r#type: Option<String>,
    /// Only those made then or later, such as `2026-05-01`.
    since: Option<String>,
    /// Only those made then or earlier; a day is included.
    until: Option<String>,
    /// How many; 100 if nothing is said.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// The description, as mounted at `base`.
pub fn document(base: &str) -> Document {
    let mut document = Described::openapi();
    document.servers = Some(vec![Server::new(base)]);
    document
}
