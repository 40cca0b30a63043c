//! Pages of versions and terms.

use super::*;

#[tokio::test]
async fn a_version_is_shown_without_its_snapshots_and_not_kept_so() {
    let fixture = Fixture::with_history();
    let address = format!("/en/versions/{:040x}", 2);

    fixture.are_snapshots_out_of_reach.store(true, Ordering::Relaxed);
    let without = fixture.get(&address).await;
    fixture.are_snapshots_out_of_reach.store(false, Ordering::Relaxed);
    let with = fixture.get(&address).await;

    assert_eq!((without.status, without.header("cache-control")), (StatusCode::OK, "no-store"));
    assert_eq!((with.status, with.header("cache-control")), (StatusCode::OK, "no-cache"));
    assert!(without.body.contains("We keep data for 90 days.") && with.body.contains("We keep data for 90 days."));
}

#[tokio::test]
async fn a_terms_is_shown_without_its_snapshots_and_not_kept_so() {
    let fixture = Fixture::with_history();

    fixture.are_snapshots_out_of_reach.store(true, Ordering::Relaxed);
    let without = fixture.get("/en/services/Acme/Privacy%20Policy").await;
    fixture.are_snapshots_out_of_reach.store(false, Ordering::Relaxed);
    let with = fixture.get("/en/services/Acme/Privacy%20Policy").await;

    assert_eq!((without.status, without.header("cache-control")), (StatusCode::OK, "no-store"));
    assert_eq!((with.status, with.header("cache-control")), (StatusCode::OK, "no-cache"));
}

#[tokio::test]
async fn a_version_tells_of_snapshots_that_came_after_it() {
    let (fixture, other) = (Fixture::new(), Fixture::new());
    let id = other.record("Lumio", "Terms of Service", "2026-02-01T00:00:00Z", "# Terms\n\nBe kind.");
    let version = other.versions.find(&id).unwrap().unwrap().content;
    let snapshot = other.snapshots.find(&version.snapshots[0]).unwrap().unwrap().content;
    let id = fixture.versions.save(New::tracked(version)).unwrap().id().clone();
    let address = format!("/en/versions/{id}");

    let before = fixture.get(&address).await.body;
    fixture.snapshots.save(New::tracked(snapshot)).unwrap();
    let after = fixture.get(&address).await.body;

    assert!(before.contains("https://lumio.example/privacy"), "as it is declared: {before}");
    assert!(after.contains("https://acme.example/privacy"), "as it was fetched: {after}");
}

#[tokio::test]
async fn the_text_of_a_day_is_that_which_applied() {
    let fixture = Fixture::with_history();

    let answer = fixture.get("/en/services/Acme/Privacy%20Policy/on?date=2026-02-01").await;
    let text = fixture.get(answer.headers["location"].to_str().unwrap()).await.body;

    assert!(text.contains("30 days") && !text.contains("90 days"), "{text}");
    let before = fixture.get("/en/services/Acme/Privacy%20Policy/on?date=2025-01-01").await;
    assert_eq!(before.status, StatusCode::BAD_REQUEST);
    assert!(before.body.contains("No text was recorded by 1 January 2025."), "{}", before.body);
}

#[tokio::test]
async fn the_change_of_a_first_version_is_its_text() {
    let fixture = Fixture::new();
    let id = fixture.record("Acme", "Privacy Policy", "2026-01-10T08:00:00Z", "# Privacy\n\nWe keep data.");

    let answer = fixture.get(&format!("/fr/changes/{id}")).await;

    assert_eq!(answer.headers["location"].to_str().unwrap(), format!("/fr/versions/{id}"));
}

#[tokio::test]
async fn a_version_can_be_cited_and_taken_along() {
    let fixture = Fixture::with_history();
    let id = fixture.record("Lumio", "Terms of Service", "2026-04-01T00:00:00Z", "# Terms\n\nBe very kind.");

    let page = fixture.get(&format!("/en/versions/{id}")).await.body;
    let markdown = fixture.get(&format!("/en/versions/{id}/text.md")).await;

    assert!(page.contains("“Terms of Service”, text of 1 April 2026"), "{page}");
    assert!(page.contains("date = {2026-04-01}"), "{page}");
    assert_eq!(markdown.body, "# Terms\n\nBe very kind.");
    assert!(markdown.headers["cache-control"].to_str().unwrap().contains("immutable"));
}

/// A terms of some 300 KB in sections, none of which is like another.
fn long_terms() -> String {
    let sentence =
        |number: usize| format!("We keep what you give us under clause {} for {number} days. ", number * 7_919);
    let section = |number: usize| format!("## Section {number}\n\n{}\n\n", sentence(number).repeat(60));
    "# Terms\n\n".to_owned() + &(1..=80).map(section).collect::<String>()
}

#[tokio::test]
async fn a_long_text_is_read_in_parts_whose_passages_keep_their_addresses() {
    let fixture = Fixture::new();
    let id = fixture.record("Acme", "Terms of Service", "2026-01-10T08:00:00Z", &long_terms());
    let address = format!("/en/versions/{id}");

    let first = fixture.get(&address).await.body;
    let second = fixture.get(&format!("{address}?part=2")).await.body;
    let asked = fixture.get(&format!("{address}?passage=s-section-70")).await.body;
    let whole = fixture.get(&format!("{address}/text.html")).await.body;

    assert!(first.len() < 150_000 && first.contains("Part 1 of "), "{}", first.len());
    assert!(first.contains("id=\"s-section-1\"") && !first.contains("id=\"s-section-70\""));
    assert!(first.contains("href=\"?passage=s-section-70#s-section-70\">Section 70</a>"), "the contents are whole");
    assert!(first.contains("href=\"?part=2\"") && second.contains("href=\"?part=1\""));
    assert!(asked.contains("<h3 id=\"s-section-70\">") && !asked.contains("id=\"s-section-1\""));
    assert!((1..=80).all(|number| whole.contains(&format!("<h3 id=\"s-section-{number}\">"))));
    assert_eq!(fixture.get(&format!("{address}?part=99")).await.status, StatusCode::NOT_FOUND);
    assert!(fixture.get(&format!("{address}?passage=nowhere")).await.body.contains("Part 1 of "));
}

#[tokio::test]
async fn a_version_can_be_taken_along_as_it_was_fetched() {
    let fixture = Fixture::new();
    let id = fixture.record("Acme", "Privacy Policy", "2026-01-10T08:00:00Z", "We keep data.");

    let page = Html::parse_document(&fixture.get(&format!("/en/versions/{id}")).await.body);

    let links = Selector::parse("a[href^='/v1/snapshot/'][href$='/content']").unwrap();
    let link = page.select(&links).next().unwrap().attr("href").unwrap().to_owned();
    assert_eq!(fixture.get(&link).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_long_text_that_cannot_be_divided_is_no_part_of_itself() {
    let fixture = Fixture::new();
    let id = fixture.record("Acme", "Terms of Service", "2026-01-10T08:00:00Z", &"We keep data. ".repeat(10_000));

    let page = fixture.get(&format!("/en/versions/{id}")).await.body;

    assert!(page.len() > 140_000 && !page.contains("Part 1 of 1"));
    assert!(page.contains("<a class=\"anchor\" href=\"#p-") && page.contains("data-print"));
}

#[tokio::test]
async fn the_contents_beside_the_beginning_of_a_long_text_lead_to_the_parts() {
    let fixture = Fixture::new();
    let id = fixture.record("Acme", "Terms of Service", "2026-01-10T08:00:00Z", &long_terms());

    let terms = fixture.get("/fr/services/Acme/Terms%20of%20Service").await.body;

    let way = format!("href=\"/fr/versions/{id}?passage=s-section-70#s-section-70\"");
    assert!(terms.contains(&way) && !terms.contains("id=\"s-section-70\""));
}

#[tokio::test]
async fn a_terms_is_told_by_month_and_cited_where_it_stands() {
    let page = Fixture::with_history().get("/en/services/Acme/Privacy%20Policy").await.body;

    assert!(page.contains("March 2026: 1 new wording, nothing else"), "{page}");
    assert!(page.contains("@misc{terms-") && page.contains("container-title"), "{page}");
    assert!(page.contains("by HTTP"), "{page}");
}
