//! The federation as its clients see it: two collections on the loopback interface, and one that is not there.

use axum::http::StatusCode;
use serde_json::json;
use tokio::net::TcpListener;

use super::{Listed, Peer};
use crate::web::fixture::Fixture;
use crate::web::{Config, FederationConfig, Listeners, serve};

/// Serves a collection until the test ends; gives the base of its API.
async fn collection() -> String {
    let public = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", public.local_addr().unwrap());
    let served = Fixture::new().served;
    tokio::spawn(serve(Listeners { public, metrics: None }, served, std::future::pending()));
    base
}

fn peer(id: &str, endpoint: &str) -> Listed {
    Listed::Collection(Peer { id: id.to_owned(), name: id.to_uppercase(), endpoint: endpoint.to_owned() })
}

fn federation(collections: Vec<Listed>) -> Fixture {
    let federation = FederationConfig { collections, ..FederationConfig::default() };
    Fixture::with(Config { federation, ..Config::default() })
}

#[tokio::test]
async fn services_are_found_in_all_collections_and_failures_are_told() {
    let (one, two) = (collection().await, collection().await);
    let fixture = federation(vec![peer("one", &one), peer("two", &two), peer("gone", "http://127.0.0.1:1/v1")]);

    let found = fixture.get("/federation-api/v1/services?name=aCME&termsType=Privacy%20Policy").await.json();

    let expected = json!({ "collection": "two", "service": {
        "id": "Acme", "name": "Acme <Inc>", "url": format!("{two}/service/Acme"), "termsTypes": ["Privacy Policy"]
    } });
    assert_eq!(found["results"].as_array().unwrap().len(), 2, "{found}");
    assert_eq!(found["results"][1], expected);
    assert_eq!(found["failures"][0]["collection"], "gone");
}

#[tokio::test]
async fn a_service_is_found_by_its_id() {
    let fixture = federation(vec![peer("one", &collection().await)]);

    let found = fixture.get("/federation-api/v1/service/Lumio").await;
    let missing = fixture.get("/federation-api/v1/service/Nobody").await;
    let refused = fixture.get("/federation-api/v1/service/%2Fetc").await;

    assert_eq!(found.json()["results"][0]["service"]["name"], "Lumio");
    assert_eq!((missing.status, missing.json()), (StatusCode::NOT_FOUND, json!({ "results": [], "failures": [] })));
    assert_eq!((refused.status, refused.body.as_str()), (StatusCode::BAD_REQUEST, ""));
}

#[tokio::test]
async fn of_two_collections_with_one_id_the_later_counts() {
    let fixture = federation(vec![
        peer("one", "https://old.example/v1"),
        peer("one", "https://new.example/v1"),
        peer("bad", "file:///etc/passwd"),
    ]);

    let collections = fixture.get("/federation-api/v1/collections").await.json();

    assert_eq!(collections, json!([{ "id": "one", "name": "ONE", "endpoint": "https://new.example/v1" }]));
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_told_and_others_are_searched() {
    let list = Listed::List("http://127.0.0.1:1/collections.json".to_owned());
    let fixture = federation(vec![list, peer("one", &collection().await)]);

    let found = fixture.get("/federation-api/v1/services?name=lumio").await.json();

    assert_eq!(found["results"][0]["collection"], "one", "{found}");
    assert_eq!(found["failures"][0]["collection"], "http://127.0.0.1:1/collections.json", "{found}");
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again_and_what_is_nowhere_is_a_problem() {
    let fixture = federation(vec![peer("one", &collection().await)]);
    let address = "/federation-api/v1/services?name=lumio";

    let first = fixture.get(address).await;
    let second = fixture.get_with(address, "if-none-match", first.header("etag")).await;
    let nowhere = fixture.get_with("/federation-api/v1/nowhere", "accept", "application/json").await;

    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::NOT_MODIFIED));
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert_eq!(nowhere.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn without_collections_there_is_no_federation() {
    assert_eq!(Fixture::new().get("/federation-api/v1/services").await.status, StatusCode::NOT_FOUND);
}
