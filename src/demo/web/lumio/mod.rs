//! Lumio shares photos. Its links carry a new mark at each load, until a filter is declared for most of its terms.

use crate::demo::platform::{Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "lumio",
    service: "Lumio",
    frame: since![1 "frame/01.html", 9 "frame/09.html"],
    pages: &[
        Page::html(
            "/legal/terms",
            since![1 "terms/01.html", 2 "terms/02.html", 4 "terms/04.html", 6 "terms/06.html", 8 "terms/08.html", 10 "terms/10.html", 12 "terms/12.html", 14 "terms/14.html", 15 "terms/15.html"],
        ),
        Page::html(
            "/legal/privacy",
            since![1 "privacy/01.html", 3 "privacy/03.html", 5 "privacy/05.html", 7 "privacy/07.html", 9 "privacy/09.html", 13 "privacy/13.html", 16 "privacy/16.html"],
        ),
        Page::html(
            "/legal/guidelines",
            since![1 "guidelines/01.html", 4 "guidelines/04.html", 6 "guidelines/06.html", 11 "guidelines/11.html", 13 "guidelines/13.html"],
        ),
    ],
    declaration: since![1 "declaration/01.json", 7 "declaration/07.json"],
    history: since![7 "history/07.json"],
};
