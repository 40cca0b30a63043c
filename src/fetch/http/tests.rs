//! What takes a fetcher and its insides: names that change their addresses, and bodies that share a room.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::*;
use crate::domain::SourceDocument;
use crate::fetch::FailureKind;
use crate::fetch::rebinding::{HOME, PUBLIC, Rebinding};

/// Two servers on one port: one in public, and one at home that nobody shall reach.
struct Servers {
    port: u16,
    visits_at_home: Arc<AtomicUsize>,
}

impl Servers {
    /// In public, the document is `/terms`, and all else redirects to `target`.
    fn start(target: &str) -> Self {
        let public = TcpListener::bind((PUBLIC, 0)).unwrap();
        let port = public.local_addr().unwrap().port();
        let home = TcpListener::bind((HOME, port)).unwrap();
        let target = target.replace("PORT", &port.to_string());
        thread::spawn(move || public.incoming().flatten().for_each(|stream| in_public(stream, &target)));
        let visits_at_home = Arc::new(AtomicUsize::new(0));
        let visits = Arc::clone(&visits_at_home);
        thread::spawn(move || {
            home.incoming().for_each(|_| {
                visits.fetch_add(1, Ordering::SeqCst);
            })
        });
        Self { port, visits_at_home }
    }

    fn document(&self, path: &str) -> SourceDocument {
        SourceDocument::at(&format!("http://acme.example:{}{path}", self.port))
    }

    fn visits_at_home(&self) -> usize {
        self.visits_at_home.load(Ordering::SeqCst)
    }
}

fn in_public(mut stream: TcpStream, target: &str) {
    let mut request = [0; 4096];
    let read = stream.read(&mut request).unwrap();
    let is_document = request[..read].starts_with(b"GET /terms ");
    let answer = match is_document {
        true => "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<p>Terms</p>".to_owned(),
        false => format!("HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: {target}\r\n\r\n"),
    };
    stream.write_all(answer.as_bytes()).unwrap();
}

fn fetcher(answers: &[&[Ipv4Addr]]) -> HttpFetcher {
    let names = Rebinding::over(answers);
    HttpFetcher::with_names(&Config::default(), &Proxies::default(), Arc::new(names)).unwrap()
}

async fn refusal_of(fetcher: &HttpFetcher, document: &SourceDocument) -> FetchError {
    fetcher.fetch(Request::of(document)).await.unwrap_err()
}

#[tokio::test]
async fn a_name_that_leads_home_the_second_time_is_refused_then() {
    let servers = Servers::start("/");
    let document = servers.document("/terms");
    let fetcher = fetcher(&[&[PUBLIC], &[HOME]]);

    assert!(fetcher.fetch(Request::of(&document)).await.is_ok());
    let refused = refusal_of(&fetcher, &document).await;

    assert_eq!(refused.kind(), FailureKind::PrivateAddress);
    assert_eq!(refused.fault, Fault::PrivateAddress { target: "acme.example (127.0.0.1)".to_owned() });
    assert_eq!(servers.visits_at_home(), 0);
}

#[tokio::test]
async fn a_redirect_to_a_name_that_leads_home_by_then_is_refused() {
    for target in ["/secret", "http://acme.example:PORT/secret", "http://other.example:PORT/secret"] {
        let servers = Servers::start(target);
        let fetcher = fetcher(&[&[PUBLIC], &[HOME]]);

        let refused = refusal_of(&fetcher, &servers.document("/moved")).await;

        assert_eq!(refused.kind(), FailureKind::PrivateAddress, "{refused}");
        assert_eq!(refused.exchange.redirects.len(), 1);
        assert_eq!(servers.visits_at_home(), 0);
    }
}

#[tokio::test]
async fn a_redirect_to_an_address_at_home_is_refused() {
    let servers = Servers::start("http://127.0.0.1:PORT/secret");

    let refused = refusal_of(&fetcher(&[&[PUBLIC]]), &servers.document("/moved")).await;

    assert_eq!(refused.fault, Fault::PrivateAddress { target: "127.0.0.1".to_owned() });
    assert_eq!(servers.visits_at_home(), 0);
}

#[tokio::test]
async fn a_name_that_leads_home_among_others_is_refused() {
    let servers = Servers::start("/");

    let refused = refusal_of(&fetcher(&[&[PUBLIC, HOME]]), &servers.document("/terms")).await;

    assert_eq!(refused.kind(), FailureKind::PrivateAddress);
    assert_eq!(servers.visits_at_home(), 0);
}

/// A server that sends all but the last byte of a body of so many megabytes, then waits for the others.
fn large(megabytes: usize, others: &Arc<Barrier>) -> SourceDocument {
    let listener = TcpListener::bind((HOME, 0)).unwrap();
    let url = format!("http://{}/terms", listener.local_addr().unwrap());
    let others = Arc::clone(others);
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let length = megabytes << 20;
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n").unwrap();
        stream.write_all(&vec![b' '; length - 1]).unwrap();
        others.wait();
        stream.write_all(b".").unwrap();
    });
    SourceDocument::at(&url)
}

fn at_home(timeout: Duration) -> HttpFetcher {
    let config = Config { allow_private_addresses: true, navigation_timeout: timeout, ..Config::default() };
    HttpFetcher::new(&config, &Proxies::default()).unwrap()
}

#[tokio::test]
async fn large_bodies_are_read_side_by_side_as_far_as_there_is_room_for_what_they_announce() {
    let others = Arc::new(Barrier::new(4));
    let documents: Vec<SourceDocument> = (0..4).map(|_| large(10, &others)).collect();
    let fetcher = at_home(Duration::from_secs(30));

    let fetched =
        futures::future::join_all(documents.iter().map(|document| fetcher.fetch(Request::of(document)))).await;

    assert!(fetched.iter().all(Result::is_ok), "{:?}", fetched.iter().find(|fetched| fetched.is_err()));
}

#[tokio::test]
async fn the_wait_for_room_is_not_the_time_of_the_document() {
    let document = large(10, &Arc::new(Barrier::new(1)));
    let timeout = Duration::from_millis(1500);
    let fetcher = at_home(timeout);
    let taken = fetcher.room.take(usize::MAX).await;

    let (fetched, ()) = tokio::join!(fetcher.fetch(Request::of(&document)), async {
        tokio::time::sleep(timeout * 3 / 2).await;
        drop(taken);
    });

    let fetched = fetched.unwrap().fetched().unwrap();
    assert!(fetched.exchange.duration < timeout);
    assert_eq!(fetched.content.len(), 10 << 20);
}
