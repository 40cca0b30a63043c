//! What became of tracking as entries: from when on nobody looks at a terms, and from when on somebody does again.
//!
//! They count: whoever follows a terms would otherwise take silence for a time without change.

use chrono::SecondsFormat;

use super::change::{CHANGE_KIND, Desk, category, of_terms};
use crate::checks::{Event, EventKind, EventReason};
use crate::feeds::Entry;
use crate::markup::escaped;
use crate::web::address::encoded;
use crate::web::site::reasons;

/// The kinds that feeds tell, by their names in `kind=`. That a terms is tracked for the first time is told by its
/// first version.
pub const KINDS: [EventKind; 2] = [EventKind::NoLongerTracked, EventKind::TrackedAgain];

impl Desk {
    /// The entry for an event; `service` is the name of its service.
    pub fn tracking(&self, event: &Event, service: &str) -> Entry {
        let (id, terms_type) = (event.terms.service.as_str(), event.terms.terms_type.as_str());
        let (kind, date) = (event.kind.name(), event.at.to_rfc3339_opts(SecondsFormat::Secs, true));
        let message = format!("feed-{kind}");
        let why = event.reason.as_ref().and_then(|reason| self.why(reason));
        let summary = why.into_iter().chain([self.words.say(&format!("{message}-text"))]);
        let summary = summary.collect::<Vec<_>>().join(" ");
        let what = [&self.collection, id, terms_type, &date].map(encoded).join(":");
        let kind = category(CHANGE_KIND, kind, &self.words.say(&message));
        Entry {
            id: format!("tag:fineprint,2026:{}:{what}", event.kind.name()),
            title: self.title(service, terms_type, &message),
            url: format!("{}/services/{}/{}", self.site, encoded(id), encoded(terms_type)),
            date: event.at,
            html: format!("<p>{}</p>", escaped(&summary)),
            summary,
            categories: of_terms(&event.terms, service).into_iter().chain([kind]).collect(),
            links: Vec::new(),
        }
    }
    /// Why tracking ended. That it began again has its reason in the text that is there again.
    fn why(&self, reason: &EventReason) -> Option<String> {
        match reason {
            EventReason::ServiceRemoved => Some(self.words.say("feed-service-removed")),
            EventReason::TermsRemoved => Some(self.words.say("feed-terms-removed")),
            EventReason::RanOut { valid_until } => {
                Some(self.words.say_of("feed-ran-out", [("until", self.words.day(*valid_until).into())]))
            }
            EventReason::Unreadable { since, failure, .. } => {
                let why = reasons::of_kind(failure, self.words).unwrap_or_else(|| failure.clone());
                let values = [("since", self.words.day(*since).into()), ("why", why.into())];
                Some(self.words.say_of("feed-unreadable", values))
            }
            _ => None,
        }
    }
}
