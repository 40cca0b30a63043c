//! Prints what tracking costs: 200 terms on a loopback server that answers at once, tracked first and unchanged.
//!
//! The reference engine takes 88 s of processor time for the first run and 140 to 160 s for an unchanged one.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use axum::Router;
use axum::extract::Path as UrlPath;
use axum::response::Html;
use axum::routing::get;

const TERMS: usize = 200;
const FIRST_RUN_BOUND: f64 = 5.0;
const UNCHANGED_RUN_BOUND: f64 = 1.0;
const MEMORY_BOUND_MB: f64 = 150.0;

/// What one run of the binary took.
struct Cost {
    cpu_seconds: f64,
    wall_seconds: f64,
    peak_mb: f64,
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let port = runtime.block_on(serve());
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    declare(folder.path(), port);

    println!("{TERMS} terms of {} KB each", page(0).len() / 1024);
    report("first run", &track(folder.path()), FIRST_RUN_BOUND);
    report("unchanged run", &track(folder.path()), UNCHANGED_RUN_BOUND);
}

async fn serve() -> u16 {
    let router =
        Router::new().route("/{number}", get(|UrlPath(number): UrlPath<usize>| async move { Html(page(number)) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback can be bound");
    let port = listener.local_addr().expect("a bound listener has an address").port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

/// A page of usual size: some 60 KB, a third of it terms.
fn page(number: usize) -> String {
    let menu = "<li><a href=\"/products/all?ref=menu\">Products and services</a></li>".repeat(500);
    let clause = |n: usize| {
        format!(
            "<h2>{n}. Your content</h2><p>You keep the rights you hold in what you post, and grant us a licence to \
             show it on <a href=\"/help/{n}\">our pages</a>. We may end the service with <strong>thirty days</strong> \
             of notice.</p><ul><li>by letter</li><li>by e-mail to <em>platform {number}</em></li></ul>"
        )
    };
    let clauses: String = (1..=70).map(clause).collect();
    format!("<!doctype html><html><body><nav><ul>{menu}</ul></nav><main>{clauses}</main></body></html>")
}

fn declare(folder: &Path, port: u16) {
    let declarations = folder.join("declarations");
    fs::create_dir_all(&declarations).expect("the folder is ours");
    for number in 0..TERMS {
        let url = format!("http://platform-{number}.localhost:{port}/{number}");
        let declaration = format!(
            r#"{{"name":"Platform {number}","terms":{{"Terms of Service":{{"fetch":"{url}","select":"main"}}}}}}"#
        );
        fs::write(declarations.join(format!("Platform {number}.json")), declaration).expect("the folder is ours");
    }
    let config = r#"{"@opentermsarchive/engine":{"fetcher":{"allowPrivateAddresses":true,"hostDelay":0}}}"#;
    fs::create_dir_all(folder.join("config")).expect("the folder is ours");
    fs::write(folder.join("config/default.json"), config).expect("the folder is ours");
}

fn track(folder: &Path) -> Cost {
    let before = children_cpu();
    let started = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_fineprint"))
        .args(["track", "--quiet", "--collection"])
        .arg(folder)
        .stdout(Stdio::null())
        .status()
        .expect("the binary runs");
    assert!(status.success(), "track ended with {status}");
    Cost {
        cpu_seconds: children_cpu() - before,
        wall_seconds: started.elapsed().as_secs_f64(),
        peak_mb: usage().ru_maxrss as f64 / 1024.0,
    }
}

fn report(name: &str, cost: &Cost, bound: f64) {
    println!(
        "{name}: {:.2} s CPU ({:.0} % of the {bound} s allowed), {:.2} s in all, {:.0} MB at most ({:.0} % of {MEMORY_BOUND_MB} MB)",
        cost.cpu_seconds,
        cost.cpu_seconds / bound * 100.0,
        cost.wall_seconds,
        cost.peak_mb,
        cost.peak_mb / MEMORY_BOUND_MB * 100.0
    );
}

fn children_cpu() -> f64 {
    let usage = usage();
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// What all children that ended have used.
fn usage() -> libc::rusage {
    // SAFETY: `rusage` is plain numbers, for which zero is valid, and the call only writes into it.
    unsafe {
        let mut usage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage);
        usage
    }
}
