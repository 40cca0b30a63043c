//! The interface beyond the compatible one.

use axum::Router;

use super::Served;

pub fn routes() -> Router<Served> {
    Router::new()
}
