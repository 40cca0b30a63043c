//! How much is recorded, by month and by service.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Kind, Version};
use crate::records::{Order, RecordFilter, RecordStore, Recordable, RecordsError};
use crate::web::{Problem, Served};

/// How much is declared and recorded.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatsBody {
    /// Services that are declared.
    pub services: usize,
    /// Terms that are declared.
    pub terms: usize,
    pub snapshots: usize,
    pub versions: Counts,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_version: Option<DateTime<Utc>>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_version: Option<DateTime<Utc>>,
    /// Versions by month, such as `2026-05`, oldest first.
    pub by_month: BTreeMap<String, Counts>,
    /// Versions by service, also of those that are not declared any more.
    pub by_service: BTreeMap<String, Counts>,
}

/// Versions by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub first: usize,
    pub changes: usize,
    pub technical_upgrades: usize,
}

/// How much is declared and recorded
#[utoipa::path(get, path = "/stats", operation_id = "stats", tag = "collection", responses((status = 200, body = StatsBody)))]
pub async fn stats(State(served): State<Served>) -> Result<Response, Problem> {
    let newest_snapshot = served.snapshots(|snapshots| newest(snapshots)).await?;
    let newest_version = served.versions(|versions| newest(versions)).await?;
    let declared = served.declared();
    let (services, terms) = (declared.collection.services.len(), declared.collection.terms().count());
    let name = format!("stats {services} {terms} {newest_snapshot} {newest_version}");
    let body = match served.cache().get(&name) {
        Some(body) => body,
        None => {
            let snapshots = served.snapshots(|snapshots| snapshots.count(&RecordFilter::default())).await?;
            let counted = served.versions(|versions| counted(versions)).await?;
            let body = StatsBody { services, terms, snapshots, ..counted };
            let body = serde_json::to_string(&body).expect("numbers and names become JSON");
            served.cache().put(&name, Bytes::from(body))
        }
    };
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// The id of the last record, which tells whether anything was recorded since.
fn newest<T: Recordable>(store: &dyn RecordStore<T>) -> Result<String, RecordsError> {
    let filter = RecordFilter { order: Order::LastRecordedFirst, limit: Some(1), ..RecordFilter::default() };
    Ok(store.list(&filter)?.first().map(|entry| entry.id.to_string()).unwrap_or_default())
}

fn counted(versions: &dyn RecordStore<Version>) -> Result<StatsBody, RecordsError> {
    let entries = versions.list(&RecordFilter::default())?;
    let mut body = StatsBody {
        first_version: entries.iter().map(|entry| entry.date).min(),
        last_version: entries.iter().map(|entry| entry.date).max(),
        ..StatsBody::default()
    };
    for entry in &entries {
        body.versions.add(entry.kind);
        body.by_month.entry(entry.date.format("%Y-%m").to_string()).or_default().add(entry.kind);
        let service = versions.name_today(&entry.terms, entry.date).service;
        body.by_service.entry(service.to_string()).or_default().add(entry.kind);
    }
    Ok(body)
}

impl Counts {
    fn add(&mut self, kind: Kind) {
        match kind {
            Kind::First => self.first += 1,
            Kind::Change => self.changes += 1,
            Kind::TechnicalUpgrade => self.technical_upgrades += 1,
        }
    }
}
