//! What strangers may try: each is answered properly, and nothing comes of it.

use std::io;
use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode};
use futures::{StreamExt, stream};

use super::connection::Peer;
use super::fixture::Fixture;
use super::{Config, RateLimit};

const ROUTES: &[&str] = &[
    "/v1/version/{}/Privacy%20Policy/2026-05-01",
    "/v1/version/Acme/{}/2026-05-01",
    "/v1/version/Acme/Privacy%20Policy/{}",
    "/v1/version/{}",
    "/v1/service/{}",
    "/v1/service/{}/declaration",
    "/v1/feed/{}",
    "/v1/feed/Acme/{}",
    "/v1/versions/{}",
    "/v1/versions/Acme/{}",
    "/v1/versions/Acme/{}/latest",
    "/v1/diff/{}/{}",
    "/v1/snapshots/{}",
    "/v1/snapshot/{}",
    "/v1/snapshot/{}/content",
    "/v1/timegate/{}",
    "/v1/timegate/Acme/{}",
    "/v1/timemap/{}",
    "/v1/versions?service={}",
    "/v1/versions?cursor={}",
    "/v1/versions?since={}",
    "/v1/feeds/changes.atom?type={}",
    "/v1/feeds/changes.rss?service={}",
    "/v1/feeds/changes.json?lang={}",
    "/v1/{}",
    "/v1/versions?kind={}",
    "/v1/versions?q={}",
    "/v1/versions?fetched-by={}",
    "/v1/versions?format={}",
    "/v1/search?q={}",
    "/v1/search?q=x&type={}",
    "/v1/checks?service={}",
    "/v1/feeds/changes.atom?kind={}",
    "/v1/feeds/changes.json?q={}",
    "/v1/feeds/{}",
    "/v1/openapi.json?{}={}",
    "/en/services/{}",
    "/en/services/Acme/{}",
    "/en/versions/{}",
    "/en/changes/{}",
    "/en/compare/{}/{}",
    "/en/terms-types/{}",
    "/en/search?q={}",
    "/en/changes?service={}",
    "/en/subscribe?service={}",
    "/{}",
];

const HOSTILE: &[&str] = &[
    "..",
    "%2e%2e",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2Fetc%2Fpasswd",
    "..%5c..%5cwindows",
    "%252e%252e%252f",
    ".git",
    ".git%2Fconfig",
    "--output=pwned",
    "-c",
    ":(exclude)x",
    ":(glob)**",
    ":!Acme",
    "*",
    "A%3Fme",
    "%5BA%5Dcme",
    "x%0d%0aSet-Cookie:%20a=b",
    "x%00",
    "%C3%28",
    "%ED%A0%80",
    "%FF",
    "HEAD",
    "HEAD~1",
    "refs%2Fheads%2Fmain",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "'%20OR%201=1--",
    "%22;DROP%20TABLE%20records;--",
    "%7B%7B7*7%7D%7D",
    "$(touch%20pwned)",
    "%60touch%20pwned%60",
    "]]%3E",
    "%EF%BF%BE",
    "99999999999999999999",
    "-1",
    "1e999",
    "NaN",
];

#[tokio::test]
async fn whatever_stands_in_an_address_is_a_name_and_nothing_else() {
    let fixture = Fixture::with_history();

    for route in ROUTES {
        for hostile in HOSTILE {
            let address = route.replace("{}", hostile);
            let answer = fixture.get(&address).await;

            let is_proper =
                answer.status.is_success() || answer.status.is_redirection() || answer.status.is_client_error();
            assert!(is_proper, "{address}: {} {}", answer.status, answer.body);
            assert!(!answer.headers.contains_key("set-cookie"), "{address}");
            assert!(!answer.body.contains("root:"), "{address}");
            let is_page = answer.header("content-type").starts_with("text/html");
            assert!(!is_page || !answer.body.contains("<script>"), "{address}: {}", answer.body);
        }
    }
    assert!(!std::path::Path::new("pwned").exists());
}

#[tokio::test]
async fn a_name_of_ten_thousand_characters_is_refused_before_it_is_read() {
    let fixture = Fixture::with_history();
    let long = "x".repeat(10_000);

    for address in [
        format!("/v1/versions?service={long}"),
        format!("/v1/search?q={long}"),
        format!("/v1/feeds/changes.atom?q={long}"),
        format!("/v1/service/{long}"),
        format!("/en/search?q={long}"),
        format!("/{long}"),
    ] {
        assert_eq!(fixture.get(&address).await.status, StatusCode::URI_TOO_LONG);
    }
    let less = "x".repeat(5_000);
    for address in [format!("/v1/search?q={less}"), format!("/v1/feeds/changes.rss?service={less}")] {
        assert_eq!(fixture.get(&address).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn nothing_takes_a_body_or_another_method() {
    let fixture = Fixture::new();

    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let request = Request::builder().method(method.clone()).uri("/v1/services").body(Body::from("{}")).unwrap();
        let answer = fixture.ask(request).await;

        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    // A bomb: small as sent, large if somebody unpacked it.
    let bomb = Request::get("/v1/services").header("content-encoding", "gzip").header("content-length", "104857600");
    let bomb = bomb.body(Body::empty()).unwrap();
    assert_eq!(fixture.ask(bomb).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_is_neither_unpacked_nor_waited_for() {
    let fixture = Fixture::new();
    // A bomb as far as it matters: the head of gzip, and a body that never ends.
    let endless = stream::iter(std::iter::once(Ok::<_, io::Error>(Bytes::from_static(b"\x1f\x8b\x08\x00"))));
    let endless = endless.chain(stream::pending());
    let request = Request::get("/v1/services").header("content-encoding", "gzip");

    let answer = fixture.ask(request.body(Body::from_stream(endless)).unwrap()).await;

    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn what_stands_in_names_and_texts_does_not_break_out_of_the_compatible_feed() {
    let fixture = Fixture::new();
    fixture.declare(|declared| {
        declared.metadata.name = "\u{1}<script>alert(1)</script> ]]> & \u{FFFE}\u{1F4A9}".to_owned();
    });
    fixture.served.refresh();
    fixture.record("Acme", "Privacy Policy", "2026-01-01T00:00:00Z", "Hello.");

    let answer = fixture.get("/v1/feed").await;

    assert!(
        answer.body.contains("<title>&lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; &amp; \u{1F4A9}</title>"),
        "{}",
        answer.body
    );
    assert_eq!(feed_rs::parser::parse(answer.body.as_bytes()).unwrap().entries.len(), 1);
}

#[tokio::test]
async fn halves_of_characters_in_an_archive_become_signs_that_can_be_sent() {
    let fixture = Fixture::new();
    // As a store reads bytes that are no UTF-8, such as a lone surrogate written by another program.
    let text = String::from_utf8_lossy(b"We keep \xED\xA0\x80 data.").into_owned();
    fixture.record("Acme", "Privacy Policy", "2026-01-01T00:00:00Z", "We keep data.");
    fixture.record("Acme", "Privacy Policy", "2026-01-02T00:00:00Z", &text);

    for format in ["atom", "rss", "json"] {
        let answer = fixture.get(&format!("/v1/feeds/changes.{format}?significant=all")).await;

        assert!(answer.body.contains('\u{FFFD}'), "{}", answer.body);
        assert_eq!(feed_rs::parser::parse(answer.body.as_bytes()).unwrap().entries.len(), 2);
    }
}

#[tokio::test]
async fn a_host_that_a_client_makes_up_does_not_get_into_feeds() {
    for host in ["evil\"><script>", "a b", "<x>", "evil/path", "user@evil"] {
        let answer = Fixture::with_history().get_with("/v1/feed", "host", host).await;

        assert!(answer.body.contains("href=\"http://localhost/v1/feed\""), "{host}: {}", answer.body);
    }
    let forwarded = Fixture::new().get_with("/v1/feed", "x-forwarded-host", "evil.example").await;
    assert!(!forwarded.body.contains("evil.example"), "strangers are not believed");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let rate_limit = RateLimit { per_minute: 1, burst: 2 };
    let fixture = Fixture::with(Config { rate_limit, ..Config::default() });
    let ask = |client: &str| {
        let address: SocketAddr = format!("{client}:1").parse().unwrap();
        let request = Request::get("/v1/services").extension(ConnectInfo(Peer(address))).body(Body::empty()).unwrap();
        fixture.ask(request)
    };

    let (first, second, third) = (ask("203.0.113.7").await, ask("203.0.113.7").await, ask("203.0.113.7").await);
    let (other, own) = (ask("203.0.113.8").await, ask("127.0.0.1").await);

    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(third.header("content-type"), "application/problem+json");
    assert!(third.header("retry-after").parse::<u64>().unwrap() > 30);
    assert_eq!(third.header("access-control-allow-origin"), "*", "pages of other origins are to know, too");
    assert_eq!((other.status, own.status), (StatusCode::OK, StatusCode::OK));
}

#[tokio::test]
async fn every_answer_has_an_id_and_is_counted() {
    let fixture = Fixture::new();
    let answer = fixture.get("/v1/services").await;
    fixture.get("/v1/nothing").await;

    let metrics = super::observe::router(&fixture.served);
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(metrics, request).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let figures = String::from_utf8(body.to_vec()).unwrap();

    assert!(!answer.header("x-request-id").is_empty());
    assert!(figures.contains("fineprint_http_requests_total{route=\"services\",status=\"200\"} 1"), "{figures}");
    assert!(figures.contains("fineprint_http_requests_total{route=\"other\",status=\"404\"} 1"), "{figures}");
    assert_eq!(fixture.get("/metrics").await.status, StatusCode::NOT_FOUND, "figures are not for everybody");
}

#[tokio::test]
async fn a_server_says_that_it_lives_and_is_ready() {
    let fixture = Fixture::new();

    assert_eq!(fixture.get("/health").await.body, "ok\n");
    assert_eq!(fixture.get("/ready").await.body, "ready\n");
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_can_read_it() {
    let fixture = Fixture::with_history();

    for encoding in ["gzip", "br", "zstd"] {
        let answer = fixture.get_with("/v1/versions", "accept-encoding", encoding).await;

        assert_eq!(answer.header("content-encoding"), encoding);
    }
}
