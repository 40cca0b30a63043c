//! Hoshizora makes games in Japan.

use crate::demo::platform::{Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "hoshizora",
    service: "Hoshizora Games",
    frame: since![1 "frame/01.html"],
    pages: &[
        Page::html(
            "/ja/terms",
            since![1 "terms/01.html", 5 "terms/05.html", 8 "terms/08.html", 9 "terms/09.html", 12 "terms/12.html", 15 "terms/15.html"],
        ),
        Page::html(
            "/ja/purchases",
            since![1 "purchases/01.html", 6 "purchases/06.html", 10 "purchases/10.html", 13 "purchases/13.html"],
        ),
    ],
    declaration: since![1 "declaration/01.json"],
    history: &[],
};
