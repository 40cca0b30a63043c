//! The compatible interface as its clients see it.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::domain::{ENGINE, New};
use crate::records::RecordStore;
use crate::web::fixture::Fixture;
use crate::web::{Config, FeedConfig};

#[tokio::test]
async fn the_root_welcomes_and_every_spelling_of_it_is_the_same() {
    for address in ["/v1", "/v1/", "/V1/"] {
        let answer = Fixture::new().get(address).await;

        assert_eq!(answer.status, StatusCode::OK, "{address}");
        assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
        assert!(answer.body.starts_with(r#"{"message":"Welcome to an instance of the Open Terms Archive API. Doc"#));
    }
}

#[tokio::test]
async fn services_are_listed_with_the_types_of_their_terms() {
    let answer = Fixture::new().get("/v1/Services/").await;

    let expected = r#"[{"id":"Acme","name":"Acme <Inc>","terms":[{"type":"Privacy Policy"}]},{"id":"Lumio","name":"Lumio","terms":[{"type":"Terms of Service"}]}]"#;
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn a_service_has_its_documents_with_selectors_as_declared() {
    let answer = Fixture::new().get("/v1/service/Acme").await;

    let expected = r#"{"id":"Acme","name":"Acme <Inc>","terms":[{"type":"Privacy Policy","sourceDocuments":[{"location":"https://acme.example/privacy","contentSelectors":["main"],"insignificantContentSelectors":".ads","filters":["removeQueryParams"]}]}]}"#;
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn ids_of_services_have_case() {
    let answer = Fixture::new().get("/v1/service/acme").await;

    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NOT_FOUND, "Service not found"));
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn metadata_end_with_what_is_counted() {
    let answer = Fixture::new().get("/v1/metadata").await;

    let expected = format!(
        r#"{{"id":"demo","name":"Demo & co","tagline":"Terms of demos","languages":["en"],"jurisdictions":["FR"],"totalServices":2,"totalTerms":2,"engineVersion":"{ENGINE}"}}"#
    );
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn a_version_is_the_one_that_applied_at_the_date() {
    let fixture = Fixture::with_history();

    for (date, day) in [("2026-01-10T08:00:00Z", 30), ("2026-03-10T07:59:59.999Z", 30), ("2026-03-10T08:00:00Z", 90)] {
        let answer = fixture.get(&format!("/v1/version/Acme/Privacy%20Policy/{date}")).await;

        let version = answer.json();
        assert_eq!(version["content"], format!("# Privacy\n\nWe keep data for {day} days."), "{date}");
        assert_eq!(version.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "fetchDate", "content"]);
    }
}

#[tokio::test]
async fn a_version_that_cannot_be_given_says_why() {
    let fixture = Fixture::with_history();

    for (address, status, body) in [
        ("Acme/Privacy%20Policy/2025-01-01", 404, r#"{"error":"No version found for date 2025-01-01"}"#),
        ("Nobody/Privacy%20Policy/2026-05-01", 404, r#"{"error":"No version found for date 2026-05-01"}"#),
        ("Acme/Privacy%20Policy/2026-07-02", 416, r#"{"error":"Requested version is in the future"}"#),
        ("Acme/Privacy%20Policy/soon", 400, r#"{"error":"soon is no date"}"#),
    ] {
        let answer = fixture.get(&format!("/v1/version/{address}")).await;

        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (status, body), "{address}");
        assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    }
}

#[tokio::test]
async fn ids_are_literals_and_never_paths_or_patterns() {
    let fixture = Fixture::with_history();

    for id in ["*", "..%2F..%2Fetc", "%2E%2E", ":(glob)**", "--output=x", "Ac%0Ame", "a%00b", ":!Acme", "A*", "[A]cme"]
    {
        let answer = fixture.get(&format!("/v1/version/{id}/Privacy%20Policy/2026-05-01")).await;

        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
}

#[tokio::test]
async fn a_feed_has_the_ids_that_subscribers_know() {
    let fixture = Fixture::with_history();

    let answer = fixture.get_with("/v1/feed/Acme/Privacy%20Policy", "host", "terms.example").await;

    let expected = r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>Demo &amp; co</title>
  <id>tag:opentermsarchive.org,2026:feed:demo:Acme:Privacy Policy</id>
  <updated>2026-03-10T08:00:00.000Z</updated>
  <link rel="self" type="application/atom+xml" href="http://terms.example/v1/feed/Acme/Privacy%20Policy"/>
  <author>
    <name>Open Terms Archive engine</name>
  </author>
  <subtitle>Terms of demos</subtitle>
  <entry>
    <id>tag:opentermsarchive.org,2026:version:demo:git:0000000000000000000000000000000000000002</id>
    <link rel="alternate" type="application/json" href="http://terms.example/v1/version/Acme/Privacy%20Policy/2026-03-10T08%3A00%3A00Z"/>
    <title>Record new changes of Acme Privacy Policy</title>
    <updated>2026-03-10T08:00:00.000Z</updated>
    <category term="Acme" scheme="tag:opentermsarchive.org,2026:scheme:service"/>
    <category term="Privacy Policy" scheme="tag:opentermsarchive.org,2026:scheme:terms-type"/>
    <category term="Change" scheme="tag:opentermsarchive.org,2026:scheme:record-type"/>
  </entry>
"#;
    assert!(answer.body.starts_with(expected), "{}", answer.body);
    assert!(answer.body.ends_with("</feed>"));
    assert_eq!(answer.header("content-type"), "application/atom+xml; charset=utf-8");
    assert_eq!(answer.header("last-modified"), "Tue, 10 Mar 2026 08:00:00 GMT");
}

#[tokio::test]
async fn a_feed_leads_where_the_template_says() {
    let feed =
        FeedConfig { version_url_template: Some("https://git.example/c/%VERSION_ID".into()), ..Config::default().feed };
    let fixture = Fixture::with(Config { feed, ..Config::default() });
    let id = fixture.record("Acme", "Privacy Policy", "2026-01-10T08:00:00Z", "text");

    let answer = fixture.get("/v1/feed").await;

    let link = format!(r#"<link rel="alternate" type="text/html" href="https://git.example/c/{id}"/>"#);
    assert!(answer.body.contains(&link), "{}", answer.body);
}

#[tokio::test]
async fn a_feed_leaves_out_technical_upgrades_and_may_be_empty() {
    let fixture = Fixture::new();
    let empty = fixture.get("/v1/feed").await;
    let id = fixture.record("Acme", "Privacy Policy", "2026-01-10T08:00:00Z", "text");
    let mut upgraded = fixture.versions.find(&id).unwrap().unwrap().content;
    upgraded.markdown = "other text".to_owned();
    fixture.versions.save(New::upgraded(upgraded)).unwrap();

    let answer = fixture.get("/v1/feed").await;

    assert_eq!(empty.status, StatusCode::OK);
    assert!(empty.body.contains("<updated>1970-01-01T00:00:00.000Z</updated>"), "{}", empty.body);
    assert_eq!(answer.body.matches("<entry>").count(), 1);
    assert!(answer.body.contains("<title>First record of Acme Privacy Policy</title>"));
}

#[tokio::test]
async fn a_feed_of_nothing_declared_is_not_found() {
    let fixture = Fixture::with_history();

    let service = fixture.get("/v1/feed/Nobody").await;
    let terms = fixture.get("/v1/feed/Acme/Imprint").await;

    assert_eq!((service.status.as_u16(), service.body.as_str()), (404, "Service not found"));
    assert_eq!((terms.status.as_u16(), terms.body.as_str()), (404, "Terms type not found for this service"));
}

#[tokio::test]
async fn a_client_is_not_sent_what_it_has() {
    let fixture = Fixture::with_history();
    let etag = fixture.get("/v1/services").await.header("etag").to_owned();

    let known = fixture.get_with("/v1/services", "if-none-match", &etag).await;
    let since = fixture.get_with("/v1/feed", "if-modified-since", "Tue, 10 Mar 2026 08:00:00 GMT").await;
    let earlier = fixture.get_with("/v1/feed", "if-modified-since", "Tue, 10 Mar 2026 07:59:59 GMT").await;

    assert_eq!((known.status, known.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(known.header("etag"), etag);
    assert_eq!((since.status, since.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(earlier.status, StatusCode::OK);
}

#[tokio::test]
async fn head_answers_as_get_without_the_body() {
    let fixture = Fixture::new();
    let get = fixture.get("/v1/services").await;

    let head = fixture.ask(Request::head("/v1/services").body(Body::empty()).unwrap()).await;

    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(head.header("etag"), get.header("etag"));
    assert_eq!(head.header("content-length"), get.body.len().to_string());
}

#[tokio::test]
async fn every_answer_has_the_headers_of_the_engine() {
    let answer = Fixture::new().get("/v1/services").await;

    assert_eq!(answer.header("x-frame-options"), "SAMEORIGIN");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    assert!(answer.header("content-security-policy").ends_with("'unsafe-inline';upgrade-insecure-requests"));
}

#[tokio::test]
async fn an_unknown_route_is_a_problem_whatever_the_client_reads() {
    for accepted in ["application/json", "text/html", "*/*"] {
        let problem = Fixture::new().get_with("/v1//a&b", "accept", accepted).await;

        assert_eq!(
            (problem.status, problem.header("content-type")),
            (StatusCode::NOT_FOUND, "application/problem+json")
        );
        let detail = "there is nothing at /v1//a&b";
        assert_eq!(problem.json(), json!({ "title": "Not Found", "status": 404, "detail": detail }));
    }
}

#[tokio::test]
async fn what_is_declared_anew_is_served() {
    let fixture = Fixture::new();
    fixture.declare(|declared| declared.collection.services.truncate(1));

    fixture.served.refresh();

    assert_eq!(fixture.get("/v1/services").await.json().as_array().unwrap().len(), 1);
}
