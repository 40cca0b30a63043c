//! The site: pages for people, in each language below its own address, without scripts to depend on and without
//! anything from elsewhere.

mod about;
mod assets;
mod block;
mod calendar;
mod card;
mod change;
mod changes;
mod compare;
mod comparison;
mod copy;
mod frame;
mod gaps;
mod home;
mod kinds;
mod language;
mod lost;
mod origin_pages;
mod overview;
mod plot;
mod quotes;
mod reader;
pub mod reasons;
mod renamed;
mod search;
mod service;
mod services;
mod signature;
mod status;
mod subscribe;
mod terms;
mod terms_types;
#[cfg(test)]
mod tests;
mod timeline;
mod tongue;
mod trouble;
mod version;
mod words;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};

use super::{Served, conditional, remembered};
pub use language::{LANGUAGES, Language};
use reader::Desk;
pub use words::Words;

pub use copy::instead_of_form;

/// The tags of all languages, as they begin addresses.
pub const TAGS: [&str; LANGUAGES.len()] = language::tags();

/// What a page may load and do: its own style and script, and nothing of anybody else's.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-cache"),
];

/// The addresses of the files that pages have in common.
pub fn assets() -> impl Iterator<Item = &'static str> {
    assets::all().into_iter().map(assets::Asset::address)
}

/// The pages, mounted at the root.
pub fn routes(served: &Served) -> Router<Served> {
    let lasting = in_languages(lasting).layer(middleware::from_fn_with_state(served.clone(), remembered::answer));
    in_languages(pages)
        .merge(lasting)
        .route("/", get(copy::start))
        .merge(origin_pages::routes())
        .fallback(lost::nowhere)
        .layer(Extension(Desk::default()))
        .layer(middleware::from_fn_with_state(served.clone(), conditional::answer))
        .layer(middleware::from_fn(with_headers))
        .merge(assets::routes())
}

/// Pages below each language.
fn in_languages(pages: fn(Language) -> Router<Served>) -> Router<Served> {
    let add = |site: Router<Served>, language: Language| site.nest(&format!("/{}", language.tag), pages(language));
    LANGUAGES.into_iter().fold(Router::new(), add)
}

/// Pages that depend on records and declarations alone, so that they need not be made twice.
fn lasting(language: Language) -> Router<Served> {
    Router::new()
        .route("/changes/{id}", get(change::page))
        .route("/compare/{from}/{to}", get(compare::two))
        .route("/versions/{id}", get(version::page))
        .route("/versions/{id}/text.md", get(version::markdown))
        .route("/versions/{id}/text.html", get(version::html))
        .layer(Extension(language))
}

/// Pages that depend on the time, on the overview or on the record of checks, too.
fn pages(language: Language) -> Router<Served> {
    Router::new()
        .route("/", get(home::page))
        .route("/changes", get(changes::page))
        .route("/compare", get(compare::page))
        .route("/services", get(services::page))
        .route("/services/{service}", get(service::page))
        .route("/services/{service}/{terms_type}", get(terms::page))
        .route("/services/{service}/{terms_type}/on", get(terms::on_a_date))
        .route("/terms-types", get(terms_types::all))
        .route("/terms-types/{terms_type}", get(terms_types::one))
        .route("/subscribe", get(subscribe::page))
        .route("/search", get(search::page))
        .route("/status", get(status::page))
        .route("/about", get(about::page))
        .merge(card::routes())
        .fallback(lost::nowhere)
        .layer(Extension(language))
}

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
