//! Feeds as readers see them.

use axum::http::StatusCode;
use feed_rs::model::Feed;

use crate::feeds::FORMATS;
use crate::web::fixture::{Answer, Fixture};
use crate::web::{Config, FeedConfig};

fn parsed(answer: &Answer) -> Feed {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    feed_rs::parser::parse(answer.body.as_bytes()).unwrap()
}

fn titles(feed: &Feed) -> Vec<String> {
    feed.entries.iter().map(|entry| entry.title.as_ref().unwrap().content.clone()).collect()
}

fn limited(limit: usize) -> Fixture {
    let feed = FeedConfig { limit, hub: Some("https://hub.example/".to_owned()), ..Config::default().feed };
    Fixture::with(Config { feed, ..Config::default() })
}

#[tokio::test]
async fn every_format_carries_the_change_itself() {
    let fixture = Fixture::with_history();

    for format in FORMATS {
        let address = format!("/v1/feeds/changes.{}?significant=all&service=Acme", format.extension);
        let answer = fixture.get(&address).await;

        let feed = parsed(&answer);
        assert_eq!(answer.header("content-type"), format!("{}; charset=utf-8", format.mime));
        assert!(answer.header("etag").starts_with("W/"), "{}", answer.header("etag"));
        let expected = ["Acme <Inc>: Privacy Policy changed", "Acme <Inc>: Privacy Policy first recorded"];
        assert_eq!(titles(&feed), expected, "{}", format.name);
        let html = feed.entries[0].content.as_ref().unwrap().body.as_ref().unwrap();
        assert!(html.contains("We keep data for <del>30</del><ins>90</ins> days."), "{}: {html}", format.name);
        assert_eq!(feed.entries[0].summary.as_ref().unwrap().content, "1 word inserted; 1 word deleted");
    }
}

#[tokio::test]
async fn what_is_not_known_to_count_is_left_out_unless_asked_for() {
    let fixture = Fixture::with_history();

    let by_default = fixture.get("/v1/feeds/changes.atom").await;
    let all = fixture.get("/v1/feeds/changes.atom?significant=all").await;

    assert_eq!(parsed(&by_default).entries.len(), 0, "nothing is judged in memory");
    assert_eq!(parsed(&all).entries.len(), 3);
}

#[tokio::test]
async fn a_feed_is_of_any_part_and_in_a_language() {
    let fixture = Fixture::with_history();

    let answer = fixture.get("/v1/feeds/changes.rss?type=Terms%20of%20Service&kind=first&lang=fr").await;

    let feed = parsed(&answer);
    assert_eq!(feed.title.as_ref().unwrap().content, "Demo & co\u{a0}: Terms of Service");
    assert_eq!(feed.language.as_deref(), Some("fr"));
    assert_eq!(titles(&feed), ["Lumio\u{a0}: Terms of Service, premier texte"]);
}

#[tokio::test]
async fn a_feed_is_of_several_services_and_types() {
    let fixture = Fixture::with_history();

    let query = "service=Acme&service=Lumio&type=Terms%20of%20Service&type=Imprint&significant=all";
    let feed = parsed(&fixture.get(&format!("/v1/feeds/changes.atom?{query}")).await);

    assert_eq!(feed.title.as_ref().unwrap().content, "Demo & co: Acme <Inc>, Lumio, Terms of Service, Imprint");
    assert_eq!(titles(&feed), ["Lumio: Terms of Service first recorded"]);
}

#[tokio::test]
async fn nothing_in_a_french_feed_is_english() {
    let fixture = Fixture::new();
    let clauses = |first: &str| format!("# Privacy\n\n{first}\n\n[Contact](https://acme.example/contact)\n");
    fixture.record("Acme", "Privacy Policy", "2026-01-01T00:00:00Z", &clauses("We keep it for 30 long days."));
    fixture.record("Acme", "Privacy Policy", "2026-01-02T00:00:00Z", &clauses("We keep it for ninety days."));

    let answer = fixture.get("/v1/feeds/changes.json?significant=all&lang=fr").await.json();

    let item = &answer["items"][0];
    assert_eq!(answer["title"], "Demo & co\u{a0}: changements");
    assert_eq!(item["title"], "Acme <Inc>\u{a0}: Privacy Policy, texte modifié");
    assert_eq!(item["summary"], "1 mot ajouté\u{a0}; 2 mots supprimés");
    assert_eq!(item["tags"], serde_json::json!(["Acme <Inc>", "Privacy Policy", "texte modifié"]));
    assert_eq!(item["_fineprint"]["links"][0]["title"], "la version");
    assert_eq!(item["_fineprint"]["links"][2]["title"], "la page reçue auparavant");
}

#[tokio::test]
async fn it_is_told_when_terms_are_no_longer_tracked_and_when_they_are_again() {
    let fixture = Fixture::new();
    let (acme, lumio) = (("Acme", "Privacy Policy"), ("Lumio", "Terms of Service"));
    fixture.note_declared(&[acme, lumio], "2026-01-01T00:00:00Z");
    fixture.note_declared(&[lumio], "2026-02-01T00:00:00Z");
    fixture.note_declared(&[acme, lumio], "2026-03-01T00:00:00Z");

    let by_default = parsed(&fixture.get("/v1/feeds/changes.atom").await);
    let french = parsed(&fixture.get("/v1/feeds/changes.rss?service=Acme&kind=no-longer-tracked&lang=fr").await);
    let compatible = parsed(&fixture.get("/v1/feed").await);

    let expected = ["Acme <Inc>: Privacy Policy tracked again", "Acme <Inc>: Privacy Policy no longer tracked"];
    assert_eq!(titles(&by_default), expected);
    assert_eq!(titles(&french), ["Acme <Inc>\u{a0}: Privacy Policy, suivi arrêté"]);
    let text = &french.entries[0].summary.as_ref().unwrap().content;
    assert!(text.starts_with("Plus rien n’est déclaré pour ce service. À partir d’ici"), "{text}");
    assert_eq!(french.entries[0].id, by_default.entries[1].id);
    assert_eq!(
        by_default.entries[1].id,
        "tag:fineprint,2026:no-longer-tracked:demo:Acme:Privacy%20Policy:2026-02-01T00%3A00%3A00Z"
    );
    assert_eq!(compatible.entries.len(), 0, "subscribers of Open Terms Archive's feeds expect versions");
    for query in ["significant=false", "q=data", "kind=first", "service=Lumio", "until=2026-01-31"] {
        let feed = parsed(&fixture.get(&format!("/v1/feeds/changes.atom?{query}")).await);

        assert_eq!(feed.entries.len(), 0, "{query}");
    }
}

#[tokio::test]
async fn archives_have_what_became_of_tracking_where_it_happened() {
    let fixture = limited(2);
    let acme = ("Acme", "Privacy Policy");
    fixture.note_declared(&[acme], "2026-01-01T00:00:00Z");
    for day in [2, 4, 6] {
        fixture.record("Acme", "Privacy Policy", &format!("2026-01-{day:02}T00:00:00Z"), &format!("Day {day}."));
    }
    fixture.note_declared(&[], "2026-01-03T00:00:00Z");

    let first = parsed(&fixture.get("/v1/feeds/changes.atom?significant=all&archive=1").await);
    let second = parsed(&fixture.get("/v1/feeds/changes.atom?significant=all&archive=2").await);

    let what = "Acme <Inc>: Privacy Policy";
    assert_eq!(titles(&first), [format!("{what} no longer tracked"), format!("{what} first recorded")]);
    assert_eq!(titles(&second), [format!("{what} changed"), format!("{what} changed")]);
}

#[tokio::test]
async fn no_reader_misses_a_change_between_two_looks() {
    let fixture = limited(2);
    for day in 1..=7 {
        fixture.record("Acme", "Privacy Policy", &format!("2026-01-{day:02}T00:00:00Z"), &format!("Day {day}."));
    }
    let (mut address, mut seen) = ("/v1/feeds/changes.atom?significant=all".to_owned(), Vec::new());

    loop {
        let answer = fixture.get(&address).await;
        seen.extend(parsed(&answer).entries.into_iter().map(|entry| entry.id));
        let links = linked(&answer.body, "prev-archive");
        let Some(previous) = links else { break };
        address = previous.trim_start_matches("http://localhost").replace("&amp;", "&");
    }

    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 7);
    assert_eq!(fixture.get("/v1/feeds/changes.atom?significant=all&archive=4").await.status, StatusCode::NOT_FOUND);
}

/// Where a link of a relation leads.
fn linked<'a>(xml: &'a str, rel: &str) -> Option<&'a str> {
    let element = xml.split("<link ").find(|element| element.contains(&format!("rel=\"{rel}\"")))?;
    element.split("href=\"").nth(1)?.split('"').next()
}

#[tokio::test]
async fn an_archive_stays_as_it_is_and_says_what_it_is() {
    let fixture = limited(2);
    for day in 1..=5 {
        fixture.record("Acme", "Privacy Policy", &format!("2026-01-{day:02}T00:00:00Z"), &format!("Day {day}."));
    }
    let address = "/v1/feeds/changes.atom?significant=all&archive=1";
    let before = fixture.get(address).await;
    fixture.record("Acme", "Privacy Policy", "2026-01-06T00:00:00Z", "Day 6.");

    let after = fixture.get(address).await;

    assert!(before.body.contains("<fh:archive"), "{}", before.body);
    assert!(!before.body.contains("rel=\"hub\""), "an archive has no news");
    assert_eq!(parsed(&after).entries, parsed(&before).entries);
}

#[tokio::test]
async fn subscribers_are_sent_to_the_hub() {
    let answer = limited(2).get("/v1/feeds/changes.atom").await;

    let expected = "<https://hub.example/>; rel=\"hub\", <http://localhost/v1/feeds/changes.atom>; rel=\"self\"";
    assert_eq!(answer.header("link"), expected);
    assert!(answer.body.contains("<link href=\"https://hub.example/\" rel=\"hub\"/>"), "{}", answer.body);
}

#[tokio::test]
async fn hostile_texts_stay_texts() {
    let fixture = Fixture::new();
    fixture.record("Acme", "Privacy Policy", "2026-01-01T00:00:00Z", "Hello.");
    let hostile =
        "Hello. <script>alert(1)</script> ]]> \u{1}\u{8} <img src=x onerror=alert(2)> [x](javascript:alert(3))";
    fixture.record("Acme", "Privacy Policy", "2026-01-02T00:00:00Z", hostile);
    fixture.declare(|declared| declared.collection.services[0].name = "\"><script>x</script>\u{0}]]>".to_owned());
    fixture.served.refresh();

    for format in FORMATS {
        let answer = fixture.get(&format!("/v1/feeds/changes.{}?significant=all", format.extension)).await;

        let feed = parsed(&answer);
        let html = feed.entries[0].content.as_ref().unwrap().body.as_ref().unwrap();
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("href="), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
        assert!(titles(&feed)[0].starts_with("\"><script>x</script>]]>"), "{:?}", titles(&feed));
    }
}

#[tokio::test]
async fn parameters_that_cannot_be_used_are_refused() {
    for query in ["lang=xx", "archive=0", "archive=x", "limit=3", "q=&sience=1", "significant=maybe"] {
        let answer = Fixture::new().get(&format!("/v1/feeds/changes.atom?{query}")).await;

        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn all_feeds_are_listed_for_readers() {
    let answer = Fixture::new().get("/v1/feeds.opml").await;

    let acme = "xmlUrl=\"http://localhost/v1/feeds/changes.atom?service=Acme&amp;type=Privacy+Policy\"";
    assert!(answer.body.contains(acme), "{}", answer.body);
    assert!(answer.body.contains("text=\"Acme &lt;Inc&gt;: Privacy Policy\""), "{}", answer.body);
}
