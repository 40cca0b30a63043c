//! Northline sails ferries. Its conditions of carriage are a PDF file.

use crate::demo::platform::{Format, Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "northline",
    service: "Northline Ferries",
    frame: since![1 "frame/01.html"],
    pages: &[
        Page {
            format: Format::Pdf,
            ..Page::html(
                "/conditions-of-carriage.pdf",
                since![1 "conditions/01.txt", 4 "conditions/04.txt", 8 "conditions/08.txt", 12 "conditions/12.txt", 15 "conditions/15.txt"],
            )
        },
        Page::html(
            "/privacy",
            since![1 "privacy/01.html", 5 "privacy/05.html", 9 "privacy/09.html", 11 "privacy/11.html", 14 "privacy/14.html"],
        ),
    ],
    declaration: since![1 "declaration/01.json"],
    history: &[],
};
