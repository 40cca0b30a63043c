//! Answers given again, made anew, and zipped.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get};
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
    Router::new()
        .route("/kept", get(once(asked)))
        .route("/unkept", side_by_side(|| Lasting::ForNow.mark("fleeting".into_response())))
        .route("/large", side_by_side(|| "x".repeat(MAX_BODY_BYTES + 1).into_response()))
        .route("/broken", get(async || Body::from_stream(futures::stream::iter([Err::<Bytes, _>("gone")]))))
        .layer(from_fn_with_state(fixture.served.clone(), answer))
        .with_state(fixture.served.clone())
}

/// A route whose answer is made once, and after that for three at the same time or for nobody.
fn side_by_side(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> MethodRouter<Served> {
    let (at_once, times) = (Arc::new(tokio::sync::Barrier::new(3)), Arc::<AtomicUsize>::default());
    get(move || async move {
        if times.fetch_add(1, Ordering::Relaxed) > 0 {
            at_once.wait().await;
        }
        answer()
    })
}

async fn answered(router: &Router, address: &str) -> Response {
    router.clone().oneshot(Request::get(address).body(Body::empty()).unwrap()).await.unwrap()
}

async fn ask(router: &Router, address: &str) -> String {
    let response = answered(router, address).await;
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
async fn what_is_too_large_to_be_remembered_is_made_for_several_side_by_side() {
    let (fixture, asked) = (Fixture::with_history(), Arc::default());
    let router = counted(&fixture, &asked);
    ask(&router, "/large").await;

    let answers = futures::future::join_all((0..3).map(|_| ask(&router, "/large"))).await;

    assert!(answers.iter().all(|answer| answer.len() == MAX_BODY_BYTES + 1));
}

#[tokio::test]
async fn the_largest_answer_that_is_to_be_remembered_is() {
    let (fixture, asked) = (Fixture::with_history(), Arc::<AtomicUsize>::default());
    let times = Arc::clone(&asked);
    let largest = async move || {
        times.fetch_add(1, Ordering::Relaxed);
        "x".repeat(MAX_BODY_BYTES)
    };
    let router = Router::new()
        .route("/largest", get(largest))
        .layer(from_fn_with_state(fixture.served.clone(), answer))
        .with_state(fixture.served.clone());

    let answers = [ask(&router, "/largest").await, ask(&router, "/largest").await];

    assert_eq!(answers.map(|answer| answer.len()), [MAX_BODY_BYTES; 2]);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_answer_that_cannot_be_sent_is_a_failure_each_time() {
    let (fixture, asked) = (Fixture::with_history(), Arc::default());
    let router = counted(&fixture, &asked);

    let statuses = [answered(&router, "/broken").await.status(), answered(&router, "/broken").await.status()];

    assert_eq!(statuses, [StatusCode::INTERNAL_SERVER_ERROR; 2]);
}

#[tokio::test]
async fn a_feed_in_which_nothing_is_new_is_not_written_again() {
    let fixture = Fixture::with_history();
    let address = "/v1/feeds/changes.atom?significant=all&service=Acme";

    let before = (fixture.get(address).await, number_of(&fixture, address));
    fixture.record("Lumio", "Imprint", "2026-05-01T00:00:00Z", "Here we are.");
    let after = (fixture.get(address).await, number_of(&fixture, address));

    assert_eq!(before.0.body, after.0.body);
    assert_eq!(before.0.header("etag"), after.0.header("etag"));
    assert_eq!(before.1, after.1, "it was kept a second time");
}

#[tokio::test]
async fn whoever_has_a_feed_that_a_record_is_not_in_is_told_so() {
    let fixture = Fixture::with_history();
    let address = "/v1/feeds/changes.atom?type=Privacy%20Policy";

    let before = fixture.get(address).await;
    fixture.record("Lumio", "Imprint", "2026-05-01T00:00:00Z", "Here we are.");
    let after = fixture.get_with(address, "if-none-match", before.header("etag")).await;
    let whole = fixture.get(address).await;

    assert_eq!((after.status, after.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(after.header("last-modified"), before.header("last-modified"));
    assert_eq!((whole.status, whole.body), (StatusCode::OK, before.body));
}

#[tokio::test]
async fn an_answer_about_a_service_stays_until_something_of_that_service_is_recorded() {
    let (fixture, asked) = (Fixture::with_history(), Arc::<AtomicUsize>::default());
    let acme = move || async move {
        let response = asked.fetch_add(1, Ordering::Relaxed).to_string().into_response();
        Lasting::UntilChangeOf("Acme".parse().unwrap()).mark(response)
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
async fn an_answer_about_a_service_is_kept_though_others_are_recorded_while_it_is_made() {
    let (fixture, asked) = (Arc::new(Fixture::with_history()), Arc::<AtomicUsize>::default());
    let (meanwhile, count) = (Arc::clone(&fixture), Arc::clone(&asked));
    let acme = move || async move {
        let number = count.fetch_add(1, Ordering::Relaxed);
        meanwhile.record("Lumio", "Imprint", &format!("2026-05-0{}T00:00:00Z", number + 1), &number.to_string());
        Lasting::UntilChangeOf("Acme".parse().unwrap()).mark(number.to_string().into_response())
    };
    let router = Router::new()
        .route("/acme", get(acme))
        .layer(from_fn_with_state(fixture.served.clone(), answer))
        .with_state(fixture.served.clone());

    let answers = [ask(&router, "/acme").await, ask(&router, "/acme").await, ask(&router, "/acme").await];
    fixture.record("Acme", "Imprint", "2026-05-09T00:00:00Z", "Here we are.");

    // Of the first it is not known yet what it depends on.
    assert_eq!(answers, ["0", "1", "1"]);
    assert_eq!(ask(&router, "/acme").await, "2");
}

#[tokio::test]
async fn who_waits_is_given_what_was_begun_since_though_more_was_recorded_meanwhile() {
    let (fixture, asked) = (Arc::new(Fixture::with_history()), Arc::<AtomicUsize>::default());
    let (meanwhile, count) = (Arc::clone(&fixture), Arc::clone(&asked));
    let all = move || async move {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let record = |hour| {
            let date = format!("2026-05-0{}T{hour:02}:00:00Z", number + 1);
            meanwhile.record("Lumio", "Imprint", &date, &date);
        };
        record(1);
        // The others come now, and wait.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        record(2);
        number.to_string()
    };
    let router = Router::new()
        .route("/all", get(all))
        .layer(from_fn_with_state(fixture.served.clone(), answer))
        .with_state(fixture.served.clone());

    let mut answers = futures::future::join_all((0..8).map(|_| ask(&router, "/all"))).await;

    answers.sort();
    assert_eq!(answers, ["0", "1", "1", "1", "1", "1", "1", "1"]);
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

fn number_of(fixture: &Fixture, address: &str) -> u64 {
    let below_base = address.strip_prefix("/v1").unwrap();
    fixture.served.remembered().get(&format!("\nhttp://localhost{below_base}")).unwrap().body.number
}
