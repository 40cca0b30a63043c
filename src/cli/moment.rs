//! Dates as people type them: a day, or an instant.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};

/// A day in UTC, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Day(NaiveDate),
    Instant(DateTime<Utc>),
}

/// A text that is no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no date is written so; write a day, 2024-05-01, or an instant, 2024-05-01T10:00:00Z")]
pub struct InvalidMoment;

impl Moment {
    /// The first second of a day, or the instant itself.
    pub fn start(self) -> DateTime<Utc> {
        match self {
            Self::Day(day) => day.and_time(NaiveTime::MIN).and_utc(),
            Self::Instant(instant) => instant,
        }
    }

    /// The last second of a day, or the instant itself.
    pub fn end(self) -> DateTime<Utc> {
        match self {
            Self::Day(day) => {
                let last_second = NaiveTime::from_hms_opt(23, 59, 59).expect("every day has this second");
                day.and_time(last_second).and_utc()
            }
            Self::Instant(instant) => instant,
        }
    }
}

impl FromStr for Moment {
    type Err = InvalidMoment;

    fn from_str(text: &str) -> Result<Self, InvalidMoment> {
        // Chrono takes `2024-5-1` as well, and a sign before the year.
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| day.to_string() == text);
        if let Some(day) = day {
            return Ok(Self::Day(day));
        }
        let instant = DateTime::parse_from_rfc3339(text).map_err(|_| InvalidMoment)?;
        Ok(Self::Instant(instant.to_utc()))
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Instant(instant) => f.write_str(&rfc3339(*instant)),
        }
    }
}

/// A date as RFC 3339 writes it, in UTC, to the second.
pub fn rfc3339(date: DateTime<Utc>) -> String {
    date.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> (String, String) {
        let moment: Moment = text.parse().unwrap();
        (rfc3339(moment.start()), rfc3339(moment.end()))
    }

    #[test]
    fn a_day_lasts_until_its_last_second() {
        assert_eq!(span("2024-02-29"), ("2024-02-29T00:00:00Z".to_owned(), "2024-02-29T23:59:59Z".to_owned()));
    }

    #[test]
    fn an_instant_is_told_in_utc() {
        assert_eq!(span("2024-05-01T10:00:00Z").0, "2024-05-01T10:00:00Z");
        assert_eq!(span("2024-05-01T10:00:00+02:00").1, "2024-05-01T08:00:00Z");
    }

    #[test]
    fn nothing_else_is_a_date() {
        for text in
            ["", "2024-5-1", "2024-5-001", "+2024-05-1", "2023-02-29", "2024-05-01T10:00", "yesterday", "HEAD~1"]
        {
            assert_eq!(text.parse::<Moment>(), Err(InvalidMoment), "{text}");
        }
    }
}
