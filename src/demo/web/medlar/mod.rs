//! Medlar Health treats patients by video. Its terms stand in `<noscript>`; a page goes missing, another is emptied.

use crate::demo::platform::{Answer, Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "medlar",
    service: "Medlar Health",
    frame: since![1 "frame/01.html"],
    pages: &[
        Page::html(
            "/terms",
            since![1 "terms/01.html", 4 "terms/04.html", 7 "terms/07.html", 9 "terms/09.html", 12 "terms/12.html", 13 "terms/13.html", 16 "terms/16.html"],
        ),
        Page {
            answers: &[(6..=7, Answer::Error(404))],
            ..Page::html(
                "/privacy",
                since![1 "privacy/01.html", 3 "privacy/03.html", 5 "privacy/05.html", 8 "privacy/08.html", 11 "privacy/11.html", 14 "privacy/14.html"],
            )
        },
        Page::html(
            "/company",
            since![1 "company/01.html", 6 "company/06.html", 10 "company/10.html", 11 "company/11.html", 12 "company/12.html"],
        ),
    ],
    declaration: since![1 "declaration/01.json"],
    history: &[],
};
