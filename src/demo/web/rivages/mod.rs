//! Rivages lets holiday homes in France, on pages written in windows-1252, one of which is empty for a while.

use crate::demo::platform::{Answer, Format, Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "rivages",
    service: "Rivages",
    frame: since![1 "frame/01.html"],
    pages: &[
        Page {
            format: Format::HtmlInWindows1252,
            ..Page::html(
                "/cgv.html",
                since![1 "cgv/01.html", 4 "cgv/04.html", 6 "cgv/06.html", 9 "cgv/09.html", 11 "cgv/11.html", 14 "cgv/14.html", 16 "cgv/16.html"],
            )
        },
        Page {
            format: Format::HtmlInWindows1252,
            answers: &[(5..=5, Answer::Nothing)],
            ..Page::html(
                "/confidentialite.html",
                since![1 "confidentialite/01.html", 7 "confidentialite/07.html", 10 "confidentialite/10.html", 13 "confidentialite/13.html"],
            )
        },
    ],
    declaration: since![1 "declaration/01.json"],
    history: &[],
};
