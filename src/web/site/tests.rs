//! Pages as readers get them, in both languages, and with what somebody hostile would publish.

use std::sync::LazyLock;
use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use scraper::{Html, Selector};

use super::language::LANGUAGES;
use crate::domain::{New, ServiceRename, TermsTypeRename};
use crate::records::RecordStore;
use crate::web::fixture::Fixture;

mod versions;

/// What people try who want a script to run, one a line; `.ci/hostile` tries the same in a browser.
static VECTORS: LazyLock<Vec<String>> =
    LazyLock::new(|| include_str!("hostile.txt").lines().map(|line| line.replace("\\n", "\n")).collect());

/// Where in a text they put it.
const PLACES: [(&str, &str); 8] = [
    ("", ""),
    ("# ", ""),
    ("*   ", ""),
    ("> ", ""),
    ("| a | ", " |\n| --- | --- |\n| 1 | 2 |"),
    ("[", "](https://a.example/)"),
    ("`", "`"),
    ("**", "** and more"),
];

/// Every page of the fixture's collection, below the language.
async fn pages(fixture: &Fixture) -> Vec<String> {
    let home = fixture.get("/en").await.body;
    let change = hrefs(&home).into_iter().find(|href| href.contains("/changes/")).unwrap();
    let id = change.rsplit('/').next().unwrap().to_owned();
    let mut pages: Vec<String> =
        ["", "/changes", "/services", "/terms-types", "/subscribe", "/status", "/about", "/search"]
            .map(str::to_owned)
            .to_vec();
    pages.extend([
        "/services/Acme".to_owned(),
        "/services/Acme/Privacy%20Policy".to_owned(),
        "/terms-types/Privacy%20Policy".to_owned(),
        "/search?q=data".to_owned(),
        "/subscribe?service=Acme&kind=substantive".to_owned(),
        "/changes?service=Acme&since=2026-01-01".to_owned(),
        format!("/changes/{id}"),
        format!("/changes/{id}?view=sides&whole=1"),
        format!("/versions/{id}"),
    ]);
    pages
}

fn hrefs(html: &str) -> Vec<String> {
    let links = Selector::parse("[href]").unwrap();
    Html::parse_document(html).select(&links).filter_map(|link| link.attr("href").map(str::to_owned)).collect()
}

#[tokio::test]
async fn every_page_is_there_in_every_language() {
    let fixture = Fixture::with_history();

    for page in pages(&fixture).await {
        for language in &LANGUAGES {
            let answer = fixture.get(&format!("/{}{page}", language.tag)).await;

            assert_eq!(answer.status, StatusCode::OK, "{page}");
            let start = format!("<html lang=\"{}\">", language.tag);
            assert!(answer.body.contains(&start), "{page} is not in {}", language.tag);
            assert_eq!(answer.body.matches("<h1").count(), 1, "{page}");
        }
    }
}

#[tokio::test]
async fn no_link_of_a_page_leads_nowhere() {
    let fixture = Fixture::with_history();

    for page in pages(&fixture).await {
        let body = fixture.get(&format!("/fr{page}")).await.body;
        let own = hrefs(&body).into_iter().filter(|href| href.starts_with('/'));
        for href in own.map(|href| href.split('#').next().unwrap().to_owned()) {
            let status = fixture.get(&href).await.status;

            assert!(status.is_success() || status.is_redirection(), "{page} links to {href}: {status}");
        }
    }
}

#[tokio::test]
async fn the_start_is_in_the_readers_language() {
    let fixture = Fixture::with_history();

    let answer = fixture.get_with("/", "accept-language", "fr-BE,fr;q=0.9,en;q=0.5").await;

    assert_eq!(answer.headers["location"], "/fr");
    assert_eq!(answer.headers["vary"], "accept-language");
}

#[tokio::test]
async fn a_change_is_read_in_its_sentence() {
    let fixture = Fixture::with_history();

    let home = fixture.get("/en").await.body;
    let change = hrefs(&home).into_iter().find(|href| href.contains("/changes/")).unwrap();
    let page = fixture.get(&change).await.body;

    assert!(home.contains("We keep data for <del>30</del><ins>90</ins> days."), "{home}");
    assert!(page.contains("“30” became “90”"), "{page}");
    assert!(page.contains("from 10 January 2026 to 10 March 2026"), "{page}");
}

#[tokio::test]
async fn filters_are_folded_until_one_is_set() {
    let fixture = Fixture::with_history();

    for page in ["search?q=data", "changes?page=1"] {
        let all = fixture.get(&format!("/en/{page}")).await.body;
        let some = fixture.get(&format!("/en/{page}&service=Acme")).await.body;

        assert!(all.contains("<details class=\"filters\"><summary>Filters</summary>"), "{all}");
        assert!(some.contains("<details class=\"filters\" open>"), "{some}");
    }
}

#[tokio::test]
async fn the_feed_of_a_list_of_changes_is_one_click_away() {
    let fixture = Fixture::with_history();
    let feed = async |page: &str| {
        let page = Html::parse_document(&fixture.get(page).await.body);
        let link = page.select(&Selector::parse("main a[href*='changes.atom']").unwrap()).next().unwrap();
        link.attr("href").unwrap().to_owned()
    };

    let all = feed("/en/changes").await;
    let some = feed("/fr/changes?service=Acme&since=2026-01-01&significant=true").await;

    assert_eq!(all, "/v1/feeds/changes.atom?significant=all&lang=en");
    assert_eq!(some, "/v1/feeds/changes.atom?service=Acme&significant=true&lang=fr");
    assert_eq!(fixture.get(&some).await.status, StatusCode::OK);
}

#[tokio::test]
async fn lists_of_services_and_of_types_tell_the_last_change_and_how_they_stand() {
    let fixture = Fixture::with_history();

    for list in ["/en/services", "/en/terms-types"] {
        let page = Html::parse_document(&fixture.get(list).await.body);

        let head = Selector::parse("thead th").unwrap();
        let heads = page.select(&head).map(|head| head.text().collect::<String>());
        assert_eq!(heads.skip(3).collect::<Vec<_>>(), ["Last change that counts", "Health"], "{list}");
        let cells = Selector::parse("tbody tr td:nth-child(4) a[href^='/en/changes/']").unwrap();
        assert!(page.select(&cells).next().is_some(), "{list}");
    }
}

#[tokio::test]
async fn a_change_that_quotes_nothing_is_called_by_its_day() {
    let fixture = Fixture::new();
    fixture.record("Acme", "Imprint", "2026-01-10T08:00:00Z", "Who we are.\n\nWhere we are.\n\nHow we are.");
    let id = fixture.record("Acme", "Imprint", "2026-02-10T08:00:00Z", "How we are.\n\nWho we are.\n\nWhere we are.");

    let (english, french) =
        (fixture.get(&format!("/en/changes/{id}")).await.body, fixture.get(&format!("/fr/changes/{id}")).await.body);

    assert!(english.contains("<h1>Change of 10 February 2026</h1>"), "{english}");
    assert!(french.contains("<h1>Changement du 10 février 2026</h1>"), "{french}");
}

#[tokio::test]
async fn the_page_about_a_collection_says_who_runs_it_and_where_it_is_kept() {
    let fixture = Fixture::new();
    let told = serde_json::json!({
        "versions": "https://code.example/versions", "snapshots": "javascript:alert(1)",
        "governance": { "Acme & Co": { "url": "https://acme.example", "roles": ["host"] }, "Lumio": {} },
    });
    fixture.declare(|declared| declared.metadata.all.extend(told.as_object().unwrap().clone()));
    fixture.served.refresh();

    let page = fixture.get("/en/about").await.body;

    assert!(
        page.contains("<a href=\"https://acme.example\" rel=\"noopener noreferrer\">Acme &#38; Co</a>, Lumio"),
        "{page}"
    );
    assert!(page.contains("<a href=\"https://code.example/versions\" rel=\"noopener noreferrer\">versions</a></dd>"));
    assert!(!page.contains("javascript:"));
}

#[tokio::test]
async fn pages_tell_readers_of_feeds_which_feed_is_theirs() {
    let fixture = Fixture::new();
    let id = fixture.record("Acme", "Privacy Policy", "2026-01-10T08:00:00Z", "We keep data.");
    fixture.record("Acme", "Privacy Policy", "2026-02-10T08:00:00Z", "We keep data for 90 days.");
    let of_terms = "service=Acme&amp;type=Privacy%20Policy&amp;lang=fr";

    for (page, feed) in [
        ("services/Acme", "service=Acme&amp;lang=fr"),
        ("terms-types/Privacy%20Policy", "type=Privacy%20Policy&amp;lang=fr"),
        ("services/Acme/Privacy%20Policy", of_terms),
        (&format!("versions/{id}"), of_terms),
    ] {
        let body = fixture.get(&format!("/fr/{page}")).await.body;

        let head = body.split("</head>").next().unwrap().replace("&#38;", "&amp;");
        assert!(head.contains(&format!("href=\"/v1/feeds/changes.atom?{feed}\"")), "{page}: {head}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_on_a_page() {
    let fixture = Fixture::with_history();
    let unknown = "0".repeat(40);

    for (address, status) in [
        ("/en/nothing".to_owned(), StatusCode::NOT_FOUND),
        ("/en/services/Nobody".to_owned(), StatusCode::NOT_FOUND),
        ("/en/services/..%2F..%2Fetc".to_owned(), StatusCode::NOT_FOUND),
        ("/en/services/--output=x/Privacy%20Policy".to_owned(), StatusCode::NOT_FOUND),
        (format!("/en/versions/{unknown}"), StatusCode::NOT_FOUND),
        ("/en/versions/HEAD".to_owned(), StatusCode::NOT_FOUND),
        ("/en/changes?since=yesterday".to_owned(), StatusCode::BAD_REQUEST),
        ("/en/changes?kind=rumour".to_owned(), StatusCode::BAD_REQUEST),
    ] {
        let answer = fixture.get(&address).await;

        assert_eq!(answer.status, status, "{address}");
        assert!(answer.body.contains("<main id=\"main\">"), "{address}");
    }
}

#[tokio::test]
async fn nothing_that_somebody_publishes_runs() {
    let fixture = Fixture::new();
    let texts: Vec<String> = PLACES
        .iter()
        .flat_map(|(before, after)| VECTORS.iter().map(move |vector| format!("{before}{vector}{after}")))
        .collect();
    assert!(texts.len() >= 200);
    fixture.record("Acme", "Privacy Policy", "2026-01-10T08:00:00Z", "# Privacy\n\nNothing yet.");
    let whole = texts.join("\n\n");
    fixture.record("Acme", "Privacy Policy", "2026-03-10T08:00:00Z", &format!("# Privacy\n\n{whole}"));

    for page in pages(&fixture).await {
        assert_inert(&fixture.get(&format!("/en{page}")).await.body, &page);
    }
    for vector in VECTORS.iter() {
        let asked: String = url::form_urlencoded::byte_serialize(vector.as_bytes()).collect();
        for page in ["search?q", "changes?service", "changes?kind", "changes?since", "subscribe?q", "subscribe?service"]
        {
            assert_inert(&fixture.get(&format!("/en/{page}={asked}")).await.body, vector);
        }
    }
}

/// A page's only script is its own file, and nothing else can act.
fn assert_inert(html: &str, what: &str) {
    let page = Html::parse_document(html);
    let all = Selector::parse("*").unwrap();
    for element in page.select(&all).map(|element| element.value()) {
        let name = element.name();
        let is_ours = name != "script" || element.attr("src").is_some_and(|src| src.starts_with("/assets/site-"));
        assert!(is_ours, "{what}: a script of somebody else");
        assert!(!["iframe", "object", "embed", "base", "style", "img", "math"].contains(&name), "{what}: <{name}>");
        for (attribute, value) in element.attrs() {
            assert!(!attribute.starts_with("on"), "{what}: {attribute}={value}");
            let target = value.trim().to_lowercase();
            let acts = ["href", "src", "action", "data"].contains(&attribute)
                && (target.starts_with("javascript:") || target.starts_with("data:"));
            assert!(!acts, "{what}: {attribute}={value}");
        }
    }
}

#[tokio::test]
async fn pages_may_load_nothing_of_others() {
    let fixture = Fixture::with_history();

    let answer = fixture.get("/en").await;

    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.headers["referrer-policy"], "no-referrer");
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page_without() {
    let fixture = Fixture::with_history();

    for (address, expected) in [
        ("/en/", "/en"),
        ("/fr/changes/", "/fr/changes"),
        ("/en/services/Acme/Privacy%20Policy//?x=1", "/en/services/Acme/Privacy%20Policy?x=1"),
    ] {
        let answer = fixture.get(address).await;

        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{address}");
        assert_eq!(answer.headers["location"], expected);
    }
}

#[tokio::test]
async fn no_address_leads_to_another_host() {
    for address in ["//evil.example/", "//evil.example/services/", "/%2f/evil.example/", "/en//evil.example/"] {
        let answer = Fixture::new().get(address).await;

        let location = answer.header("location");
        assert!(location.is_empty() || location.starts_with("/en/"), "{address} leads to {location}");
    }
}

#[tokio::test]
async fn an_address_without_a_language_leads_to_the_readers() {
    let answer = Fixture::new().get_with("/services/Acme?x=1", "accept-language", "fr").await;

    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!((answer.header("location"), answer.header("vary")), ("/fr/services/Acme?x=1", "accept-language"));
}

#[tokio::test]
async fn who_asks_for_another_language_is_offered_those_that_there_are() {
    let answer = Fixture::new().get_with("/de/services/Acme", "accept-language", "fr").await;

    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("<html lang=\"fr\">"));
    let links = hrefs(&answer.body);
    assert!(
        ["/en/services/Acme", "/fr/services/Acme"].iter().all(|link| links.contains(&(*link).to_owned())),
        "{links:?}"
    );
}

#[tokio::test]
async fn where_nothing_is_near_names_are_offered() {
    let fixture = Fixture::with_history();

    let typo = fixture.get("/fr/services/Acmee").await;
    let other_type = fixture.get("/en/services/Acme/Imprint").await;

    assert!(typo.body.contains("<html lang=\"fr\">") && hrefs(&typo.body).contains(&"/fr/services/Acme".to_owned()));
    assert!(hrefs(&other_type.body).contains(&"/en/services/Acme/Privacy%20Policy".to_owned()), "{}", other_type.body);
    assert!(other_type.body.contains("value=\"Imprint\""), "{}", other_type.body);
}

#[tokio::test]
async fn two_versions_are_chosen_by_service_type_and_version_or_day() {
    let fixture = Fixture::with_history();
    let of = "/en/compare?service=Acme&type=Privacy%20Policy";

    let form = fixture.get(of).await.body;
    let by_day = fixture.get(&format!("{of}&from=2026-01-20&to=2026-04-01")).await;
    let compared = fixture.get(by_day.header("location")).await.body;
    let too_early = fixture.get(&format!("{of}&from=2020-01-20&to=2026-04-01")).await;

    assert!(form.contains("10 Jan 2026 · ★ First") && form.contains("value=\"2026-01-10\""), "{form}");
    assert_eq!(by_day.status, StatusCode::SEE_OTHER);
    assert!(compared.contains("“30” became “90”"), "{compared}");
    assert_eq!(too_early.status, StatusCode::BAD_REQUEST);
    assert_eq!(fixture.get("/en/compare?from=2026-01-20&to=2026-04-01").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_was_renamed_has_one_history_under_its_name_of_today() {
    let fixture = Fixture::with_history();
    fixture.record("Acmecorp", "Privacy Notice", "2025-06-01T00:00:00Z", "# Privacy\n\nWe keep data for 10 days.");
    fixture.declare(|declared| {
        declared.renames.services =
            vec![ServiceRename { from: "Acmecorp".parse().unwrap(), to: "Acme".parse().unwrap(), valid_until: None }];
        declared.renames.terms_types = vec![TermsTypeRename {
            service: None,
            from: "Privacy Notice".parse().unwrap(),
            to: "Privacy Policy".parse().unwrap(),
            valid_until: None,
        }];
    });
    fixture.served.refresh();

    let old = fixture.get("/en/services/Acmecorp/Privacy%20Notice").await;
    let page = fixture.get(old.header("location")).await.body;

    assert_eq!(old.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(old.header("location"), "/en/services/Acme/Privacy%20Policy");
    assert!(page.contains("Formerly") && page.contains("“Acmecorp”"), "{page}");
    assert!(page.contains("June 2025: 1 new wording"), "the history begins under the former name: {page}");
    assert_eq!(fixture.get("/en/services/Acmecorp").await.header("location"), "/en/services/Acme");
    assert_eq!(
        fixture.get("/en/terms-types/Privacy%20Notice").await.header("location"),
        "/en/terms-types/Privacy%20Policy"
    );
    assert!(!fixture.get("/en/services").await.body.contains("Acmecorp"));
    let changes = fixture.get("/en/changes").await.body;
    assert!(!changes.contains("Acmecorp ·"), "changes go by the name of today: {changes}");
}

#[test]
fn french_is_set_with_its_spaces() {
    for (number, line) in LANGUAGES[1].messages.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        let faults = [" :", " ;", " ?", " !", " »", "« ", " %"];
        assert!(!faults.iter().any(|fault| line.contains(fault)), "{}: {line}", number + 1);
        assert!(!line.contains('\''), "{}: an apostrophe is not a straight mark: {line}", number + 1);
    }
}
