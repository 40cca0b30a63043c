//! What is noted of every request: a line in the log, and figures for Prometheus.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::Served;
use super::client::client;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Upper ends of the times that are counted together, in seconds.
const TIMES: [f64; 10] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.3, 1.0, 5.0];

/// Names of routes that figures are told by; whatever else is asked for counts as `other`.
const ROUTES: &[&str] = &[
    "metadata",
    "services",
    "service",
    "version",
    "feed",
    "docs",
    "versions",
    "diff",
    "snapshots",
    "snapshot",
    "terms-types",
    "stats",
    "timegate",
    "timemap",
    "feeds",
    "openapi.json",
    "search",
    "status",
    "checks",
    "feeds.opml",
    "health",
    "ready",
];

/// Figures since the start.
pub struct Figures {
    registry: Registry,
    requests: Family<Outcome, Counter>,
    seconds: Family<Route, Histogram>,
    under_way: Gauge,
    next_id: AtomicU64,
    /// Tells the ids of this process from those of others.
    start: u64,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: &'static str,
}

impl Figures {
    pub fn new() -> Self {
        let requests = Family::<Outcome, Counter>::default();
        let seconds = Family::<Route, Histogram>::new_with_constructor(|| Histogram::new(TIMES));
        let under_way = Gauge::default();
        let mut registry = Registry::with_prefix("fineprint");
        registry.register("http_requests", "Requests that were answered", requests.clone());
        registry.register_with_unit("http_request_duration", "Time to answer", Unit::Seconds, seconds.clone());
        registry.register("http_requests_under_way", "Requests that are being answered", under_way.clone());
        let start = u64::try_from(chrono::Utc::now().timestamp_micros()).unwrap_or_default();
        Self { registry, requests, seconds, under_way, next_id: AtomicU64::new(1), start }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a String takes all that is written");
        text
    }

    fn next_id(&self) -> HeaderValue {
        let number = self.next_id.fetch_add(1, Ordering::Relaxed);
        HeaderValue::from_str(&format!("{:x}-{number:x}", self.start)).expect("digits are a header's value")
    }
}

/// A request that is being answered, or until its client hung up.
struct UnderWay(Gauge);

impl UnderWay {
    fn begun(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Notes a request and what came of it.
pub async fn note(State(served): State<Served>, request: Request, next: Next) -> Response {
    let figures = served.figures();
    let (begin, id, route) = (Instant::now(), figures.next_id(), route(&served, request.uri().path()));
    let client = client(request.extensions(), request.headers(), &served.config().trusted_proxies);
    let (method, address) = (request.method().clone(), request.uri().clone());
    let under_way = UnderWay::begun(&figures.under_way);
    let mut response = next.run(request).await;
    drop(under_way);
    let (status, time) = (response.status().as_u16(), begin.elapsed());
    figures.requests.get_or_create(&Outcome { route, status }).inc();
    figures.seconds.get_or_create(&Route { route }).observe(time.as_secs_f64());
    let client = client.map(tracing::field::display);
    let request_id = id.to_str().unwrap_or_default();
    tracing::info!(%method, %address, status, ms = time.as_secs_f64() * 1e3, client, request.id = request_id, "answered");
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

fn route(served: &Served, path: &str) -> &'static str {
    let below = path.strip_prefix(served.base()).unwrap_or(path).trim_start_matches('/');
    let name = below.split(['/']).next().unwrap_or_default();
    let known = ROUTES.iter().find(|route| name.eq_ignore_ascii_case(route));
    known.copied().or_else(|| name.is_empty().then_some("root")).unwrap_or("other")
}

/// The figures, to be served apart from all else.
pub fn router(served: &Served) -> Router {
    Router::new().route("/metrics", get(figures)).with_state(served.clone())
}

async fn figures(State(served): State<Served>) -> Response {
    let mime = [(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
    (mime, served.figures().text()).into_response()
}
