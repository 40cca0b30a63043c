//! What is served over HTTP: the compatible interface, the one beyond it, feeds, and the site.
//!
//! Everything is read through the index and the declarations in memory. Nothing here records or fetches.

mod address;
mod age;
mod api;
mod bounds;
mod cache;
mod canonical;
mod client;
mod compatible;
mod conditional;
mod config;
mod connection;
mod copy;
mod declared;
mod difference;
mod export;
mod federation;
mod feeds;
#[cfg(test)]
mod fixture;
mod health;
mod hub;
mod limit;
mod observe;
mod outward;
mod path;
mod problem;
mod readers;
mod remembered;
#[cfg(test)]
mod security;
mod serve;
mod served;
mod site;
mod span;

use axum::{Router, middleware};
use tower::util::MapRequest;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use address::Origin;
pub use client::{InvalidNetwork, TrustedProxies};
pub use config::{Config, FederationConfig, FeedConfig, RateLimit};
pub use declared::{Declared, Metadata, NotDeclared, Source};
pub use export::{ExportError, Settings as ExportSettings, Summary as ExportSummary, export};
pub use federation::{Listed, Peer};
use path::Path;
pub use problem::Problem;
pub use readers::{Opener, ReadError};
pub use serve::{Listeners, serve};
pub use served::{Archive, Served};

/// Makes answers small enough without keeping the processor busy.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(4);

/// Everything that `served` has to show, each part mounted at its place.
///
/// A request passes the layers from the last to the first.
pub fn router(served: &Served) -> Router {
    routes(served)
        .layer(middleware::from_fn_with_state(served.clone(), limit::admit))
        .merge(health::routes().with_state(served.clone()))
        .layer(CompressionLayer::new().quality(COMPRESSION))
        .layer(CatchPanicLayer::custom(bounds::panicked))
        .layer(middleware::from_fn(bounds::keep))
        .layer(middleware::from_fn_with_state(served.clone(), observe::note))
}

/// What is answered, without what is due to strangers who ask.
fn routes(served: &Served) -> Router {
    let base = served.base().to_owned();
    let versioned = Router::new()
        .merge(compatible::routes())
        .merge(api::routes())
        .merge(feeds::routes())
        .layer(middleware::from_fn_with_state(served.clone(), remembered::answer))
        .merge(api::other_routes())
        .fallback(problem::no_such_address)
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(middleware::from_fn(compatible::add_headers))
        .layer(api::cors())
        .layer(middleware::from_fn_with_state(served.clone(), conditional::answer));
    let mut all = Router::new().nest(&base, versioned);
    if let Some(base) = served.config().federation_base() {
        let federation = federation::routes()
            .fallback(problem::no_such_address)
            .method_not_allowed_fallback(problem::no_such_method)
            .layer(api::cors())
            .layer(middleware::from_fn_with_state(served.clone(), conditional::answer));
        all = all.nest(&base, federation);
    }
    let all = all.merge(site::routes(served)).with_state(served.clone());
    Router::new().fallback_service(MapRequest::new(all, move |request| canonical::request(request, &base)))
}
