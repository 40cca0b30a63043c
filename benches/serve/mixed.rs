//! Requests of mixed kinds, as clients, readers, researchers and strangers make them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use fineprint::records::RecordEntry;

use crate::clients::{CLIENTS, Client, Clients};
use crate::collection::{Recorder, address_by_date};
use crate::server::Server;

/// How often memory is looked at.
const LOOKS: usize = 10;

/// Of so many requests, one asks for what was recorded last.
const BETWEEN_CHECKS: usize = 50;

/// What all clients share.
struct Work {
    address: String,
    paths: Vec<String>,
    /// How many requests there are still to make.
    left: AtomicUsize,
    failed: AtomicUsize,
    stale: AtomicUsize,
    checked: AtomicUsize,
}

/// Asks so often, and tells what failed, what was stale, and how memory went.
pub fn ask(clients: &mut Clients, server: &Server, recorder: &Recorder, entries: &[RecordEntry], requests: usize) {
    let work = Arc::new(Work {
        address: server.address().to_owned(),
        paths: paths(entries),
        left: AtomicUsize::new(0),
        failed: AtomicUsize::new(0),
        stale: AtomicUsize::new(0),
        checked: AtomicUsize::new(0),
    });
    let (begin, mut memory) = (Instant::now(), Vec::new());
    for _ in 0..LOOKS {
        work.left.store(requests / LOOKS, Ordering::Relaxed);
        std::thread::scope(|scope| {
            for number in 0..CLIENTS {
                let (work, runtime) = (Arc::clone(&work), clients.runtime().handle().clone());
                scope.spawn(move || runtime.block_on(one_client(&work, recorder, number * 131)));
            }
        });
        memory.push(server.megabytes().to_string());
    }
    let rate = requests as f64 / begin.elapsed().as_secs_f64();
    let [failed, stale, checked] = [&work.failed, &work.stale, &work.checked].map(|of| of.load(Ordering::Relaxed));
    println!("  requests/s               {rate:.0}");
    println!("  answered 5xx             {failed}");
    println!("  older than the commit    {stale} of {checked}");
    println!("  memory along the way     {} MB", memory.join(", "));
}

async fn one_client(work: &Work, recorder: &Recorder, mut number: usize) {
    let mut client = Client::connected(&work.address).await;
    while work.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
        number += 1;
        if number.is_multiple_of(BETWEEN_CHECKS) {
            check_newest(work, recorder, &mut client).await;
            continue;
        }
        let line = ["", "accept-encoding: gzip\r\n", "if-none-match: \"x\"\r\n"][number % 3];
        let status = client.ask_with(&work.paths[number % work.paths.len()], line).await;
        work.failed.fetch_add(usize::from(status >= 500), Ordering::Relaxed);
    }
}

/// What was committed before the question has to be in the answer.
async fn check_newest(work: &Work, recorder: &Recorder, client: &mut Client) {
    let committed = recorder.committed();
    let status = client.ask("/v1/versions?limit=1").await;
    let answer = client.answer();
    let id = answer.split("\"id\":\"").nth(1).and_then(|rest| rest.get(..40)).unwrap_or_default();
    work.failed.fetch_add(usize::from(status >= 500), Ordering::Relaxed);
    work.stale.fetch_add(usize::from(recorder.place_of(id) < committed), Ordering::Relaxed);
    work.checked.fetch_add(1, Ordering::Relaxed);
}

fn paths(entries: &[RecordEntry]) -> Vec<String> {
    let mut paths: Vec<String> = FIXED.iter().map(|path| (*path).to_owned()).collect();
    for pair in entries.windows(2).step_by(entries.len() / 100 + 1) {
        let (entry, other) = (&pair[0], &pair[1]);
        let service = entry.terms.service.as_str().replace(' ', "%20");
        paths.extend([
            address_by_date(entry),
            format!("/v1/version/{}", entry.id),
            format!("/v1/version/{}.md", entry.id),
            format!("/v1/diff/{}/{}.html", other.id, entry.id),
            format!("/v1/service/{service}"),
            format!("/v1/versions/{service}?limit=10"),
            format!("/v1/feed/{service}"),
            format!("/v1/feeds/changes.rss?service={service}&significant=all"),
            format!("/v1/feeds/changes.json?service={service}&lang=fr"),
            format!("/en/changes/{}", entry.id),
        ]);
    }
    paths
}

const FIXED: &[&str] = &[
    "/",
    "/en",
    "/fr/changes",
    "/en/subscribe?q=data",
    "/v1",
    "/v1/metadata",
    "/v1/services",
    "/v1/feed",
    "/v1/versions?limit=100",
    "/v1/versions.csv?kind=first&limit=50",
    "/v1/versions?significant=true&offset=1000",
    "/v1/snapshots",
    "/v1/stats",
    "/v1/terms-types",
    "/v1/status",
    "/v1/checks",
    "/v1/search?q=object",
    "/v1/versions?q=month",
    "/v1/feeds/changes.atom",
    "/v1/feeds/changes.atom?significant=all&archive=1",
    "/v1/feeds.opml",
    "/v1/openapi.json",
    "/v1/docs/",
    "/v1/nothing",
    "/v1/version/HEAD",
    "/v1/version/A/B/soon",
    "/v1/versions?sience=2020",
    "/v1/service/..%2Fetc",
    "/health",
    "/ready",
];
