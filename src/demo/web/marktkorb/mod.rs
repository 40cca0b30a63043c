//! Marktkorb is a German marketplace. Its terms are cut out by ranges whose ends stand at different depths.

use crate::demo::platform::{Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "marktkorb",
    service: "Marktkorb",
    frame: since![1 "frame/01.html"],
    pages: &[
        Page::html(
            "/agb",
            since![1 "agb/01.html", 3 "agb/03.html", 5 "agb/05.html", 9 "agb/09.html", 12 "agb/12.html", 16 "agb/16.html"],
        ),
        Page::html(
            "/verkaufen",
            since![1 "verkaufen/01.html", 4 "verkaufen/04.html", 7 "verkaufen/07.html", 10 "verkaufen/10.html", 13 "verkaufen/13.html", 15 "verkaufen/15.html"],
        ),
    ],
    declaration: since![1 "declaration/01.json"],
    history: &[],
};
