//! Bramble introduces walkers to each other. For two revisions its terms stand behind a sign-in page.

use crate::demo::platform::{Answer, Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "bramble",
    service: "Bramble",
    frame: since![1 "frame/01.html"],
    pages: &[
        Page {
            answers: &[(9..=10, Answer::SeeOther("/sign-in"))],
            ..Page::html(
                "/terms",
                since![1 "terms/01.html", 3 "terms/03.html", 5 "terms/05.html", 7 "terms/07.html", 11 "terms/11.html", 13 "terms/13.html", 15 "terms/15.html"],
            )
        },
        Page::html(
            "/community",
            since![1 "community/01.html", 4 "community/04.html", 8 "community/08.html", 12 "community/12.html", 16 "community/16.html"],
        ),
        Page::html("/sign-in", since![1 "sign-in/01.html"]),
    ],
    declaration: since![1 "declaration/01.json", 14 "declaration/14.json"],
    history: since![14 "history/14.json"],
};
