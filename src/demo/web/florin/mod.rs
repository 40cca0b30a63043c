//! Florin moves money. Its terms move to another address, to which the old one redirects; in the end another page
//! answers that it is not there, with the status of success.

use crate::demo::REVISIONS;
use crate::demo::platform::{Answer, Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "florin",
    service: "Florin",
    frame: since![1 "frame/01.html"],
    pages: &[
        Page {
            answers: &[(5..=REVISIONS, Answer::MovedTo("/legal/user-agreement"))],
            ..Page::html("/terms", since![1 "terms/01.html", 3 "terms/03.html"])
        },
        Page::html(
            "/legal/user-agreement",
            since![5 "agreement/05.html", 7 "agreement/07.html", 9 "agreement/09.html", 12 "agreement/12.html", 14 "agreement/14.html"],
        ),
        Page::html(
            "/fees",
            since![1 "fees/01.html", 4 "fees/04.html", 6 "fees/06.html", 9 "fees/09.html", 11 "fees/11.html", 13 "fees/13.html", 15 "fees/15.html", 16 "fees/16.html"],
        ),
    ],
    declaration: since![1 "declaration/01.json"],
    history: &[],
};
