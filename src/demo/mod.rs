//! A small fictional web, compiled in, on which fineprint shows its work.
//!
//! [`Web`] serves it on the loopback interface, turned to one revision at a time; [`write_collection`] writes the
//! collection that tracks it, as it stood at that revision. Each platform has a folder under `web/`: one file per
//! page and revision, and a table that says how its pages answer.

mod collection;
mod pdf;
mod platform;
mod server;
#[cfg(test)]
mod tests;
mod web;

use chrono::{DateTime, NaiveDate, Utc};

pub use collection::write_collection;
pub use server::Web;

/// How many revisions the web goes through; the first is 1.
pub const REVISIONS: usize = DAYS.len();

/// The days of the revisions, some weeks apart over two years: year, month, day.
const DAYS: [(i32, u32, u32); 16] = [
    (2024, 1, 9),
    (2024, 2, 20),
    (2024, 4, 3),
    (2024, 5, 14),
    (2024, 6, 27),
    (2024, 8, 13),
    (2024, 10, 1),
    (2024, 11, 12),
    (2025, 1, 7),
    (2025, 2, 18),
    (2025, 4, 1),
    (2025, 5, 20),
    (2025, 7, 8),
    (2025, 8, 26),
    (2025, 10, 14),
    (2025, 12, 9),
];

/// The simulated time at which a revision is tracked. A number outside the revisions means the nearest one.
pub fn date_of(revision: usize) -> DateTime<Utc> {
    let (year, month, day) = DAYS[revision.clamp(1, REVISIONS) - 1];
    NaiveDate::from_ymd_opt(year, month, day)
        .and_then(|day| day.and_hms_opt(6, 30, 0))
        .expect("the table holds days of the calendar")
        .and_utc()
}
