//! How much is recorded, by month and by service.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Kind;
use crate::records::{Order, RecordFilter, RecordStore, Recordable, RecordsError, Tally};
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
    let name = format!("stats {} {newest_snapshot} {newest_version}", served.declared_stamp());
    let body = match served.cache().get(&name) {
        Some(body) => body,
        None => {
            let snapshots =
                served.snapshots(|snapshots| snapshots.tallies()).await?.iter().map(|tally| tally.records).sum();
            let counted = served.versions(|versions| Ok(counted(&versions.tallies()?))).await?;
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

fn counted(tallies: &[Tally]) -> StatsBody {
    let mut body = StatsBody {
        first_version: tallies.iter().map(|tally| tally.first).min(),
        last_version: tallies.iter().map(|tally| tally.last).max(),
        ..StatsBody::default()
    };
    for tally in tallies {
        body.versions.add(tally);
        body.by_month.entry(tally.first.format("%Y-%m").to_string()).or_default().add(tally);
        body.by_service.entry(tally.terms.service.to_string()).or_default().add(tally);
    }
    body
}

impl Counts {
    fn add(&mut self, tally: &Tally) {
        match tally.kind {
            Kind::First => self.first += tally.records,
            Kind::Change => self.changes += tally.records,
            Kind::TechnicalUpgrade => self.technical_upgrades += tally.records,
        }
    }
}
