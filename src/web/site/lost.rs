//! What is answered where no page is: the page that was meant, where that can be told, or ways to go on.

use axum::extract::OriginalUri;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use super::frame::Way;
use super::language::{LANGUAGES, Language};
use super::reader::Reader;
use super::trouble::Trouble;
use crate::domain::Service;

/// What stands first in the addresses of pages, after the language.
const SECTIONS: [&str; 9] =
    ["about", "changes", "compare", "search", "services", "status", "subscribe", "terms-types", "versions"];

/// Names as near as this are worth a question.
const NEAR: f64 = 0.8;

/// Services proposed in place of one that is not there.
const MOST_NEAR: usize = 5;

/// Longer names are not compared with others.
const LONGEST_NAME: usize = 100;

/// Where there is no page of this address.
pub async fn nowhere(reader: Reader, OriginalUri(uri): OriginalUri) -> Response {
    let query = uri.query().map_or(String::new(), |query| format!("?{query}"));
    match meant(&reader, uri.path()) {
        Meant::Elsewhere(path) => Redirect::permanent(&(path + &query)).into_response(),
        Meant::InSomeLanguage(path) => {
            ([(header::VARY, "accept-language")], Redirect::temporary(&(path + &query))).into_response()
        }
        Meant::OtherLanguage => reader.tell(Trouble::OtherLanguage),
        Meant::Nothing => reader.tell(Trouble::NotFound),
    }
}

enum Meant {
    /// The same page under its one address.
    Elsewhere(String),
    /// A page whose address leaves the language open.
    InSomeLanguage(String),
    /// A page in a language that none is written in.
    OtherLanguage,
    Nothing,
}

fn meant(reader: &Reader, path: &str) -> Meant {
    let trimmed = path.trim_end_matches('/');
    // An address that begins with two slashes would lead to another host.
    let Some((first, rest)) = trimmed.strip_prefix('/').map(|path| path.split_once('/').unwrap_or((path, ""))) else {
        return Meant::Nothing;
    };
    if Language::from_tag(first).is_some() {
        return if trimmed == path { Meant::Nothing } else { Meant::Elsewhere(trimmed.to_owned()) };
    }
    if SECTIONS.contains(&first) {
        return Meant::InSomeLanguage(format!("/{}{trimmed}", reader.words.language.tag));
    }
    let is_page = rest.is_empty() || SECTIONS.contains(&rest.split('/').next().unwrap_or_default());
    if is_tag(first) && is_page { Meant::OtherLanguage } else { Meant::Nothing }
}

/// Whether this may be meant for the tag of a language, with or without a region.
fn is_tag(text: &str) -> bool {
    let is_word =
        |text: &str, most: usize| (2..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic());
    match text.split_once('-') {
        Some((language, region)) => is_word(language, 3) && is_word(region, 4),
        None => is_word(text, 3),
    }
}

/// Pages that may have been meant by an address below the language.
pub fn ways(reader: &Reader, path: &str) -> Vec<Way> {
    let Some(rest) = path.strip_prefix("/services/") else { return Vec::new() };
    let name = decoded(rest.split('/').next().unwrap_or_default());
    let declared = reader.served.declared();
    match declared.service(&name) {
        Some(service) => of_service(reader, service),
        None => near(&declared.collection.services, &name).map(|service| to_service(reader, service)).collect(),
    }
}

/// The same page in the languages that there are.
pub fn in_languages(path: &str) -> Vec<Way> {
    let rest = path.trim_start_matches('/').split_once('/').map_or(String::new(), |(_, rest)| format!("/{rest}"));
    let way = |language: Language| Way {
        name: language.name.to_owned(),
        href: format!("/{}{rest}", language.tag),
        is_here: false,
        tag: language.tag,
    };
    LANGUAGES.into_iter().map(way).collect()
}

fn to_service(reader: &Reader, service: &Service) -> Way {
    let frame = reader.frame("");
    way(reader, service.name.clone(), frame.to_service(service.id.as_str()))
}

fn of_service(reader: &Reader, service: &Service) -> Vec<Way> {
    let frame = reader.frame("");
    let to_terms = |terms: &crate::domain::Terms| {
        way(reader, format!("{} · {}", service.name, terms.key.terms_type), frame.to_terms(&terms.key))
    };
    std::iter::once(to_service(reader, service)).chain(service.terms.iter().map(to_terms)).collect()
}

fn way(reader: &Reader, name: String, href: String) -> Way {
    Way { name, href, is_here: false, tag: reader.words.language.tag }
}

/// The services with the names nearest to one that does not exist.
fn near<'a>(services: &'a [Service], name: &str) -> impl Iterator<Item = &'a Service> {
    let name = name.chars().take(LONGEST_NAME).collect::<String>().to_lowercase();
    let likeness = |other: &str| strsim::jaro_winkler(&name, &other.to_lowercase());
    let mut found: Vec<(f64, &Service)> = services
        .iter()
        .map(|service| (likeness(&service.name).max(likeness(service.id.as_str())), service))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .collect();
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    found.into_iter().take(MOST_NEAR).map(|(_, service)| service)
}

/// What an address asks for, in words that can be searched for.
pub fn wanted(path: &str) -> String {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let words = decoded(last).replace(['-', '_', '+'], " ");
    words.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()
}

fn decoded(part: &str) -> String {
    percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_languages_are_short() {
        for tag in ["de", "pt-BR", "ast", "zh-Hant"] {
            assert!(is_tag(tag), "{tag}");
        }
        for other in ["", "d", "feed", "v1", "12", "de-", "favicon.ico"] {
            assert!(!is_tag(other), "{other}");
        }
    }

    #[test]
    fn an_address_gives_words_to_search_for() {
        assert_eq!(wanted("/services/Acme/Privacy%20Policy"), "Privacy Policy");
        assert_eq!(wanted("/blog/data-retention/"), "data retention");
        assert_eq!(wanted(""), "");
    }
}
