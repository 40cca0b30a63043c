//! Quillpad keeps documents. It tries two texts of its terms at once: every second visitor sees another one.

use crate::demo::platform::{Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "quillpad",
    service: "Quillpad",
    frame: since![1 "frame/01.html"],
    pages: &[
        Page {
            alternative: since![5 "terms/05.other.html", 8 "terms/08.other.html", 12 "terms/12.other.html", 14 "terms/14.html"],
            ..Page::html(
                "/terms",
                since![1 "terms/01.html", 4 "terms/04.html", 8 "terms/08.html", 12 "terms/12.html", 14 "terms/14.html"],
            )
        },
        Page::html(
            "/privacy",
            since![1 "privacy/01.html", 6 "privacy/06.html", 10 "privacy/10.html", 15 "privacy/15.html"],
        ),
    ],
    declaration: since![1 "declaration/01.json"],
    history: &[],
};
