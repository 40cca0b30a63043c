//! Cloudberry rents servers. One page is slow; the declaration of another took in the whole page and was corrected.

use std::time::Duration;

use crate::demo::platform::{Page, Platform, since};

pub(super) const PLATFORM: Platform = Platform {
    host: "cloudberry",
    service: "Cloudberry Hosting",
    frame: since![1 "frame/01.html"],
    pages: &[
        Page {
            delay: Duration::from_millis(300),
            ..Page::html(
                "/sla",
                since![1 "sla/01.html", 2 "sla/02.html", 5 "sla/05.html", 8 "sla/08.html", 11 "sla/11.html", 13 "sla/13.html", 16 "sla/16.html"],
            )
        },
        Page::html(
            "/aup",
            since![1 "aup/01.html", 3 "aup/03.html", 7 "aup/07.html", 9 "aup/09.html", 12 "aup/12.html", 14 "aup/14.html"],
        ),
    ],
    declaration: since![1 "declaration/01.json", 6 "declaration/06.json"],
    history: since![6 "history/06.json"],
};
