//! What a hostile or broken server does to a run: a named error for its own terms, and nothing to the others.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::collection::{Ran, TestCollection};
use crate::site::{Page, Site};

/// Tracks a terms at `url` beside a good one, and returns what was said; the good one must be recorded.
fn track_beside_a_good_one(url: &str) -> Ran {
    let site = Site::serve();
    site.put("/good", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.configure(json!({ "navigationTimeout": 1500 }));
    collection.declare("Bad", "Imprint", json!({ "fetch": url, "select": "main" }));
    collection.declare("Good", "Imprint", json!({ "fetch": site.url_at("good", "/good"), "select": "main" }));

    let ran = collection.track();

    assert_eq!(collection.subjects("versions"), ["First record of Good Imprint"]);
    ran
}

/// A server that answers every connection with these bytes and then does what `after` says.
fn raw_server(answer: Vec<u8>, after: impl Fn(&mut std::net::TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/terms", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(&answer);
            after(&mut stream);
        }
    });
    url
}

#[test]
fn an_unknown_host_is_named_so() {
    let ran = track_beside_a_good_one("http://no-such-host.invalid/terms");

    assert!(ran.stderr.contains("Network system error E"), "{}", ran.stderr);
}

#[test]
fn a_refused_connection_is_named_so() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();

    let ran = track_beside_a_good_one(&format!("http://127.0.0.1:{port}/terms"));

    assert!(ran.stderr.contains("Network system error ECONNREFUSED occurred when trying to fetch"), "{}", ran.stderr);
}

#[test]
fn a_server_that_never_ends_its_body_is_given_up_in_time() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".to_vec();
    let url = raw_server(head, |stream| {
        while stream.write_all(b"<p>").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let started = Instant::now();

    let ran = track_beside_a_good_one(&url);

    assert!(ran.stderr.contains("Timed out after 1.5 seconds when trying to fetch"), "{}", ran.stderr);
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_body_without_end_is_cut_off_at_its_bound() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".to_vec();
    let url = raw_server(head, |stream| {
        let block = vec![b'x'; 1 << 20];
        while stream.write_all(&block).is_ok() {}
    });

    let ran = track_beside_a_good_one(&url);

    let is_bounded = ran.stderr.contains("is larger than 50 MB") || ran.stderr.contains("Timed out after");
    assert!(is_bounded, "{}", ran.stderr);
}

#[test]
fn an_answer_that_is_no_http_is_named_so() {
    let url = raw_server(b"220 mail.acme.example ESMTP\r\n".to_vec(), |_| {});

    let ran = track_beside_a_good_one(&url);

    assert!(ran.stderr.contains("Fetch failed:"), "{}", ran.stderr);
}

#[test]
fn an_empty_page_is_named_so() {
    let site = Site::serve();
    site.put("/empty", Page::html(""));

    let ran = track_beside_a_good_one(&site.url("/empty"));

    assert!(ran.stderr.contains("Received an empty content when fetching"), "{}", ran.stderr);
}

#[test]
fn a_redirect_loop_is_named_so() {
    let site = Site::serve();
    site.put("/loop", Page { status: 302, location: Some("/loop".to_owned()), ..Page::html("") });

    let ran = track_beside_a_good_one(&site.url("/loop"));

    assert!(ran.stderr.contains("maximum redirect reached at"), "{}", ran.stderr);
    assert!(site.visits("/loop") <= 22);
}

#[test]
fn a_redirect_away_from_the_web_is_refused() {
    let site = Site::serve();
    site.put("/file", Page { status: 302, location: Some("file:///etc/passwd".to_owned()), ..Page::html("") });

    let ran = track_beside_a_good_one(&site.url("/file"));

    assert!(ran.stderr.contains("leads to a `file:` address"), "{}", ran.stderr);
}

#[test]
fn a_redirect_is_followed_and_the_declared_address_kept() {
    let site = Site::serve();
    site.put("/old", Page { status: 301, location: Some("/new".to_owned()), ..Page::html("") });
    site.put("/new", Page::terms("Moved here."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/old"), "select": "main" }));

    collection.track();

    let message = collection.git("snapshots", &["log", "-1", "--format=%b"]);
    assert!(message.contains(&format!("X-source-document-location: {}", site.url("/old"))), "{message}");
}

#[test]
fn a_windows_1252_page_is_stored_as_utf_8() {
    let site = Site::serve();
    let page = b"<html><head><meta charset=windows-1252></head><body><main>R\xe9siliation \x80</main></body></html>";
    site.put("/fr", Page { content_type: "text/html", body: page.to_vec(), ..Page::html("") });
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/fr"), "select": "main" }));

    collection.track();

    assert_eq!(collection.git("versions", &["show", "HEAD:Acme/Imprint.md"]), "Résiliation €");
}

#[test]
fn a_server_that_hangs_up_without_a_word_is_asked_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let url = raw_server(Vec::new(), move |_| {
        count.fetch_add(1, Ordering::SeqCst);
    });

    let ran = track_beside_a_good_one(&url);

    assert!(ran.stderr.contains("Network system error ECONNRESET"), "{}", ran.stderr);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_proxy_opens_no_way_into_ones_own_network() {
    let site = Site::serve();
    site.put("/internal", Page::terms("Internal."));
    let collection = TestCollection::new();
    collection.configure(json!({ "allowPrivateAddresses": false }));
    let url = site.url_at("proxy", "/internal");
    collection.declare("Acme", "Imprint", json!({ "fetch": url, "select": "main" }));

    for except in ["proxy.localhost", ""] {
        let mut track = collection.command(&["track"]);
        track.env("HTTP_PROXY", site.url_at("proxy", "")).env("NO_PROXY", except);
        let ran = Ran::from(track.output().unwrap());

        assert!(ran.stderr.contains("an address that is not on the public internet"), "{}", ran.stderr);
    }
    assert_eq!(site.visits("/internal"), 0);
}

/// A proxy that lets nobody pass without these credentials, and answers for every site.
fn proxy(credentials: &str) -> String {
    let expected = format!("proxy-authorization: basic {}", BASE64_STANDARD.encode(credentials)).to_lowercase();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap();
            let is_let_in = String::from_utf8_lossy(&head[..read]).to_lowercase().contains(&expected);
            let answer = if is_let_in { "200 OK" } else { "407 Proxy Authentication Required" };
            let body = "<main><p>Said by way of the proxy.</p></main>";
            write!(stream, "HTTP/1.1 {answer}\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n{body}").unwrap();
        }
    });
    address
}

#[test]
fn a_proxy_is_given_the_credentials_that_the_environment_names() {
    let proxy = proxy("ada:l@velace");
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": "http://acme.example/terms", "select": "main" }));

    let ran = collection.command(&["track"]).env("HTTP_PROXY", format!("http://ada:l%40velace@{proxy}")).output();

    assert!(ran.unwrap().status.success());
    assert!(collection.git("versions", &["show", "HEAD:Acme/Imprint.md"]).contains("by way of the proxy"));
}

#[test]
fn a_proxy_that_lets_nobody_pass_is_told_from_the_site() {
    let proxy = proxy("ada:l@velace");
    let collection = TestCollection::new();
    collection.declare("Open", "Imprint", json!({ "fetch": "http://acme.example/terms", "select": "main" }));
    collection.declare("Sealed", "Imprint", json!({ "fetch": "https://acme.example/terms", "select": "main" }));

    collection.command(&["track"]).env("HTTP_PROXY", format!("http://{proxy}")).output().unwrap();
    let status = collection.run(&["status"]).stdout;

    assert!(status.contains("Received HTTP code 407 when trying to fetch 'http://acme.example/terms'"), "{status}");
    let sealed = "the proxy failed when trying to fetch 'https://acme.example/terms': proxy authorization required";
    assert!(status.contains(sealed), "{status}");
    assert_eq!(status.matches("  hint: check `HTTP_PROXY` and `HTTPS_PROXY`").count(), 2);
}

#[test]
fn a_proxy_that_is_gone_is_not_blamed_on_the_sites() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let collection = TestCollection::new();
    collection.declare("Open", "Imprint", json!({ "fetch": "http://acme.example/terms", "select": "main" }));
    collection.declare("Sealed", "Imprint", json!({ "fetch": "https://acme.example/terms", "select": "main" }));

    for (proxy, code) in [(gone.as_str(), "ECONNREFUSED"), ("nosuch.invalid:3128", "E")] {
        let mut track = collection.command(&["track", "--fail-on", "never"]);
        track.env("HTTP_PROXY", format!("http://{proxy}")).output().unwrap();
        let status = collection.run(&["status"]).stdout;

        for url in ["http://acme.example/terms", "https://acme.example/terms"] {
            let why = format!("{proxy}, which `HTTP_PROXY` names, cannot be reached ({code}");
            assert!(status.contains(&format!("the proxy failed when trying to fetch '{url}': {why}")), "{status}");
        }
        assert_eq!(status.matches("  hint: check `HTTP_PROXY` and `HTTPS_PROXY`").count(), 2);
    }
}

#[test]
fn a_record_says_the_location_letter_for_letter_as_declared() {
    let site = Site::serve();
    site.put("/", Page::terms("You may leave."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url(""), "select": "main" }));

    collection.track();

    let message = collection.git("snapshots", &["log", "-1", "--format=%b"]);
    assert!(message.trim_end().ends_with(&format!("X-source-document-location: {}", site.url(""))), "{message}");
}

/// Tracks one page of a host whose robots.txt forbids it.
fn track_what_robots_txt_forbids(robots: &str) -> (Ran, Site, Value) {
    let site = Site::serve();
    site.put("/robots.txt", Page { content_type: "text/plain", ..Page::html("User-agent: *\nDisallow: /terms") });
    site.put("/terms", Page::terms("You may leave."));
    let collection = TestCollection::new();
    collection.configure(json!({ "robots": robots }));
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    let ran = collection.track();
    let checks = collection.run(&["checks", "--jsonl"]).stdout;
    (ran, site, serde_json::from_str(&checks).unwrap())
}

#[test]
fn what_robots_txt_forbids_is_fetched_told_and_noted() {
    let (ran, site, check) = track_what_robots_txt_forbids("report");

    assert!(ran.stderr.contains("robots.txt asks robots not to fetch this"), "{}", ran.stderr);
    assert_eq!(site.visits("/terms"), 1);
    assert_eq!((&check["outcome"], &check["allowedByRobots"]), (&json!("recorded"), &json!(false)));
}

#[test]
fn what_robots_txt_forbids_is_left_alone_if_so_configured() {
    let (ran, site, check) = track_what_robots_txt_forbids("obey");

    assert!(ran.stderr.contains("asks robots not to fetch it"), "{}", ran.stderr);
    assert_eq!((site.visits("/robots.txt"), site.visits("/terms")), (1, 0));
    assert_eq!(check["failure"]["kind"], "robots");
}

#[test]
fn a_server_that_wants_no_request_for_long_stays_the_failure_that_it_was() {
    let site = Site::serve();
    let headers = vec![("retry-after", "9999".to_owned())];
    let collection = TestCollection::declaring(&site, "Acme");
    site.put("/terms", Page { status: 429, headers, ..Page::html("") });

    collection.track();
    let status = collection.run(&["status"]).stdout;

    assert_eq!(site.visits("/terms"), 1);
    assert!(status.contains("Received HTTP code 429 when trying to fetch"), "{status}");
}
