//! Prints how near a run comes to the ideal schedule: 1,000 terms on 200 loopback hosts that answer after 200 ms.
//!
//! Ideal is what pacing alone allows: on each host, answers and the pauses between them; as many hosts side by side as
//! are configured; jitter on average.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::response::Html;
use axum::routing::get;

const HOSTS: usize = 200;
const TERMS_OF_HOST: usize = 5;
const PARALLEL_HOSTS: usize = 50;
const LATENCY: f64 = 0.2;
const PAUSE: f64 = 1.0;
/// Pauses are lengthened by up to a tenth.
const MEAN_PAUSE: f64 = PAUSE * 1.05;
const THROUGHPUT_BOUND: f64 = 95.0;
const CPU_BOUND_MS: f64 = 2.0;
const MEMORY_BOUND_MB: f64 = 200.0;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let port = runtime.block_on(serve());
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    declare(folder.path(), port);

    for run in ["first run", "unchanged run"] {
        report(run, track(folder.path()));
    }
}

async fn serve() -> u16 {
    let page = || async {
        tokio::time::sleep(Duration::from_secs_f64(LATENCY)).await;
        Html(format!("<html><body><main>{}</main></body></html>", "<p>You may leave at any time.</p>".repeat(400)))
    };
    let router = Router::new().route("/{number}", get(page));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback can be bound");
    let port = listener.local_addr().expect("a bound listener has an address").port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

fn declare(folder: &Path, port: u16) {
    let declarations = folder.join("declarations");
    fs::create_dir_all(&declarations).expect("the folder is ours");
    let types = ["Terms of Service", "Privacy Policy", "Trackers Policy", "Imprint", "Community Guidelines"];
    for host in 0..HOSTS {
        let terms = |(number, name): (usize, &str)| {
            format!(r#""{name}":{{"fetch":"http://host-{host}.localhost:{port}/{number}","select":"main"}}"#)
        };
        let terms: Vec<String> = types.into_iter().take(TERMS_OF_HOST).enumerate().map(terms).collect();
        let declaration = format!(r#"{{"name":"Host {host}","terms":{{{}}}}}"#, terms.join(","));
        fs::write(declarations.join(format!("Host {host}.json")), declaration).expect("the folder is ours");
    }
    let config = format!(
        r#"{{"fineprint":{{"fetcher":{{"allowPrivateAddresses":true,"hostDelay":{},"parallelHosts":{PARALLEL_HOSTS}}}}}}}"#,
        PAUSE * 1000.0
    );
    fs::create_dir_all(folder.join("config")).expect("the folder is ours");
    fs::write(folder.join("config/default.json"), config).expect("the folder is ours");
}

/// Seconds it took, and seconds of processor time.
fn track(folder: &Path) -> (f64, f64) {
    let cpu = |usage: libc::rusage| {
        let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
        seconds(usage.ru_utime) + seconds(usage.ru_stime)
    };
    let (before, started) = (cpu(usage()), Instant::now());
    let status = Command::new(env!("CARGO_BIN_EXE_fineprint"))
        .args(["track", "--quiet", "--collection"])
        .arg(folder)
        .stdout(Stdio::null())
        .status()
        .expect("the binary runs");
    assert!(status.success(), "track ended with {status}");
    (started.elapsed().as_secs_f64(), cpu(usage()) - before)
}

fn report(name: &str, (wall, cpu): (f64, f64)) {
    let of_host = TERMS_OF_HOST as f64 * LATENCY + (TERMS_OF_HOST - 1) as f64 * MEAN_PAUSE;
    let ideal = of_host * HOSTS.div_ceil(PARALLEL_HOSTS) as f64;
    println!(
        "{name}: {wall:.1} s, ideal {ideal:.1} s: {:.1} % of its throughput (at least {THROUGHPUT_BOUND} %); {:.2} ms CPU \
         per document ({CPU_BOUND_MS} ms allowed unchanged); {:.0} MB at most ({MEMORY_BOUND_MB} MB allowed)",
        ideal / wall * 100.0,
        cpu * 1000.0 / (HOSTS * TERMS_OF_HOST) as f64,
        usage().ru_maxrss as f64 / 1024.0
    );
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
