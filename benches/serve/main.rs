//! Measures the server as it is shipped: 50 clients at once, one route after the other, while versions are recorded;
//! then requests of mixed kinds, none of which may fail or be answered with less than what is committed.
//!
//! `cargo bench --bench serve` makes a synthetic archive of as many records as the largest real one has. `-- PATH`
//! serves a copy of a repository of versions, `-- --records N` another number, `-- --requests N` makes so many mixed
//! requests, and `-- --quick` leaves the routes out.

mod clients;
mod collection;
mod mixed;
mod server;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clients::{Clients, Load};
use collection::Recorder;
use fineprint::records::RecordEntry;
use server::Server;

/// Records in a synthetic archive, unless it is said otherwise: those of the largest real one.
const RECORDS: usize = 42_632;

/// Requests of mixed kinds, unless it is said otherwise.
const REQUESTS: usize = 100_000;

/// How long each route is asked for.
const TIME: Duration = Duration::from_secs(4);

/// How long clients who do not ask all the time wait after an answer.
const PAUSE: Duration = Duration::from_millis(50);

/// What is measured, as given after `--`.
struct Asked {
    archive: Option<PathBuf>,
    records: usize,
    requests: usize,
    is_quick: bool,
}

fn main() {
    let asked = Asked::given();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let entries = collection::make(folder.path(), asked.archive.as_deref(), asked.records);
    let mut clients = Clients::new();
    let begin = Instant::now();
    let server = Server::start(folder.path());
    clients.wait_for(server.address(), "/ready");
    println!("{} versions, {} clients", entries.len(), clients::CLIENTS);
    println!("  ready after              {:.0?}", begin.elapsed());
    let cold = clients.time_of(server.address(), "/v1/feeds/changes.atom?significant=all");
    println!("  cold feed                {cold:.0?}, memory {} MB", server.megabytes());
    let recorder = Recorder::start(folder.path());
    if !asked.is_quick {
        println!("\nten versions a second are recorded meanwhile, and flushed every two");
        println!("\neach client asks twenty times a second");
        ask_routes(&mut clients, &server, &entries, PAUSE);
        println!("\neach client asks as often as it is answered");
        ask_routes(&mut clients, &server, &entries, Duration::ZERO);
    }
    println!("\n{} requests of mixed kinds, while versions are recorded", asked.requests);
    mixed::ask(&mut clients, &server, &recorder, &entries, asked.requests);
    println!("  recorded in all          {}", recorder.stop());
}

impl Asked {
    fn given() -> Self {
        let mut asked = Self { archive: None, records: RECORDS, requests: REQUESTS, is_quick: false };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut number = || arguments.next().and_then(|number| number.parse().ok()).expect("a number follows");
            match argument.as_str() {
                "--records" => asked.records = number(),
                "--requests" => asked.requests = number(),
                "--quick" => asked.is_quick = true,
                // Cargo adds `--bench`.
                other if other.starts_with("--") => {}
                path => asked.archive = Some(path.into()),
            }
        }
        asked
    }
}

fn ask_routes(clients: &mut Clients, server: &Server, entries: &[RecordEntry], pause: Duration) {
    println!(
        "  route                    requests/s  p50 and p99 at the client   server ≤ 2 ms  ≤ 10 ms  failed  memory"
    );
    for (name, paths) in routes(entries) {
        let before = server.times();
        let Load { requests, failed, p50, p99 } = clients.ask_for(server.address(), &paths, TIME, pause);
        let times = server.times().since(&before);
        let rate = requests as f64 / TIME.as_secs_f64();
        println!(
            "  {name:<24} {rate:>10.0} {p50:>13.2?} {p99:>12.2?} {:>15.1} % {:>6.1} % {failed:>7} {:>4} MB",
            times.percent_within("0.002"),
            times.percent_within("0.01"),
            server.megabytes()
        );
    }
}

/// What is asked for; where several, one after the other.
fn routes(entries: &[RecordEntry]) -> Vec<(&'static str, Vec<String>)> {
    let some = || entries.iter().step_by(entries.len() / 500 + 1);
    let one = |path: &str| vec![path.to_owned()];
    vec![
        ("version by date", some().map(collection::address_by_date).collect()),
        ("version by id", some().map(|entry| format!("/v1/version/{}", entry.id)).collect()),
        ("versions?limit=100", one("/v1/versions?limit=100")),
        ("feed", one("/v1/feed")),
        ("feeds/changes.atom", one("/v1/feeds/changes.atom?significant=all")),
        ("services", one("/v1/services")),
    ]
}
