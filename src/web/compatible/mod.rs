//! The interface that clients of Open Terms Archive's engine know, body for body.
//!
//! Its flaws are not copied: ids are literals, and a date that is none is the client's fault.

mod answer;
mod date;
pub mod feed;
mod headers;
pub mod services;
#[cfg(test)]
mod tests;
pub mod version;

use axum::Router;
use axum::routing::get;
use serde_json::json;

use super::Served;
use answer::Json;

pub use date::instant;
pub use headers::add as add_headers;

const WELCOME: &str = "Welcome to an instance of the Open Terms Archive API. Documentation is available at /docs. \
                       Learn more on Open Terms Archive on https://opentermsarchive.org.";

pub fn routes() -> Router<Served> {
    Router::new()
        .route("/", get(welcome))
        .route("/metadata", get(services::metadata))
        .route("/services", get(services::all))
        .route("/service/{id}", get(services::one))
        .route("/version/{id}/{type}/{date}", get(version::valid_at))
        .route("/feed", get(feed::of_collection))
        .route("/feed/{id}", get(feed::of_service))
        .route("/feed/{id}/{type}", get(feed::of_terms))
}

async fn welcome() -> Json {
    Json(json!({ "message": WELCOME }))
}
