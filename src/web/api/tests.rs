//! The interface as its users see it.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::domain::{FetcherKind, MimeType, New, Snapshot};
use crate::records::RecordStore;
use crate::web::fixture::{Answer, Fixture};

fn ids(answer: &Answer) -> Vec<String> {
    answer.json().as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()[38..].to_owned()).collect()
}

#[tokio::test]
async fn versions_are_listed_newest_first_and_narrowed() {
    let fixture = Fixture::with_history();

    for (address, expected) in [
        ("/v1/versions", vec!["02", "03", "01"]),
        ("/v1/versions/Lumio", vec!["03"]),
        ("/v1/versions/Acme/Privacy%20Policy/", vec!["02", "01"]),
        ("/v1/versions?kind=first", vec!["03", "01"]),
        ("/v1/versions?since=2026-02-01&until=2026-02-01", vec!["03"]),
        ("/v1/versions?service=Acme&fetched-by=fineprint/", vec!["02", "01"]),
        ("/v1/versions?service=Acme&service=Lumio&type=Terms%20of%20Service", vec!["03"]),
        ("/v1/versions?service=Acme&service=Lumio&service=Nobody", vec!["02", "03", "01"]),
        ("/v1/versions/Lumio?service=Acme", vec!["03"]),
        ("/v1/snapshots?type=Imprint&type=Terms%20of%20Service", vec!["03"]),
        ("/v1/versions?service=Nobody", vec![]),
    ] {
        assert_eq!(ids(&fixture.get(address).await), expected, "{address}");
    }
}

#[tokio::test]
async fn an_answer_is_given_again_until_something_is_recorded() {
    let fixture = Fixture::with_history();
    let before = fixture.get("/v1/versions?limit=1").await;
    let again = fixture.get("/v1/versions?limit=1").await;

    fixture.record("Lumio", "Terms of Service", "2026-05-01T00:00:00Z", "# Terms\n\nBe kind to all.");
    let after = fixture.get("/v1/versions?limit=1").await;

    assert_eq!((again.header("etag"), &again.body), (before.header("etag"), &before.body));
    assert_eq!(again.header("link"), before.header("link"));
    assert_ne!(after.body, before.body);
    assert_eq!(ids(&after), ["04"]);
}

#[tokio::test]
async fn what_a_client_has_since_a_date_or_by_its_tag_is_not_sent_again() {
    let fixture = Fixture::with_history();
    for address in ["/v1/versions", "/v1/stats", "/v1/feeds/changes.rss?significant=all", "/v1/terms-types"] {
        let answer = fixture.get(address).await;
        let (date, tag) = (answer.header("last-modified"), answer.header("etag"));

        let since = fixture.get_with(address, "if-modified-since", date).await;
        let both = Request::get(address).header("if-modified-since", date).header("if-none-match", "\"other\"");
        let both = fixture.ask(both.body(Body::empty()).unwrap()).await;
        let known = fixture.get_with(address, "if-none-match", tag).await;

        assert_eq!(date, "Wed, 01 Jul 2026 00:00:00 GMT", "{address}: since the server started");
        assert_eq!((since.status, since.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{address}");
        assert_eq!(both.status, StatusCode::OK, "{address}: a tag is more exact than a date");
        assert_eq!(known.status, StatusCode::NOT_MODIFIED, "{address}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_until_the_end() {
    let fixture = Fixture::with_history();
    let (mut address, mut seen) = ("/v1/versions?limit=2".to_owned(), Vec::new());

    loop {
        let answer = fixture.get(&address).await;
        seen.extend(ids(&answer));
        let Some((next, _)) = answer.header("link").split_once(">; rel=\"next\"") else { break };
        address = next.trim_start_matches("<http://localhost").to_owned();
    }

    assert_eq!(seen, ["02", "03", "01"]);
}

#[tokio::test]
async fn lists_come_as_lines_and_as_tables() {
    let fixture = Fixture::with_history();

    let lines = fixture.get("/v1/versions.jsonl").await;
    let table = fixture.get_with("/v1/versions?limit=1", "accept", "text/csv").await;

    assert_eq!(lines.header("content-type"), "application/jsonl; charset=utf-8");
    let lines: Vec<Value> = lines.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    let expected = "id,service,termsType,document,kind,date,engine,snapshots,change,significant\r\n\
                    0000000000000000000000000000000000000002,Acme,Privacy Policy,,change,2026-03-10T08:00:00Z,";
    assert!(table.body.starts_with(expected), "{}", table.body);
    assert_eq!(fixture.get("/v1/versions?format=xml").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_list_of_any_part_comes_in_the_form_that_its_address_ends_with() {
    let fixture = Fixture::with_history();
    fixture.record("Node.json", "Imprint", "2026-04-01T00:00:00Z", "Here we are.");
    fixture.declare(|declared| declared.collection.services[1].id = "Node.json".parse().unwrap());
    fixture.served.refresh();

    for (address, mime, lines) in [
        ("/v1/versions/Acme.csv", "text/csv", 3),
        ("/v1/versions/Acme/Privacy%20Policy.jsonl", "application/jsonl", 2),
        ("/v1/snapshots.jsonl", "application/jsonl", 4),
        ("/v1/snapshots/Lumio.csv", "text/csv", 2),
        ("/v1/versions/Node.json", "application/json", 1),
        ("/v1/versions/Node.json.csv", "text/csv", 2),
    ] {
        let answer = fixture.get(address).await;

        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.body);
        assert_eq!(answer.header("content-type"), format!("{mime}; charset=utf-8"), "{address}");
        assert_eq!(answer.body.lines().count(), lines, "{address}: {}", answer.body);
    }
    let lines = fixture.get_with("/v1/versions", "accept", "application/x-ndjson").await;
    assert_eq!(lines.header("content-type"), "application/jsonl; charset=utf-8");
}

#[tokio::test]
async fn a_name_or_a_cursor_that_leads_nowhere_is_told_from_an_empty_list() {
    let fixture = Fixture::with_history();
    fixture.declare(|declared| declared.collection.services[1].id = "Declared".parse().unwrap());
    fixture.served.refresh();

    for (address, status) in [
        ("/v1/versions/Nobody", 404),
        ("/v1/versions/Acme/Imprint", 404),
        ("/v1/snapshots/Nobody", 404),
        ("/v1/versions/Declared", 200),
        ("/v1/versions/Lumio", 200),
        ("/v1/versions/Acme?since=2030-01-01", 200),
        ("/v1/versions?service=Nobody", 200),
        ("/v1/versions?cursor=00000000000000000000000000000000000000aa", 400),
        ("/v1/snapshots?cursor=00000000000000000000000000000000000000aa", 400),
        ("/v1/versions?cursor=0000000000000000000000000000000000000001", 200),
        ("/v1/snapshots?q=data", 400),
    ] {
        let answer = fixture.get(address).await;

        assert_eq!(answer.status.as_u16(), status, "{address}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_version_by_its_id_never_changes() {
    let fixture = Fixture::with_history();
    let id = format!("{:040x}", 2);

    let answer = fixture.get(&format!("/v1/version/{id}")).await;
    let markdown = fixture.get(&format!("/v1/version/{id}.md")).await;

    assert_eq!(answer.json()["content"], "# Privacy\n\nWe keep data for 90 days.");
    assert_eq!(answer.json()["snapshots"], json!([id]));
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(answer.header("etag"), format!("W/\"{id}\""));
    assert_eq!(answer.header("memento-datetime"), "Tue, 10 Mar 2026 08:00:00 GMT");
    assert_eq!(markdown.body, "# Privacy\n\nWe keep data for 90 days.");
    assert_eq!(markdown.header("content-type"), "text/markdown; charset=utf-8");
    assert_ne!(markdown.header("etag"), answer.header("etag"));
}

#[tokio::test]
async fn the_newest_version_says_where_it_stays() {
    let answer = Fixture::with_history().get("/v1/versions/Acme/Privacy%20Policy/latest").await;

    assert_eq!(answer.json()["content"], "# Privacy\n\nWe keep data for 90 days.");
    assert_eq!(answer.header("content-location"), format!("http://localhost/v1/version/{:040x}", 2));
}

#[tokio::test]
async fn two_versions_are_compared_in_three_forms() {
    let fixture = Fixture::with_history();
    let address = format!("/v1/diff/{:040x}/{:040x}", 1, 2);

    let structure = fixture.get(&address).await;
    let html = fixture.get(&format!("{address}.html")).await;
    let patch = fixture.get_with(&address, "accept", "text/x-diff").await;

    assert_eq!(structure.json()["counts"]["wordsInserted"], 1, "{}", structure.body);
    assert!(html.body.contains("We keep data for <del>30</del><ins>90</ins> days."), "{}", html.body);
    assert!(patch.body.contains("-We keep data for 30 days."), "{}", patch.body);
    assert!(patch.header("cache-control").contains("immutable"));
    assert_eq!(fixture.get(&format!("/v1/diff/{:040x}/{:040x}", 1, 9)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_stored_page_does_nothing() {
    let fixture = Fixture::with_history();
    let id = format!("{:040x}", 1);

    let about = fixture.get(&format!("/v1/snapshot/{id}")).await;
    let content = fixture.get(&format!("/v1/snapshot/{id}/content")).await;

    assert_eq!(about.json()["location"], "https://acme.example/privacy");
    assert_eq!(about.json()["mimeType"], "text/html");
    assert!(content.body.starts_with("<script>"), "as it was fetched");
    assert_eq!(content.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(content.header("x-content-type-options"), "nosniff");
    assert!(content.header("content-security-policy").contains("sandbox"));
}

#[tokio::test]
async fn a_stored_file_is_to_be_saved() {
    let fixture = Fixture::with_history();
    let page = fixture.snapshots.find(&format!("{:040x}", 1).parse().unwrap()).unwrap().unwrap().content;
    let file = Snapshot { mime: MimeType::pdf(), fetcher: FetcherKind::FullDom, content: b"%PDF-".to_vec(), ..page };
    let id = fixture.snapshots.save(New::tracked(file)).unwrap().id().clone();

    let content = fixture.get(&format!("/v1/snapshot/{id}/content")).await;

    assert_eq!(content.header("content-type"), "application/octet-stream");
    assert_eq!(content.header("content-disposition"), "attachment");
    assert_eq!(ids(&fixture.get("/v1/snapshots/Acme/Privacy%20Policy?limit=1").await), ["02"]);
}

#[tokio::test]
async fn a_declaration_is_given_letter_for_letter() {
    let fixture = Fixture::new();

    let answer = fixture.get("/v1/service/Acme/declaration").await;

    assert_eq!(answer.json()["terms"]["Privacy Policy"]["remove"], ".ads");
    assert_eq!(fixture.get("/v1/service/..%2Fmetadata/declaration").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_declared_and_recorded_is_counted() {
    let fixture = Fixture::with_history();

    let stats = fixture.get("/v1/stats").await.json();
    let types = fixture.get("/v1/terms-types").await.json();

    assert_eq!(stats["versions"], json!({ "first": 2, "changes": 1, "technicalUpgrades": 0 }));
    assert_eq!(stats["byMonth"]["2026-03"]["changes"], 1);
    assert_eq!(stats["snapshots"], 3);
    assert_eq!(types[0], json!({ "type": "Privacy Policy", "services": 1 }));
}

#[tokio::test]
async fn a_gate_leads_to_the_version_of_the_day() {
    let fixture = Fixture::with_history();

    for (terms, date, number) in [
        ("Acme/Privacy%20Policy", "Thu, 01 Jan 2026 00:00:00 GMT", 1),
        ("Acme/Privacy%20Policy", "Sun, 01 Mar 2026 00:00:00 GMT", 1),
        ("Acme/Privacy%20Policy", "Wed, 01 Apr 2026 00:00:00 GMT", 2),
        ("https://acme.example/privacy", "Wed, 01 Apr 2026 00:00:00 GMT", 2),
        ("https:/acme.example/privacy/", "Wed, 01 Apr 2026 00:00:00 GMT", 2),
        ("https%3A%2F%2Facme.example%2Fprivacy", "Wed, 01 Apr 2026 00:00:00 GMT", 2),
        ("https://acme.example/%70rivacy", "Wed, 01 Apr 2026 00:00:00 GMT", 2),
    ] {
        let answer = fixture.get_with(&format!("/v1/timegate/{terms}"), "accept-datetime", date).await;

        assert_eq!(answer.status, StatusCode::FOUND, "{terms} {date}");
        assert_eq!(answer.header("location"), format!("http://localhost/v1/version/{number:040x}"));
        assert_eq!(answer.header("vary"), "accept-datetime");
        assert!(answer.header("link").contains("<https://acme.example/privacy>; rel=\"original\""));
    }
}

#[tokio::test]
async fn a_map_lists_all_versions_with_their_dates() {
    let answer = Fixture::with_history().get("/v1/timemap/Acme/Privacy%20Policy").await;

    assert_eq!(answer.header("content-type"), "application/link-format");
    assert_eq!(answer.body.matches("rel=\"memento\"").count(), 2, "{}", answer.body);
    assert!(answer.body.contains("datetime=\"Sat, 10 Jan 2026 08:00:00 GMT\""), "{}", answer.body);
}

#[tokio::test]
async fn errors_are_problems() {
    let fixture = Fixture::with_history();

    for (address, status, detail) in [
        ("/v1/versions?limit=5000", 400, "`limit` is not a number from 1 to 1000"),
        (
            "/v1/versions?kind=no-longer-tracked",
            400,
            "`kind` is none of change, first, substantive, editorial, links, formatting, boilerplate, dates-numbers, reorder, outage, recovery, blink, real-revert, technical-upgrade",
        ),
        ("/v1/version/HEAD", 400, "an id is 40 lower-case hexadecimal digits"),
        ("/v1/versions/Acme/Imprint/latest", 404, "nothing is recorded under this service and terms type"),
        ("/v1/timegate/Acme", 404, "nothing is recorded under this service and terms type"),
        ("/v1/versions/%FF", 400, "the address does not decode to text in UTF-8"),
        ("/v1/snapshot/%C3%28", 400, "the address does not decode to text in UTF-8"),
        ("/v1/diff/a/%FF", 400, "the address does not decode to text in UTF-8"),
        (
            "/v1/feeds/changes.xml",
            404,
            "there is no feed at /v1/feeds/changes.xml; there are `changes.atom`, `changes.rss`, `changes.json`",
        ),
        (
            "/v1/checks?service=Acme&service=Lumio",
            400,
            "checks are narrowed to one `service`, one `type`, `since`, `until` and `limit` only",
        ),
    ] {
        let answer = fixture.get(address).await;

        assert_eq!(answer.status.as_u16(), status, "{address}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["detail"], detail);
    }
}

#[tokio::test]
async fn pages_of_any_origin_may_read() {
    let answer = Fixture::new().get_with("/v1/services", "origin", "https://research.example").await;

    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn the_interface_describes_itself_without_anything_from_elsewhere() {
    let fixture = Fixture::new();

    let moved = fixture.get("/v1/docs").await;
    let page = fixture.get("/v1/docs/").await;
    let description = fixture.get_with("/v1/docs", "accept", "application/json").await.json();

    assert_eq!((moved.status, moved.header("location")), (StatusCode::MOVED_PERMANENTLY, "/v1/docs/"));
    assert!(page.body.contains("<code>GET /v1/versions/{service}/{type}</code>"), "{}", page.body);
    assert!(!page.body.contains("src=") && !page.body.contains("href=\"http"), "{}", page.body);
    assert_eq!(description["openapi"], "3.1.0");
    assert_eq!(description["info"]["title"], "Open Terms Archive API [Beta]");
    assert_eq!(description["servers"], json!([{ "url": "/v1" }]));
    for path in [
        "/version/{serviceId}/{termsType}/{date}",
        "/services",
        "/metadata",
        "/feed/{serviceId}/{termsType}",
        "/feeds/changes.{format}",
    ] {
        assert!(description["paths"][path].is_object(), "{path}");
    }
}
