//! Parley carries messages. Its terms are spread over three pages.

use crate::demo::platform::{Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "parley",
    service: "Parley",
    frame: since![1 "frame/01.html", 8 "frame/08.html"],
    pages: &[
        Page::html(
            "/terms",
            since![1 "terms/01.html", 3 "terms/03.html", 5 "terms/05.html", 9 "terms/09.html", 14 "terms/14.html"],
        ),
        Page::html(
            "/terms/payments",
            since![1 "payments/01.html", 7 "payments/07.html", 11 "payments/11.html", 16 "payments/16.html"],
        ),
        Page::html(
            "/terms/disputes",
            since![1 "disputes/01.html", 6 "disputes/06.html", 8 "disputes/08.html", 12 "disputes/12.html"],
        ),
    ],
    declaration: since![1 "declaration/01.json"],
    history: &[],
};
