//! What a hostile, broken or unlucky server is called: each fault has its own kind, within its bound.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use fineprint::domain::SourceDocument;
use fineprint::fetch::{Answer, Config, FailureKind, FetchError, Fetched, Fetcher, HttpFetcher, Proxies, Request};
use flate2::Compression;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::runtime::Runtime;
use url::Url;

use crate::site::{Page, Site};

/// How long a fetch may take in these tests.
const TIMEOUT: Duration = Duration::from_millis(1500);

pub const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";

fn config() -> Config {
    Config { allow_private_addresses: true, navigation_timeout: TIMEOUT, ..Config::default() }
}

pub fn document(url: &str) -> SourceDocument {
    SourceDocument {
        id: None,
        location: Url::parse(url).unwrap(),
        declared_location: url.to_owned(),
        select: vec![],
        select_is_list: false,
        remove_is_list: false,
        remove: vec![],
        filters: vec![],
        filters_module: None,
        execute_client_scripts: None,
    }
}

/// Fetches over HTTP, and makes sure that it ends.
fn fetch_with(config: &Config, url: &str) -> Result<Answer, Box<FetchError>> {
    let document = document(url);
    let started = Instant::now();
    let fetched = Runtime::new()
        .unwrap()
        .block_on(async { HttpFetcher::new(config, &Proxies::default()).unwrap().fetch(Request::of(&document)).await });
    assert!(started.elapsed() < Duration::from_secs(30));
    fetched.map_err(Box::new)
}

fn failure(url: &str) -> FetchError {
    *fetch_with(&config(), url).unwrap_err()
}

fn fetched(url: &str) -> Fetched {
    fetch_with(&config(), url).unwrap().fetched().unwrap()
}

/// A server that has read each request's beginning and then does as it likes.
pub fn server(behave: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/terms", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = behave(&mut stream);
        }
    });
    url
}

#[test]
fn headers_that_drip_time_out() {
    let url = server(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        loop {
            stream.write_all(b"X-Drip: drop\r\n")?;
            thread::sleep(Duration::from_millis(30));
        }
    });

    assert_eq!(failure(&url).kind(), FailureKind::TimedOut);
}

#[test]
fn a_body_that_drips_times_out_and_what_came_is_counted() {
    let url = server(|stream| {
        write!(stream, "{OK}\r\n")?;
        loop {
            stream.write_all(b"<p>")?;
            thread::sleep(Duration::from_millis(30));
        }
    });

    let failure = failure(&url);

    assert_eq!(failure.kind(), FailureKind::TimedOut);
    assert_eq!(failure.exchange.status, Some(200));
    assert!(failure.exchange.bytes > 0);
    assert!(failure.exchange.duration >= TIMEOUT);
}

#[test]
fn a_body_without_end_is_too_large() {
    let url = server(|stream| {
        write!(stream, "{OK}\r\n")?;
        let block = vec![b'x'; 1 << 16];
        loop {
            stream.write_all(&block)?;
        }
    });

    let failure =
        fetch_with(&Config { max_megabytes: 2, navigation_timeout: Duration::from_secs(20), ..config() }, &url);

    assert_eq!(failure.unwrap_err().to_string(), format!("Fetch failed: '{url}' is larger than 2 MB"));
}

/// Sends ten gigabytes of zeros in some ten megabytes: a gzip stream of one block after the other, without end.
pub fn send_bomb(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut block = Vec::with_capacity(1 << 16);
    let mut deflate = flate2::Compress::new(Compression::best(), false);
    deflate.compress_vec(&vec![0; 1 << 20], &mut block, flate2::FlushCompress::Full).unwrap();
    write!(stream, "{OK}Content-Encoding: gzip\r\n\r\n")?;
    stream.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])?;
    for _ in 0..10 * 1024 {
        stream.write_all(&block)?;
    }
    Ok(())
}

#[test]
fn a_bomb_of_ten_gigabytes_is_too_large_once_unpacked() {
    let url = server(send_bomb);

    let failure =
        fetch_with(&Config { max_megabytes: 4, navigation_timeout: Duration::from_secs(20), ..config() }, &url);

    let failure = failure.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::TooLarge);
    assert!(failure.exchange.bytes <= 5 << 20, "{} bytes were taken in", failure.exchange.bytes);
}

#[test]
fn headers_of_a_hundred_megabytes_are_too_large() {
    let url = server(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        let line = format!("X-Long: {}\r\n", "x".repeat(1 << 16));
        for _ in 0..1600 {
            stream.write_all(line.as_bytes())?;
        }
        Ok(())
    });

    assert_eq!(
        failure(&url).to_string(),
        format!("Fetch failed: the answer's headers are too large when trying to fetch '{url}'")
    );
}

#[test]
fn a_redirect_loop_is_called_so_and_its_steps_are_told() {
    let site = Site::serve();
    site.put("/loop", Page { status: 302, location: Some("/loop".to_owned()), ..Page::html("") });

    let failure = failure(&site.url("/loop"));

    assert_eq!(failure.kind(), FailureKind::RedirectLoop);
    assert_eq!(failure.exchange.redirects.len(), 20);
    assert_eq!(site.visits("/loop"), 21);
}

#[test]
fn a_redirect_to_a_file_leaves_the_web() {
    let site = Site::serve();
    site.put("/file", Page { status: 302, location: Some("file:///etc/passwd".to_owned()), ..Page::html("") });

    assert_eq!(failure(&site.url("/file")).kind(), FailureKind::LeavesTheWeb);
}

#[test]
fn private_addresses_are_refused_however_they_are_written() {
    let site = Site::serve();
    site.put("/internal", Page::terms("Internal."));
    let port = site.port();

    for host in ["127.0.0.1", "localhost", "acme.localhost", "[::1]", "0x7f.1", "2130706433", "[::ffff:7f00:1]", "0"] {
        let url = format!("http://{host}:{port}/internal");
        let failure = fetch_with(&Config { allow_private_addresses: false, ..config() }, &url).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::PrivateAddress, "{url}");
    }
    assert_eq!(site.visits("/internal"), 0);
}

#[test]
fn a_body_shorter_than_announced_is_cut_short() {
    let url = server(|stream| write!(stream, "{OK}Content-Length: 1000\r\n\r\n<p>Terms"));

    let failure = failure(&url);

    assert_eq!(failure.kind(), FailureKind::ConnectionLost);
    assert!(failure.to_string().contains("the answer ended too early"), "{failure}");
}

#[test]
fn a_reset_amid_the_body_loses_the_connection() {
    let url = server(|stream| {
        write!(stream, "{OK}Content-Length: 1000\r\n\r\n<p>Terms")?;
        thread::sleep(Duration::from_millis(200));
        // Closing with the request unread makes the system send a reset.
        rustix::net::sockopt::set_socket_linger(&*stream, Some(Duration::ZERO)).map_err(std::io::Error::from)
    });

    assert_eq!(failure(&url).kind(), FailureKind::ConnectionLost);
}

#[test]
fn a_certificate_that_nobody_signed_is_refused() {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("hostile/certificate.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("hostile/key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let tls = Arc::new(tls.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut connection = rustls::ServerConnection::new(Arc::clone(&tls)).unwrap();
            while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
        }
    });

    let failure = failure(&url);

    assert_eq!(failure.kind(), FailureKind::Certificate, "{failure}");
}

#[test]
fn a_port_where_nothing_listens_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/terms", listener.local_addr().unwrap());
    drop(listener);

    let failure = failure(&url);

    assert_eq!(failure.kind(), FailureKind::Refused);
    assert!(failure.to_string().contains("ECONNREFUSED"), "{failure}");
}

#[test]
fn a_name_that_does_not_exist_is_told_from_a_name_service_that_is_down() {
    let failure = failure("http://no-such-host.invalid/terms");

    let kinds = [FailureKind::NameUnknown, FailureKind::NameService];
    assert!(kinds.contains(&failure.kind()), "{failure}");
    let code = if failure.kind() == FailureKind::NameUnknown { "ENOTFOUND" } else { "EAI_AGAIN" };
    assert!(failure.to_string().contains(code), "{failure}");
}

#[test]
fn a_redirect_into_ones_own_network_is_refused() {
    let site = Site::serve();
    site.put("/internal", Page::terms("Internal."));
    let inside = format!("http://127.0.0.1:{}/internal", site.port());
    let outside = server(move |stream| write!(stream, "HTTP/1.1 302 Found\r\nLocation: {inside}\r\n\r\n"));
    let port = Url::parse(&outside).unwrap().port().unwrap();
    // As far as this fetch knows, the first host is a proxy of the operator's, and so may be private.
    let proxies = Proxies::from_variables(|name| (name == "http_proxy").then(|| format!("http://127.0.0.1:{port}")));
    let document = document("http://93.184.216.34/terms");

    let failure = Runtime::new().unwrap().block_on(async {
        let config = Config { allow_private_addresses: false, ..config() };
        HttpFetcher::new(&config, &proxies).unwrap().fetch(Request::of(&document)).await.unwrap_err()
    });

    assert_eq!(failure.kind(), FailureKind::PrivateAddress, "{failure}");
    assert_eq!(failure.exchange.redirects.len(), 1);
    assert_eq!(site.visits("/internal"), 0);
}

#[test]
fn what_is_no_text_is_called_so() {
    let site = Site::serve();
    site.put("/nul", Page { body: b"<p>Te\0\0rms</p>".to_vec(), ..Page::html("") });
    site.put("/image", Page { body: b"\x89PNG\r\n\x1a\n".to_vec(), content_type: "image/png", ..Page::html("") });

    assert_eq!(failure(&site.url("/nul")).kind(), FailureKind::NotText);
    assert_eq!(failure(&site.url("/image")).kind(), FailureKind::NotText);
}

#[test]
fn a_wrong_charset_does_not_spoil_the_text() {
    let site = Site::serve();
    let page = Page { body: b"<p>R\xe9siliation \xe0 tout moment</p>".to_vec(), ..Page::html("") };
    site.put("/wrong", page.clone());
    site.put("/unknown", Page { content_type: "text/html; charset=utf-9", ..page });

    for path in ["/wrong", "/unknown"] {
        assert_eq!(fetched(&site.url(path)).content, "<p>Résiliation à tout moment</p>".as_bytes());
    }
}

#[test]
fn statuses_have_kinds_and_a_wait_is_read() {
    let site = Site::serve();
    let kinds = [
        (401, FailureKind::SignInWall),
        (403, FailureKind::Blocked),
        (404, FailureKind::NotFound),
        (407, FailureKind::Proxy),
        (410, FailureKind::Gone),
        (418, FailureKind::UnexpectedStatus),
        (429, FailureKind::RateLimited),
        (451, FailureKind::Withheld),
        (503, FailureKind::ServerError),
    ];
    for (status, kind) in kinds {
        site.put("/s", Page { headers: vec![("retry-after", "7".to_owned())], ..Page::status(status) });
        let failure = failure(&site.url("/s"));
        assert_eq!(failure.kind(), kind);
        assert_eq!(failure.exchange.headers["retry-after"], "7");
    }
}

#[test]
fn a_check_for_robots_is_named() {
    let site = Site::serve();
    let challenge = "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate'></script>";
    site.put("/check", Page { status: 403, ..Page::html(challenge) });

    let failure = failure(&site.url("/check"));

    assert_eq!(failure.kind(), FailureKind::BotCheck);
    assert!(failure.to_string().starts_with("Fetch failed: Received HTTP code 403 when trying to fetch"), "{failure}");
    assert!(failure.to_string().ends_with("behind Cloudflare"), "{failure}");
}

#[test]
fn a_page_that_did_not_change_is_not_sent_again() {
    let site = Site::serve();
    site.put("/old", Page { status: 301, location: Some("/terms".to_owned()), ..Page::html("") });
    site.put("/terms", Page { headers: vec![("etag", "\"7\"".to_owned())], ..Page::terms("You may leave.") });
    let first = fetched(&site.url("/old"));
    let validators = first.exchange.validators().unwrap();
    let document = document(&site.url("/old"));

    let second = Runtime::new().unwrap().block_on(async {
        let fetcher = HttpFetcher::new(&config(), &Proxies::default()).unwrap();
        fetcher.fetch(Request::of(&document).if_changed(Some(&validators))).await.unwrap()
    });

    assert_eq!(second.exchange().status, Some(304));
    assert_eq!(second.fetched(), None);
    // What tells states of the page apart means nothing to the address that leads to it.
    assert_eq!(site.header("/old", "if-none-match"), "");
}

#[test]
fn a_cookie_set_on_the_way_is_sent_on() {
    let site = Site::serve();
    let cookie = ("set-cookie", "consent=1; Path=/; HttpOnly".to_owned());
    site.put("/", Page { status: 302, location: Some("/terms".into()), headers: vec![cookie], ..Page::html("") });
    site.put("/terms", Page::terms("You may leave."));

    fetched(&site.url("/"));

    assert_eq!(site.header("/terms", "cookie"), "consent=1");
}

#[test]
fn fineprint_says_who_asks() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave."));
    let contact = Some("https://terms.example/about".to_owned());

    fetch_with(&Config { contact, language: "fr-FR,fr;q=0.9".to_owned(), ..config() }, &site.url("/terms")).unwrap();

    let name = site.header("/terms", "user-agent");
    assert!(name.starts_with("fineprint/") && name.contains("https://terms.example/about"), "{name}");
    assert_eq!(site.header("/terms", "accept-language"), "fr-FR,fr;q=0.9");
}
