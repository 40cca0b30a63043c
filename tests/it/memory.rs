//! What a crowd of hostile servers costs a run: nothing to the other documents, and never much memory.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::collection::TestCollection;
use crate::hostile::{OK, send_bomb, server};
use crate::site::{Page, Site};

const MOST_MEGABYTES: u64 = 200;

/// How a server misbehaves, and what that is called.
type Row = (&'static str, fn(&mut TcpStream) -> std::io::Result<()>, &'static str);

const CROWD: [Row; 4] = [
    ("Bomb", send_bomb, "too-large"),
    ("Endless", send_without_end, "too-large"),
    ("Headers", send_headers, "too-large"),
    ("Window", send_wide_window, "not-understood"),
];

/// How many servers of each sort there are.
const OF_EACH: usize = 4;

fn send_without_end(stream: &mut TcpStream) -> std::io::Result<()> {
    write!(stream, "{OK}\r\n")?;
    let block = vec![b'x'; 1 << 16];
    loop {
        stream.write_all(&block)?;
    }
}

fn send_headers(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
    let line = format!("X-Long: {}\r\n", "x".repeat(1 << 16));
    (0..1600).try_for_each(|_| stream.write_all(line.as_bytes()))
}

/// The head of a frame of Zstandard that wants 128 MB to be unpacked, and a block of it.
fn send_wide_window(stream: &mut TcpStream) -> std::io::Result<()> {
    write!(stream, "{OK}Content-Encoding: zstd\r\nContent-Length: 10\r\n\r\n")?;
    let window = (27 - 10) << 3;
    stream.write_all(&[0x28, 0xb5, 0x2f, 0xfd, 0, window, 0x02, 0, 0x10, b' '])
}

/// The most memory that a process ever held, in megabytes, once it has ended.
fn peak_of(process: &mut Child) -> u64 {
    let status = format!("/proc/{}/status", process.id());
    let mut peak = 0;
    while process.try_wait().unwrap().is_none() {
        let told = fs::read_to_string(&status).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or_default() / 1024);
        std::thread::yield_now();
    }
    peak
}

#[test]
fn a_crowd_of_hostile_servers_costs_little_memory_and_no_other_document() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.configure(json!({ "navigationTimeout": 60_000, "parallelHosts": 2 * OF_EACH * CROWD.len() }));
    for (name, behave, _) in CROWD {
        for number in 0..OF_EACH {
            let url = server(behave).replace("127.0.0.1", &format!("{name}-{number}.localhost").to_lowercase());
            collection.declare(&format!("{name} {number}"), "Imprint", json!({ "fetch": url, "select": "main" }));
        }
    }
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));

    let mut run = collection.command(&["track"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let peak = peak_of(&mut run);

    let checks = collection.run(&["checks", "--jsonl", "--limit", "1000"]).stdout;
    let checks: Vec<Value> = checks.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: BTreeMap<String, &Value> =
        checks.iter().map(|check| (check["service"].as_str().unwrap().to_owned(), &check["failure"]["kind"])).collect();
    for (name, _, kind) in CROWD {
        for number in 0..OF_EACH {
            assert_eq!(*kinds[&format!("{name} {number}")], *kind, "{name} {number}");
        }
    }
    assert_eq!(collection.subjects("versions"), ["First record of Acme Imprint"]);
    assert!(peak > 0 && peak < MOST_MEGABYTES, "{peak} MB");
}
