//! Answers given again, made anew, and zipped.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower::ServiceExt;

use super::*;
use crate::web::fixture::Fixture;

/// Routes that count how often they are asked, beneath this layer.
fn counted(fixture: &Fixture, asked: &Arc<AtomicUsize>) -> Router {
    let once = |asked: &Arc<AtomicUsize>| {
        let asked = Arc::clone(asked);
        move || async move {
            // Others come meanwhile.
            tokio::task::yield_now().await;
            asked.fetch_add(1, Ordering::Relaxed).to_string()
        }
    };
    let (at_once, times) = (Arc::new(tokio::sync::Barrier::new(3)), Arc::clone(asked));
    let unkept = move || async move {
        if times.fetch_add(1, Ordering::Relaxed) > 0 {
            at_once.wait().await;
        }
        ([(CACHE_CONTROL, "no-store")], "fleeting")
    };
    Router::new()
        .route("/kept", get(once(asked)))
        .route("/unkept", get(unkept))
        .layer(from_fn_with_state(fixture.served.clone(), answer))
        .with_state(fixture.served.clone())
}

async fn ask(router: &Router, address: &str) -> String {
    let request = Request::get(address).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().into()).unwrap()
}

#[tokio::test]
async fn what_several_ask_for_at_once_is_made_once() {
    let (fixture, asked) = (Fixture::with_history(), Arc::default());
    let router = counted(&fixture, &asked);

    let answers = futures::future::join_all((0..5).map(|_| ask(&router, "/kept"))).await;

    assert_eq!(answers, ["0"; 5]);
}

#[tokio::test]
async fn an_answer_is_made_again_once_something_is_recorded() {
    let (fixture, asked) = (Fixture::with_history(), Arc::default());
    let router = counted(&fixture, &asked);

    let before = (ask(&router, "/kept").await, ask(&router, "/kept").await);
    fixture.record("Acme", "Imprint", "2026-05-01T00:00:00Z", "Here we are.");

    assert_eq!(before, ("0".to_owned(), "0".to_owned()));
    assert_eq!(ask(&router, "/kept").await, "1");
}

#[tokio::test]
async fn what_is_not_remembered_is_made_for_several_side_by_side() {
    let (fixture, asked) = (Fixture::with_history(), Arc::default());
    let router = counted(&fixture, &asked);
    ask(&router, "/unkept").await;

    // Each waits for the two others: one after the other, none would ever be done.
    let answers = futures::future::join_all((0..3).map(|_| ask(&router, "/unkept"))).await;

    assert_eq!(answers, ["fleeting"; 3]);
}

#[tokio::test]
async fn a_feed_in_which_nothing_is_new_is_not_written_again() {
    let fixture = Fixture::with_history();
    let address = "/v1/feeds/changes.atom?significant=all&service=Acme";

    let before = fixture.get(address).await;
    fixture.record("Lumio", "Imprint", "2026-05-01T00:00:00Z", "Here we are.");
    let remembered = served_body(&fixture, address);
    let after = fixture.get(address).await;

    assert_eq!(before.body, after.body);
    assert_eq!(served_body(&fixture, address).as_ptr(), remembered.as_ptr(), "it is the same in memory");
}

#[tokio::test]
async fn an_answer_about_a_service_stays_until_something_of_that_service_is_recorded() {
    let (fixture, asked) = (Fixture::with_history(), Arc::<AtomicUsize>::default());
    let acme = move || async move {
        let mut response = asked.fetch_add(1, Ordering::Relaxed).to_string().into_response();
        response.extensions_mut().insert(OfService("Acme".parse().unwrap()));
        response
    };
    let router = Router::new()
        .route("/acme", get(acme))
        .layer(from_fn_with_state(fixture.served.clone(), answer))
        .with_state(fixture.served.clone());

    let before = ask(&router, "/acme").await;
    fixture.record("Lumio", "Imprint", "2026-05-01T00:00:00Z", "Here we are.");
    let untouched = ask(&router, "/acme").await;
    fixture.record("Acme", "Imprint", "2026-05-01T00:00:00Z", "Here we are.");

    assert_eq!([before, untouched, ask(&router, "/acme").await], ["0", "0", "1"]);
}

#[tokio::test]
async fn an_answer_in_gzip_is_the_same_answer() {
    let fixture = Fixture::with_history();
    let plain = fixture.get("/v1/docs/").await;

    let zipped = fixture.get_with("/v1/docs/", "accept-encoding", "gzip, br").await;
    let both =
        Request::get("/v1/docs/").header("accept-encoding", "gzip").header("if-none-match", plain.header("etag"));
    let known = fixture.ask(both.body(Body::empty()).unwrap()).await;

    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert_eq!(zipped.header("etag"), plain.header("etag"));
    assert!(zipped.headers.get_all("vary").iter().any(|value| value == "accept-encoding"));
    assert!(zipped.body.len() < plain.body.len() / 2);
    assert_eq!((known.status, known.header("content-encoding")), (StatusCode::NOT_MODIFIED, ""));
}

fn served_body(fixture: &Fixture, address: &str) -> Bytes {
    let below_base = address.strip_prefix("/v1").unwrap();
    fixture.served.remembered().get(&format!("\nhttp://localhost{below_base}")).unwrap().body
}
