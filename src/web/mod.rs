//! What is served over HTTP: the compatible interface, the one beyond it, feeds, and the site.
//!
//! Everything is read through the index and the declarations in memory. Nothing here records or fetches.

mod api;
mod canonical;
mod compatible;
mod config;
mod declared;
mod problem;
mod readers;
mod serve;
mod served;

use axum::Router;
use tower::util::MapRequest;

pub use config::{Config, FeedConfig};
pub use declared::{Declared, Metadata, NotDeclared, Source};
pub use problem::Problem;
pub use readers::{Opener, ReadError};
pub use serve::serve;
pub use served::{Archive, Served};

/// Everything that `served` has to show, each part mounted at its place.
pub fn router(served: &Served) -> Router {
    let base = served.base().to_owned();
    let versioned = Router::new().merge(compatible::routes()).merge(api::routes()).fallback(problem::no_such_address);
    let all = Router::new().nest(&base, versioned).with_state(served.clone());
    Router::new().fallback_service(MapRequest::new(all, move |request| canonical::request(request, &base)))
}
