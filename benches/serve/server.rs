//! The server: the binary itself, in a process of its own, watched from outside.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A server that ends with this value.
pub struct Server {
    process: Child,
    address: String,
    figures: String,
}

/// How many requests were answered within each of some times, as the server counts them.
pub struct Times(BTreeMap<String, f64>);

impl Server {
    /// Starts it on the collection in a folder.
    pub fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fineprint"));
        command.args(["--quiet", "--collection"]).arg(folder).args(["serve", "--port", "0"]);
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let mut lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
        let mut address = || {
            let line = lines.next().expect("it tells where it listens").expect("it is text");
            line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address").to_owned()
        };
        let (address, figures) = (address(), address());
        Self { process, address, figures }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it holds in memory.
    pub fn megabytes(&self) -> usize {
        self.megabytes_of("VmRSS:")
    }

    /// The most that it held at any moment.
    pub fn most_megabytes(&self) -> usize {
        self.megabytes_of("VmHWM:")
    }

    fn megabytes_of(&self, name: &str) -> usize {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib: usize = line.and_then(|rest| rest.trim().split(' ').next()?.parse().ok()).unwrap_or(0);
        kib / 1024
    }

    pub fn times(&self) -> Times {
        let mut stream = TcpStream::connect(&self.figures).expect("it serves figures");
        let request = "GET /metrics HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("it answers");
        let mut times = BTreeMap::new();
        for line in text.lines().filter(|line| line.contains("duration_seconds_bucket")) {
            let end = line.split("le=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            let count: f64 = line.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0.0);
            *times.entry(end.to_owned()).or_default() += count;
        }
        Times(times)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which those who asked it have noticed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Times {
    pub fn since(self, before: &Self) -> Self {
        let past = |end: &str| before.0.get(end).copied().unwrap_or(0.0);
        Self(self.0.into_iter().map(|(end, count)| (end.clone(), count - past(&end))).collect())
    }

    /// The part of all requests that took so many seconds at most.
    pub fn percent_within(&self, seconds: &str) -> f64 {
        let count = |end: &str| self.0.get(end).copied().unwrap_or(0.0);
        100.0 * count(seconds) / count("+Inf").max(1.0)
    }
}
