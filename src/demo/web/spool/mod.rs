//! Spool shows short films, then closes: its pages are gone, and its declaration goes to history.

use crate::demo::REVISIONS;
use crate::demo::platform::{Answer, Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "spool",
    service: "Spool",
    frame: since![1 "frame/01.html"],
    pages: &[
        Page {
            answers: &[(12..=REVISIONS, Answer::Error(410))],
            ..Page::html(
                "/terms",
                since![1 "terms/01.html", 4 "terms/04.html", 7 "terms/07.html", 9 "terms/09.html", 11 "terms/11.html"],
            )
        },
        Page {
            answers: &[(12..=REVISIONS, Answer::Error(410))],
            ..Page::html(
                "/partners",
                since![1 "partners/01.html", 3 "partners/03.html", 6 "partners/06.html", 8 "partners/08.html", 10 "partners/10.html"],
            )
        },
    ],
    declaration: since![1 "declaration/01.json", 13 "declaration/13.json"],
    history: since![13 "history/13.json"],
};
