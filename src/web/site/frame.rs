//! What surrounds every page: masthead, languages, addresses.

use std::borrow::Borrow;

use chrono::{DateTime, TimeDelta, Utc};

use super::assets;
use super::card::Preview;
use super::language::{LANGUAGES, Language};
use super::words::Words;
use crate::domain::{RecordId, TermsKey};
use crate::web::Origin;
use crate::web::address::encoded;
use crate::web::copy::StaticCopy;

/// The sections in the masthead: name of the message, address below the language.
const SECTIONS: [(&str, &str); 6] = [
    ("nav-changes", "/changes"),
    ("nav-services", "/services"),
    ("nav-terms-types", "/terms-types"),
    ("nav-subscribe", "/subscribe"),
    ("nav-status", "/status"),
    ("nav-about", "/about"),
];

/// The frame of one page.
pub struct Frame {
    pub words: Words,
    /// The collection's name.
    pub collection: String,
    /// Where the interface for programs is mounted.
    pub base: String,
    pub title: String,
    pub description: String,
    pub path: String,
    pub query: Option<String>,
    pub origin: Origin,
    /// Present where the page is for a copy of the site.
    pub copy: Option<StaticCopy>,
    /// The card for links to the page; absent where no whole address of it is known.
    pub card: Option<Preview>,
}

/// A link in the frame.
pub struct Way {
    pub name: String,
    pub href: String,
    pub is_here: bool,
    /// Of the language, for the links to other languages.
    pub tag: &'static str,
}

impl Frame {
    pub fn tag(&self) -> &'static str {
        self.words.language.tag
    }

    pub fn say(&self, name: &str) -> String {
        self.words.say(name)
    }

    pub fn say_it(&self, name: &str, it: &str) -> String {
        self.words.say_it(name, it)
    }

    pub fn count(&self, name: &str, n: impl Borrow<usize>) -> String {
        self.words.count(name, *n.borrow())
    }

    pub fn day(&self, date: &DateTime<Utc>) -> String {
        self.words.day(*date)
    }

    /// A day as `datetime` tells it to programs.
    pub fn date(&self, date: &DateTime<Utc>) -> String {
        date.date_naive().to_string()
    }

    pub fn short_day(&self, date: &DateTime<Utc>) -> String {
        self.words.short_day(*date)
    }

    /// The address of a page in this language.
    pub fn to(&self, path: &str) -> String {
        format!("/{}{path}", self.tag())
    }

    pub fn to_service(&self, service: &str) -> String {
        self.to(&format!("/services/{}", encoded(service)))
    }

    pub fn to_terms(&self, terms: &TermsKey) -> String {
        format!("{}/{}", self.to_service(terms.service.as_str()), encoded(terms.terms_type.as_str()))
    }

    pub fn to_type(&self, terms_type: &str) -> String {
        self.to(&format!("/terms-types/{}", encoded(terms_type)))
    }

    pub fn to_version(&self, id: &RecordId) -> String {
        self.to(&format!("/versions/{id}"))
    }

    pub fn to_change(&self, id: &RecordId) -> String {
        self.to(&format!("/changes/{id}"))
    }

    /// This page, as others are to call it.
    pub fn canonical(&self) -> String {
        self.origin.at(&self.to(&self.path))
    }

    pub fn absolute(&self, path: &str) -> String {
        self.origin.at(path)
    }

    /// What the feed of one service or one type asks for.
    pub fn feed_of(&self, name: &str, value: &str) -> String {
        format!("{name}={}", encoded(value))
    }

    /// Has links to the page show another card than that of the site.
    pub fn show_card(&mut self, card: Preview) {
        self.card = self.card.take().map(|_| card);
    }

    /// The whole address of the page's card, and what it shows.
    pub fn image(&self) -> Option<(String, &str)> {
        self.card.as_ref().map(|card| (self.origin.at(&self.to(&card.path)), card.alt.as_str()))
    }

    /// The language as social networks call it.
    pub fn locale(&self) -> &'static str {
        self.words.language.locale
    }

    pub fn other_locales(&self) -> Vec<&'static str> {
        let others = LANGUAGES.iter().filter(|language| **language != self.words.language);
        others.map(|language| language.locale).collect()
    }

    /// What a copy of the site says of itself.
    pub fn copy_note(&self) -> Option<String> {
        let last = self.copy?.as_of - TimeDelta::seconds(1);
        Some(self.say_it("copy-note", &self.day(&last)))
    }

    pub fn style(&self) -> &'static str {
        assets::STYLE.address()
    }

    pub fn icon(&self) -> &'static str {
        assets::ICON.address()
    }

    pub fn script(&self) -> &'static str {
        assets::SCRIPT.address()
    }

    pub fn sections(&self) -> Vec<Way> {
        let way = |(name, path): &(&str, &str)| Way {
            name: self.say(name),
            href: self.to(path),
            is_here: self.path.starts_with(path) || (self.path.is_empty() && *path == "/changes"),
            tag: self.tag(),
        };
        SECTIONS.iter().map(way).collect()
    }

    /// This page in other languages.
    pub fn languages(&self) -> Vec<Way> {
        let query = self.query.as_ref().map_or(String::new(), |query| format!("?{query}"));
        let others = LANGUAGES.iter().filter(|language| **language != self.words.language);
        others.map(|language| self.way_to_language(language, &query)).collect()
    }

    fn way_to_language(&self, language: &Language, query: &str) -> Way {
        Way {
            name: language.name.to_owned(),
            href: format!("/{}{}{query}", language.tag, self.path),
            is_here: false,
            tag: language.tag,
        }
    }
}
