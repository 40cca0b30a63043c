//! Reads dates as JavaScript's `Date` does, as far as anybody writes them in an address.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// Longest text that can be a date.
const MAX_DATE_BYTES: usize = 64;

const ZONED: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%dT%H:%M%#z",
    "%Y-%m-%d %H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M:%S%.f %#z",
    "%a %b %d %Y %H:%M:%S GMT%z",
];
const LOCAL: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%b %d, %Y %H:%M:%S",
    "%B %d, %Y %H:%M:%S",
];
const DAYS: &[&str] = &["%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y"];

/// The instant that a text means; without a zone, in UTC.
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.len() > MAX_DATE_BYTES {
        return None;
    }
    zoned(text).or_else(|| local(text)).or_else(|| day(text))
}

fn zoned(text: &str) -> Option<DateTime<Utc>> {
    let standard = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)).ok();
    let plain = || ZONED.iter().find_map(|format| DateTime::parse_from_str(text, format).ok());
    Some(standard.or_else(plain)?.to_utc())
}

fn local(text: &str) -> Option<DateTime<Utc>> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    LOCAL.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()).map(|date| date.and_utc())
}

/// A day, a month or a year: its first instant.
fn day(text: &str) -> Option<DateTime<Utc>> {
    let parsed = |text: &str| DAYS.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok());
    let is_begun = text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let completed = || match text.len() {
        4 if is_begun => parsed(&format!("{text}-01-01")),
        7 if is_begun => parsed(&format!("{text}-01")),
        _ => None,
    };
    Some(parsed(text).or_else(completed)?.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_that_clients_write() {
        for (text, expected) in [
            ("2023-08-01T10:20:30Z", "2023-08-01T10:20:30+00:00"),
            ("2023-08-01T10:20:30.500Z", "2023-08-01T10:20:30.500+00:00"),
            ("2023-08-01T12:20:30+02:00", "2023-08-01T10:20:30+00:00"),
            ("2023-08-01T12:20:30+0200", "2023-08-01T10:20:30+00:00"),
            ("2023-08-01T10:20", "2023-08-01T10:20:00+00:00"),
            ("2023-08-01T10:20Z", "2023-08-01T10:20:00+00:00"),
            ("2023-08-01 10:20:30", "2023-08-01T10:20:30+00:00"),
            ("2023-08-01", "2023-08-01T00:00:00+00:00"),
            ("2023-08", "2023-08-01T00:00:00+00:00"),
            ("2023", "2023-01-01T00:00:00+00:00"),
            ("August 1, 2023", "2023-08-01T00:00:00+00:00"),
            ("Tue, 01 Aug 2023 10:20:30 GMT", "2023-08-01T10:20:30+00:00"),
        ] {
            assert_eq!(instant(text).map(|date| date.to_rfc3339()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "yesterday", "2023-13-01", "2023-02-30", "99999999999", "--output=x", &"2".repeat(500)] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
