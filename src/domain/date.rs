//! Reads the dates up to which something was valid, in all the forms that real histories use.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// An instant with its zone: RFC 3339, or with a zone like `+0200`.
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    let with_zone = |format| DateTime::<FixedOffset>::parse_from_str(text, format).ok();
    let parsed = DateTime::parse_from_rfc3339(text).ok().or_else(|| with_zone("%Y-%m-%dT%H:%M:%S%.f%z"));
    parsed.map(|date| date.with_timezone(&Utc))
}

/// An instant as [`instant`] reads it, or one without zone or time of day, taken as UTC and midnight.
pub fn tolerant_instant(text: &str) -> Option<DateTime<Utc>> {
    let without_zone = || text.parse::<NaiveDateTime>().ok();
    let day = || Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN));
    instant(text).or_else(|| Some(without_zone().or_else(day)?.and_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_real_histories_is_read() {
        for text in [
            "2021-06-01T10:00:00Z",
            "2021-06-01T10:00:00.000Z",
            "2021-06-01T10:00:00.000000Z",
            "2021-06-01T12:00:00+02:00",
            "2021-06-01T12:00:00+0200",
        ] {
            assert_eq!(instant(text).unwrap().to_rfc3339(), "2021-06-01T10:00:00+00:00", "{text}");
        }
    }

    #[test]
    fn a_date_without_a_zone_is_only_tolerated() {
        assert_eq!(instant("2021-06-01"), None);
        assert_eq!(tolerant_instant("2021-06-01").unwrap().to_rfc3339(), "2021-06-01T00:00:00+00:00");
        assert_eq!(tolerant_instant("June 2021"), None);
    }
}
