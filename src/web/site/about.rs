//! What this is, how it works, how to cite it.

use askama::Template;
use axum::response::Response;

use super::frame::Frame;
use super::kinds::{self, Sign};
use super::reader::Reader;
use super::trouble::Trouble;

#[derive(Template)]
#[template(path = "about.html")]
struct Page {
    frame: Frame,
    description: Option<String>,
    languages: Vec<String>,
    jurisdictions: Vec<String>,
    signs: Vec<Sign>,
}

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
        signs: kinds::all(reader.words),
    })
}
