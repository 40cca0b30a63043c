//! The interface beyond the compatible one, for research and for other programs.

mod bodies;
mod checks;
mod declared;
mod diff;
mod docs;
mod immutable;
mod memento;
mod openapi;
mod page;
mod query;
mod search;
mod snapshots;
mod stats;
mod table;
#[cfg(test)]
mod tests;
mod versions;

use axum::Router;
use axum::http::Method;
use axum::routing::get;
use tower_http::cors::{Any, CorsLayer};

use super::Served;

pub use openapi::FeedFilters;
pub use query::{Query, unknown};
pub use search::records as records_with;

/// What is answered from records and declarations alone.
pub fn routes() -> Router<Served> {
    Router::new()
        .route("/versions", get(versions::all))
        .route("/versions.json", get(versions::all))
        .route("/versions.jsonl", get(versions::all))
        .route("/versions.csv", get(versions::all))
        .route("/versions/{service}", get(versions::of_service))
        .route("/versions/{service}/{type}", get(versions::of_terms))
        .route("/versions/{service}/{type}/latest", get(versions::latest))
        .route("/version/{sha}", get(versions::one))
        .route("/diff/{from}/{to}", get(diff::between))
        .route("/snapshots", get(snapshots::all))
        .route("/snapshots.json", get(snapshots::all))
        .route("/snapshots.jsonl", get(snapshots::all))
        .route("/snapshots.csv", get(snapshots::all))
        .route("/snapshots/{service}", get(snapshots::of_service))
        .route("/snapshots/{service}/{type}", get(snapshots::of_terms))
        .route("/snapshot/{sha}", get(snapshots::one))
        .route("/snapshot/{sha}/content", get(snapshots::content))
        .route("/service/{service}/declaration", get(declared::declaration))
        .route("/terms-types", get(declared::terms_types))
        .route("/stats", get(stats::stats))
        .route("/timegate/{*of}", get(memento::timegate))
        .route("/timemap/{*of}", get(memento::timemap))
        .route("/openapi.json", get(docs::description))
        .route("/docs", get(docs::page))
}

/// What is answered from passages and from the record of checks, which change apart from records.
pub fn other_routes() -> Router<Served> {
    Router::new()
        .route("/search", get(search::search))
        .route("/status", get(checks::status))
        .route("/checks", get(checks::checks))
}

/// Pages of any origin may read what is served: it is public, and asks for no credentials.
pub fn cors() -> CorsLayer {
    let exposed = ["etag", "last-modified", "link", "memento-datetime", "location", "content-location", "retry-after"];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers(Any)
        .expose_headers(exposed.map(axum::http::HeaderName::from_static))
}
