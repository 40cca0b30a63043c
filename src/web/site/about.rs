//! What this is, how it works, how to cite it.

use askama::Template;
use axum::response::Response;
use serde_json::Value;

use super::frame::Frame;
use super::kinds::{self, Sign};
use super::reader::Reader;
use super::trouble::Trouble;
use crate::web::Metadata;

#[derive(Template)]
#[template(path = "about.html")]
struct Page {
    frame: Frame,
    description: Option<String>,
    languages: Vec<String>,
    jurisdictions: Vec<String>,
    /// Where the collection is kept, as far as it says so.
    places: Vec<Place>,
    /// Who runs it.
    people: Vec<Place>,
    signs: Vec<Sign>,
}

/// A name, and where it leads.
struct Place {
    name: String,
    href: Option<String>,
}

/// What `metadata.yml` calls the places of a collection, and what they are called here.
const PLACES: [(&str, &str); 4] = [
    ("declarations", "about-declarations"),
    ("versions", "about-versions"),
    ("snapshots", "about-snapshots"),
    ("dataset", "about-dataset"),
];

pub async fn page(reader: Reader) -> Response {
    reader.show(about(&reader)).await
}

async fn about(reader: &Reader) -> Result<Page, Trouble> {
    let declared = reader.served.declared();
    let listed = |key: &str| {
        let values = declared.metadata.all.get(key).and_then(|value| value.as_array());
        values.into_iter().flatten().filter_map(|value| value.as_str()).map(str::to_owned).collect()
    };
    Ok(Page {
        frame: reader.frame(reader.words.say("about-title")),
        description: reader.told("description"),
        languages: listed("languages"),
        jurisdictions: listed("jurisdictions"),
        places: places(reader, &declared.metadata),
        people: people(&declared.metadata),
        signs: kinds::all(reader.words),
    })
}

fn places(reader: &Reader, metadata: &Metadata) -> Vec<Place> {
    let place = |(key, name): (&str, &str)| {
        let href = Some(web_address(metadata.text(key)?)?.to_owned());
        Some(Place { name: reader.words.say(name), href })
    };
    PLACES.into_iter().filter_map(place).collect()
}

/// `governance` has a name each, with what is known of it.
fn people(metadata: &Metadata) -> Vec<Place> {
    let governance = metadata.all.get("governance").and_then(Value::as_object);
    let person = |(name, known): (&String, &Value)| {
        let href = known.get("url").and_then(Value::as_str).and_then(web_address);
        Place { name: name.clone(), href: href.map(str::to_owned) }
    };
    governance.into_iter().flatten().map(person).collect()
}

/// An address that a browser opens and that runs nothing.
fn web_address(text: &str) -> Option<&str> {
    ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme)).then_some(text)
}
