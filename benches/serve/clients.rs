//! Clients that ask, each on one connection, one request after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// How many ask at once.
pub const CLIENTS: usize = 50;

/// The runtime that clients live in.
pub struct Clients {
    runtime: Runtime,
}

/// What came of asking.
pub struct Load {
    pub requests: usize,
    pub failed: usize,
    pub p50: Duration,
    pub p99: Duration,
}

/// A connection of one client.
pub struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Clients {
    pub fn new() -> Self {
        Self { runtime: Runtime::new().expect("the runtime starts") }
    }

    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Asks until the answer is 200.
    pub fn wait_for(&mut self, address: &str, path: &str) {
        self.runtime.block_on(async {
            let mut client = Client::connected(address).await;
            while client.ask(path).await != 200 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
    }

    /// How long one answer takes.
    pub fn time_of(&mut self, address: &str, path: &str) -> Duration {
        self.runtime.block_on(async {
            let mut client = Client::connected(address).await;
            let begin = Instant::now();
            assert_eq!(client.ask(path).await, 200, "{path}");
            begin.elapsed()
        })
    }

    /// Asks for some paths in turn, each client from another one on, for so long; with a pause after each answer.
    pub fn ask_for(&mut self, address: &str, paths: &[String], time: Duration, pause: Duration) -> Load {
        let (end, paths) = (Instant::now() + time, Arc::new(paths.to_vec()));
        let one = |number: usize| {
            let (address, paths) = (address.to_owned(), Arc::clone(&paths));
            self.runtime.spawn(async move { ask_until(end, pause, &address, &paths, number * 7).await })
        };
        let tasks: Vec<_> = (0..CLIENTS).map(one).collect();
        let (mut times, mut failed) = (Vec::new(), 0);
        for task in tasks {
            let (own, own_failed) = self.runtime.block_on(task).expect("a client goes on to its end");
            times.extend(own);
            failed += own_failed;
        }
        times.sort_unstable();
        let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
        Load { requests: times.len(), failed, p50: at(0.5), p99: at(0.99) }
    }
}

async fn ask_until(
    end: Instant,
    pause: Duration,
    address: &str,
    paths: &[String],
    mut number: usize,
) -> (Vec<Duration>, usize) {
    let mut client = Client::connected(address).await;
    let (mut times, mut failed) = (Vec::new(), 0);
    while Instant::now() < end {
        let begin = Instant::now();
        let status = client.ask(&paths[number % paths.len()]).await;
        times.push(begin.elapsed());
        failed += usize::from(status != 200);
        number += 1;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
    (times, failed)
}

impl Client {
    pub async fn connected(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a connection can be told so");
        Self { stream, answer: Vec::with_capacity(64 << 10) }
    }

    /// The status of an answer, all of which is read.
    pub async fn ask(&mut self, path: &str) -> u16 {
        self.ask_with(path, "").await
    }

    /// Asks with one more line of the head, which ends as lines there do.
    pub async fn ask_with(&mut self, path: &str, line: &str) -> u16 {
        let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{line}\r\n");
        self.stream.write_all(request.as_bytes()).await.expect("the server reads");
        self.answer.clear();
        let head = loop {
            let read = self.stream.read_buf(&mut self.answer).await.expect("the server answers");
            assert!(read > 0, "{path}: the server hung up");
            if let Some(end) = self.answer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = String::from_utf8_lossy(&self.answer[..head]).to_ascii_lowercase();
        let status: u16 = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
        let length: Option<usize> = if status == 304 { Some(0) } else { length };
        // What is compressed on the way comes in chunks; the last one is empty.
        let is_whole = |answer: &[u8]| match length {
            Some(length) => answer.len() >= head + length,
            None => answer.ends_with(b"\r\n0\r\n\r\n"),
        };
        while !is_whole(&self.answer) {
            let read = self.stream.read_buf(&mut self.answer).await.expect("the server goes on");
            assert!(read > 0, "{path}: the server hung up");
        }
        status
    }

    /// What was answered last, head included.
    pub fn answer(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.answer)
    }
}
