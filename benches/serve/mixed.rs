//! Requests of mixed kinds, as clients, readers, researchers and strangers make them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fineprint::records::RecordEntry;

use crate::clients::{CLIENTS, Client, Clients};
use crate::collection::{Recorder, address_by_date};
use crate::server::Server;

/// How often memory is looked at.
const LOOKS: usize = 10;

/// Of so many requests, one asks for what was recorded last.
const BETWEEN_CHECKS: usize = 50;

/// How many kinds of requests are told of: those that clients waited for longest in all.
const TOLD: usize = 8;

/// What is asked for, and of which kind that is.
type Path = (&'static str, String);

/// How often a kind was asked for, how long clients waited in all, and how long the one that waited longest.
type Waits = BTreeMap<&'static str, (usize, Duration, Duration)>;

/// What all clients share.
struct Work {
    address: String,
    paths: Vec<Path>,
    waits: Mutex<Waits>,
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
        waits: Mutex::default(),
        left: AtomicUsize::new(0),
        failed: AtomicUsize::new(0),
        stale: AtomicUsize::new(0),
        checked: AtomicUsize::new(0),
    });
    let begin = Instant::now();
    println!("         so far   requests/s   memory");
    for look in 1..=LOOKS {
        let begun = Instant::now();
        work.left.store(requests / LOOKS, Ordering::Relaxed);
        std::thread::scope(|scope| {
            for number in 0..CLIENTS {
                let (work, runtime) = (Arc::clone(&work), clients.runtime().handle().clone());
                scope.spawn(move || runtime.block_on(one_client(&work, recorder, number * 131)));
            }
        });
        let (so_far, rate) = (look * requests / LOOKS, (requests / LOOKS) as f64 / begun.elapsed().as_secs_f64());
        println!("  {so_far:>13} {rate:>12.0} {:>5} MB", server.megabytes());
    }
    let rate = requests as f64 / begin.elapsed().as_secs_f64();
    let [failed, stale, checked] = [&work.failed, &work.stale, &work.checked].map(|of| of.load(Ordering::Relaxed));
    println!("  requests/s               {rate:.0}");
    println!("  answered 5xx             {failed}");
    println!("  older than the commit    {stale} of {checked}");
    println!("  memory at most           {} MB", server.most_megabytes());
    tell_waits(&work.waits.lock().expect("nobody panics with it"));
}

fn tell_waits(waits: &Waits) {
    let mut longest: Vec<_> = waits.iter().collect();
    longest.sort_by_key(|(_, (_, total, _))| std::cmp::Reverse(*total));
    println!("  what was waited for longest in all, how often, how long on average and at most:");
    for (kind, (count, total, most)) in longest.into_iter().take(TOLD) {
        let average = *total / u32::try_from(*count).unwrap_or(u32::MAX);
        println!("    {kind:<52} {count:>8} {average:>10.2?} {most:>10.2?}");
    }
}

async fn one_client(work: &Work, recorder: &Recorder, mut number: usize) {
    let (mut client, mut waits) = (Client::connected(&work.address).await, Waits::new());
    while work.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
        number += 1;
        if number.is_multiple_of(BETWEEN_CHECKS) {
            check_newest(work, recorder, &mut client).await;
            continue;
        }
        let line = ["", "accept-encoding: gzip\r\n", "if-none-match: \"x\"\r\n"][number % 3];
        let (kind, path) = &work.paths[number % work.paths.len()];
        let begun = Instant::now();
        let status = client.ask_with(path, line).await;
        add(&mut waits, kind, (1, begun.elapsed(), begun.elapsed()));
        work.failed.fetch_add(usize::from(status >= 500), Ordering::Relaxed);
    }
    let mut all = work.waits.lock().expect("nobody panics with it");
    waits.into_iter().for_each(|(kind, own)| add(&mut all, kind, own));
}

fn add(waits: &mut Waits, kind: &'static str, (count, total, most): (usize, Duration, Duration)) {
    let all = waits.entry(kind).or_default();
    *all = (all.0 + count, all.1 + total, all.2.max(most));
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

fn paths(entries: &[RecordEntry]) -> Vec<Path> {
    let mut paths: Vec<Path> = FIXED.iter().map(|path| (*path, (*path).to_owned())).collect();
    for pair in entries.windows(2).step_by(entries.len() / 100 + 1) {
        let (entry, other) = (&pair[0], &pair[1]);
        let service = entry.terms.service.as_str().replace(' ', "%20");
        paths.extend([
            ("/v1/version/SERVICE/TYPE/DATE", address_by_date(entry)),
            ("/v1/version/ID", format!("/v1/version/{}", entry.id)),
            ("/v1/version/ID.md", format!("/v1/version/{}.md", entry.id)),
            ("/v1/diff/ID/ID.html", format!("/v1/diff/{}/{}.html", other.id, entry.id)),
            ("/v1/service/SERVICE", format!("/v1/service/{service}")),
            ("/v1/versions/SERVICE?limit=10", format!("/v1/versions/{service}?limit=10")),
            ("/v1/feed/SERVICE", format!("/v1/feed/{service}")),
            (
                "/v1/feeds/changes.rss?service=SERVICE&significant=all",
                format!("/v1/feeds/changes.rss?service={service}&significant=all"),
            ),
            (
                "/v1/feeds/changes.json?service=SERVICE&lang=fr",
                format!("/v1/feeds/changes.json?service={service}&lang=fr"),
            ),
            ("/en/changes/ID", format!("/en/changes/{}", entry.id)),
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
