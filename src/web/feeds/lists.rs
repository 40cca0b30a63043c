//! All feeds at once, for readers to subscribe to.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::selection::feed_address;
use crate::domain::{Service, ServiceId, TermsType};
use crate::feeds::{FORMATS, Outline, opml};
use crate::web::address::encoded;
use crate::web::{Origin, Served};

/// The page of what a feed is of.
fn page_of(service: Option<&ServiceId>, terms_type: Option<&TermsType>) -> String {
    match (service.map(|id| encoded(id.as_str())), terms_type.map(|name| encoded(name.as_str()))) {
        (Some(service), Some(terms_type)) => format!("/en/services/{service}/{terms_type}"),
        (Some(service), None) => format!("/en/services/{service}"),
        (None, Some(terms_type)) => format!("/en/terms-types/{terms_type}"),
        (None, None) => "/en".to_owned(),
    }
}

/// All feeds as OPML
///
/// The feeds of the collection, of each type of terms, and of each service and its terms.
#[utoipa::path(get, path = "/feeds.opml", operation_id = "feeds", tag = "feeds",
    responses((status = 200, content_type = "text/x-opml", body = String)))]
pub async fn all(State(served): State<Served>, origin: Origin) -> Response {
    let declared = served.declared();
    let base = origin.at(served.base());
    let outline = |title: String, service: Option<&ServiceId>, terms_type: Option<&TermsType>, parts| Outline {
        title,
        feed: format!("{base}{}", feed_address(FORMATS[0].extension, service, terms_type)),
        page: origin.at(&page_of(service, terms_type)),
        parts,
    };
    let of_service = |service: &Service| {
        let part = |terms: &crate::domain::Terms| {
            let terms_type = &terms.key.terms_type;
            outline(format!("{}: {terms_type}", service.name), Some(&service.id), Some(terms_type), Vec::new())
        };
        outline(service.name.clone(), Some(&service.id), None, service.terms.iter().map(part).collect())
    };
    let types: BTreeSet<&TermsType> = declared.collection.terms().map(|terms| &terms.key.terms_type).collect();
    let of_type = |terms_type: &TermsType| outline(terms_type.to_string(), None, Some(terms_type), Vec::new());
    let everything = outline(declared.metadata.name.clone(), None, None, Vec::new());
    let outlines: Vec<Outline> = [everything]
        .into_iter()
        .chain(types.into_iter().map(of_type))
        .chain(declared.collection.services.iter().map(of_service))
        .collect();
    ([(CONTENT_TYPE, "text/x-opml; charset=utf-8")], opml(&declared.metadata.name, &outlines)).into_response()
}
