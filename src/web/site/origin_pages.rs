//! What programs look for at the root of a site: `robots.txt` and `sitemap.xml`.

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::language::LANGUAGES;
use super::reader::Reader;
use super::trouble::Trouble;
use crate::markup::escaped;
use crate::web::Served;
use crate::web::address::encoded;

/// A sitemap may list this many addresses (sitemaps.org, protocol 0.9).
const MOST_ADDRESSES: usize = 50_000;

pub fn routes() -> Router<Served> {
    Router::new().route("/robots.txt", get(robots)).route("/sitemap.xml", get(sitemap))
}

async fn robots(reader: Reader) -> String {
    format!(
        "User-agent: *\nAllow: /\nDisallow: /*/compare/\nDisallow: /*/compare?\nDisallow: /*/search\nSitemap: {}\n",
        reader.origin.at("/sitemap.xml")
    )
}

async fn sitemap(reader: Reader) -> Response {
    match addresses(&reader).await {
        Ok(addresses) => {
            let lines = addresses.iter().take(MOST_ADDRESSES);
            let urls: String =
                lines.map(|path| format!("<url><loc>{}</loc></url>\n", escaped(&reader.origin.at(path)))).collect();
            let body = format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
                 <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n"
            );
            ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], body).into_response()
        }
        Err(trouble) => reader.tell(trouble),
    }
}

/// The pages that stay: sections, services, terms, the latest change of each.
async fn addresses(reader: &Reader) -> Result<Vec<String>, Trouble> {
    let overview = reader.overview().await?;
    let mut paths: Vec<String> =
        ["", "/changes", "/services", "/terms-types", "/compare", "/subscribe", "/status", "/about"]
            .map(str::to_owned)
            .to_vec();
    let mut services: Vec<&str> = overview.terms.keys().map(|key| key.service.as_str()).collect();
    services.dedup();
    paths.extend(services.into_iter().map(|id| format!("/services/{}", encoded(id))));
    for (key, summary) in &overview.terms {
        let (service, terms_type) = (encoded(key.service.as_str()), encoded(key.terms_type.as_str()));
        paths.push(format!("/services/{service}/{terms_type}"));
        paths.extend(summary.last_counting.iter().map(|(_, id)| format!("/changes/{id}")));
    }
    let of_language = |tag: &'static str| paths.iter().map(move |path| format!("/{tag}{path}"));
    Ok(LANGUAGES.iter().flat_map(|language| of_language(language.tag)).collect())
}
