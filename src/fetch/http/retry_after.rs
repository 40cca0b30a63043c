//! Reads how long a server asks to wait (RFC 9110, section 10.2.3).

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// Longest wait that is believed.
const MAX_WAIT: Duration = Duration::from_secs(24 * 3600);

/// How long a server asks to wait, from now.
pub fn read(headers: &HeaderMap) -> Option<Duration> {
    parse(headers.get(RETRY_AFTER)?.to_str().ok()?, Utc::now())
}

pub(in crate::fetch) fn parse(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let wait = match value.trim().parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = DateTime::parse_from_rfc2822(value.trim()).ok()?;
            (date.to_utc() - now).to_std().unwrap_or_default()
        }
    };
    Some(wait.min(MAX_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_given_in_seconds_or_as_a_date() {
        let now = "2026-11-20T10:00:00Z".parse().unwrap();

        assert_eq!(parse("120", now), Some(Duration::from_secs(120)));
        assert_eq!(parse("Fri, 20 Nov 2026 10:01:00 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(parse("Fri, 20 Nov 2026 09:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(parse("99999999999", now), Some(MAX_WAIT));
        assert_eq!(parse("soon", now), None);
    }
}
