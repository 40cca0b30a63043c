//! What is served over HTTP: the compatible interface, the one beyond it, feeds, and the site.
//!
//! Everything is read through the index and the declarations in memory. Nothing here records or fetches.

mod address;
mod api;
mod cache;
mod canonical;
mod client;
mod compatible;
mod conditional;
mod config;
mod declared;
mod difference;
#[cfg(test)]
mod fixture;
mod problem;
mod readers;
mod serve;
mod served;

use axum::{Router, middleware};
use tower::util::MapRequest;

pub use address::Origin;
pub use client::{InvalidNetwork, TrustedProxies};
pub use config::{Config, FeedConfig, RateLimit};
pub use declared::{Declared, Metadata, NotDeclared, Source};
pub use problem::Problem;
pub use readers::{Opener, ReadError};
pub use serve::serve;
pub use served::{Archive, Served};

/// Everything that `served` has to show, each part mounted at its place.
pub fn router(served: &Served) -> Router {
    let base = served.base().to_owned();
    let versioned = Router::new()
        .merge(compatible::routes())
        .merge(api::routes())
        .fallback(problem::no_such_address)
        .layer(middleware::from_fn(compatible::add_headers))
        .layer(api::cors())
        .layer(middleware::from_fn(conditional::answer));
    let all = Router::new().nest(&base, versioned).with_state(served.clone());
    Router::new().fallback_service(MapRequest::new(all, move |request| canonical::request(request, &base)))
}
