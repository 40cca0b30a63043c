//! In which language a page is: as its address says; where it says nothing, as the reader's browser asks.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use crate::signal;

/// A language that pages are written in. Another is another file in `locales/` and a row in [`LANGUAGES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// Its tag, as in addresses and in `lang`.
    pub tag: &'static str,
    /// Its name in itself.
    pub name: &'static str,
    /// With a region, as social networks ask for.
    pub locale: &'static str,
    /// The language in which reasons of verdicts are told.
    pub reasons: signal::Language,
    /// Its messages in Fluent's syntax.
    pub(super) messages: &'static str,
}

/// All languages; the first is that of readers who ask for none of them.
pub const LANGUAGES: [Language; 2] = [
    Language {
        tag: "en",
        name: "English",
        locale: "en_GB",
        reasons: signal::Language::English,
        messages: include_str!("locales/en.ftl"),
    },
    Language {
        tag: "fr",
        name: "Français",
        locale: "fr_FR",
        reasons: signal::Language::French,
        messages: include_str!("locales/fr.ftl"),
    },
];

/// Their tags.
pub const fn tags() -> [&'static str; LANGUAGES.len()] {
    let mut tags = [""; LANGUAGES.len()];
    let mut at = 0;
    while at < tags.len() {
        tags[at] = LANGUAGES[at].tag;
        at += 1;
    }
    tags
}

/// More entries of `Accept-Language` than this are not looked at.
const MAX_ASKED: usize = 20;

impl Language {
    pub fn from_tag(tag: &str) -> Option<Self> {
        LANGUAGES.into_iter().find(|language| language.tag == tag)
    }

    /// The one that a reader prefers, as RFC 9110, section 12.5.4 has it.
    pub fn preferred(headers: &HeaderMap) -> Self {
        let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut asked: Vec<(f32, &str)> = asked.split(',').take(MAX_ASKED).map(range).collect();
        asked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let wanted = asked.into_iter().filter(|(quality, _)| *quality > 0.0);
        wanted.filter_map(|(_, tag)| Self::from_tag(tag)).next().unwrap_or(LANGUAGES[0])
    }
}

/// The weight of a language range, and its primary tag.
fn range(range: &str) -> (f32, &str) {
    let (tag, quality) = range.split_once(";").unwrap_or((range, ""));
    let quality = quality.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse).unwrap_or(0.0);
    (quality, tag.trim().split('-').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_preference_decides() {
        for (asked, expected) in [
            ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
            ("de, en;q=0.3, fr;q=0.7", "fr"),
            ("fr;q=0, en", "en"),
            ("ja", "en"),
            ("", "en"),
            ("fr;q=x", "en"),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, asked.parse().unwrap())]);

            assert_eq!(Language::preferred(&headers).tag, expected, "{asked}");
        }
    }
}
