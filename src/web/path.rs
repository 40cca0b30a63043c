//! What stands in the places of an address, such as the id of a service.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::{Problem, Served};

/// The names in an address, decoded. Where they are no text, the answer is a problem.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Served> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, served: &Served) -> Result<Self, Problem> {
        let read = axum::extract::Path::from_request_parts(parts, served).await;
        read.map(|axum::extract::Path(names)| Self(names)).map_err(|_| not_text())
    }
}

fn not_text() -> Problem {
    Problem::bad_request("the address does not decode to text in UTF-8")
}
