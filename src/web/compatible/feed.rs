//! Feeds with the ids that subscribers of Open Terms Archive's feeds have.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat};

use super::answer::Refusal;
use crate::domain::{Kind, ServiceId, TermsType};
use crate::feeds::{CompatibleEntry, CompatibleFeed, write_compatible};
use crate::records::{RecordEntry, RecordFilter};
use crate::web::address::{Origin, encoded};
use crate::web::conditional::last_modified;
use crate::web::{Declared, Served};

/// What a feed is of.
#[derive(Default)]
struct Scope {
    service: Option<ServiceId>,
    terms_type: Option<TermsType>,
}

/// All first records and changes, as Atom
#[utoipa::path(get, path = "/feed", tag = "compatible", operation_id = "feed", 
    responses((status = 200, content_type = "application/atom+xml", body = String)))]
pub async fn of_collection(State(served): State<Served>, origin: Origin) -> Result<Response, Refusal> {
    feed(&served, &origin, Scope::default()).await
}

/// Those of a service
#[utoipa::path(get, path = "/feed/{serviceId}", tag = "compatible", operation_id = "feedOfService", params(("serviceId" = String, Path)), 
    responses((status = 200, content_type = "application/atom+xml", body = String), (status = 404, content_type = "text/plain", body = String)))]
pub async fn of_service(
    State(served): State<Served>,
    origin: Origin,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let service = declared_service(&served.declared(), &id)?;
    feed(&served, &origin, Scope { service: Some(service), terms_type: None }).await
}

/// Those of a terms
#[utoipa::path(get, path = "/feed/{serviceId}/{termsType}", tag = "compatible", operation_id = "feedOfTerms", params(("serviceId" = String, Path), ("termsType" = String, Path)), 
    responses((status = 200, content_type = "application/atom+xml", body = String), (status = 404, content_type = "text/plain", body = String)))]
pub async fn of_terms(
    State(served): State<Served>,
    origin: Origin,
    Path((id, terms_type)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let declared = served.declared();
    let service = declared_service(&declared, &id)?;
    let terms = declared.service(&id).and_then(|service| {
        service.terms.iter().map(|terms| &terms.key.terms_type).find(|declared| declared.as_str() == terms_type)
    });
    let terms_type = terms.ok_or(Refusal::Text("Terms type not found for this service"))?.clone();
    feed(&served, &origin, Scope { service: Some(service), terms_type: Some(terms_type) }).await
}

fn declared_service(declared: &Declared, id: &str) -> Result<ServiceId, Refusal> {
    declared.service(id).map(|service| service.id.clone()).ok_or(Refusal::Text("Service not found"))
}

async fn feed(served: &Served, origin: &Origin, scope: Scope) -> Result<Response, Refusal> {
    let filter = RecordFilter {
        service: scope.service.clone(),
        terms_type: scope.terms_type.clone(),
        kinds: vec![Kind::First, Kind::Change],
        limit: Some(served.config().feed.limit),
        ..RecordFilter::default()
    };
    let records = served.versions(move |versions| versions.list(&filter)).await?;
    let newest = records.first().map(|record| record.date);
    let mime = (header::CONTENT_TYPE, "application/atom+xml; charset=utf-8");
    let mut response = ([mime], write_compatible(&built(served, origin, &scope, &records))).into_response();
    if let Some(newest) = newest {
        response.headers_mut().insert(header::LAST_MODIFIED, last_modified(newest));
    }
    Ok(response)
}

fn built(served: &Served, origin: &Origin, scope: &Scope, records: &[RecordEntry]) -> CompatibleFeed {
    let declared = served.declared();
    let metadata = &declared.metadata;
    let names = [scope.service.as_ref().map(ServiceId::as_str), scope.terms_type.as_ref().map(TermsType::as_str)];
    let names = || names.into_iter().flatten();
    let id = names().fold(format!("tag:opentermsarchive.org,2026:feed:{}", metadata.id), |id, name| id + ":" + name);
    let base = origin.at(served.base());
    CompatibleFeed {
        title: metadata.name.clone(),
        id,
        updated: records.first().map_or(DateTime::UNIX_EPOCH, |record| record.date),
        url: names().fold(format!("{base}/feed"), |url, name| url + "/" + &encoded(name)),
        subtitle: metadata.text("tagline").map(str::to_owned),
        logo: metadata.text("logo").map(str::to_owned),
        entries: records.iter().map(|record| entry(served, &base, &metadata.id, record)).collect(),
    }
}

fn entry(served: &Served, base: &str, collection: &str, record: &RecordEntry) -> CompatibleEntry {
    let (service, terms_type) = (record.terms.service.as_str(), record.terms.terms_type.as_str());
    let is_first = record.kind == Kind::First;
    let (url, mime) = match &served.config().feed.version_url_template {
        Some(template) => (template.replacen("%VERSION_ID", record.id.as_str(), 1), "text/html"),
        None => {
            let date = record.date.to_rfc3339_opts(SecondsFormat::Secs, true);
            let names = [service, terms_type, &date].map(encoded).join("/");
            (format!("{base}/version/{names}"), "application/json")
        }
    };
    let title = if is_first { "First record of" } else { "Record new changes of" };
    CompatibleEntry {
        // The kind of storage is a part of the id: the same commits must have the same ids for subscribers.
        id: format!("tag:opentermsarchive.org,2026:version:{collection}:git:{}", record.id),
        url,
        mime,
        title: format!("{title} {service} {terms_type}"),
        updated: record.date,
        categories: vec![
            ("service", service.to_owned()),
            ("terms-type", terms_type.to_owned()),
            ("record-type", if is_first { "First record" } else { "Change" }.to_owned()),
        ],
    }
}
