//! Recognises the services that stand before a page and keep robots out, by what they leave in headers and pages.

use reqwest::header::HeaderMap;

/// A service, and what gives it away.
struct Guard {
    name: &'static str,
    /// A header that it sends only to whom it does not let through, and what the value contains.
    header: Option<(&'static str, &'static str)>,
    /// Any of these in a page that comes with a failure.
    page: &'static [&'static str],
}

const GUARDS: [Guard; 9] = [
    Guard {
        name: "Cloudflare",
        header: Some(("cf-mitigated", "challenge")),
        page: &["/cdn-cgi/challenge-platform/", "challenges.cloudflare.com", "cf-error-details"],
    },
    Guard { name: "DataDome", header: None, page: &["captcha-delivery.com"] },
    Guard { name: "HUMAN (PerimeterX)", header: None, page: &["px-captcha", "_pxAppId", "perimeterx.net"] },
    Guard { name: "Akamai", header: None, page: &["errors.edgesuite.net", "/_sec/cp_challenge/"] },
    Guard { name: "Imperva", header: None, page: &["_Incapsula_Resource"] },
    Guard { name: "AWS WAF", header: Some(("x-amzn-waf-action", "")), page: &["awswaf.com"] },
    Guard { name: "Kasada", header: None, page: &["/149e9513-01fa-4fb0-aad4-566afd725d1b/"] },
    Guard { name: "reCAPTCHA", header: None, page: &["google.com/recaptcha", "recaptcha.net/recaptcha"] },
    Guard { name: "hCaptcha", header: None, page: &["hcaptcha.com"] },
];

/// Whether a failure of this status may come from such a service.
pub fn may_be(code: u16) -> bool {
    matches!(code, 401 | 403 | 405 | 406 | 429 | 503)
}

/// The service that says in a header that it let nobody through.
pub fn in_headers(headers: &HeaderMap) -> Option<&'static str> {
    let says_so = |(name, part): (&str, &str)| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(part))
    };
    GUARDS.iter().find(|guard| guard.header.is_some_and(says_so)).map(|guard| guard.name)
}

/// The service whose page came in place of the document.
pub fn in_page(page: &str) -> Option<&'static str> {
    GUARDS.iter().find(|guard| guard.page.iter().any(|mark| page.contains(mark))).map(|guard| guard.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guard_is_known_by_its_header_or_its_page() {
        let headers = |name, value: &str| HeaderMap::from_iter([(name, value.parse().unwrap())]);
        let challenge = reqwest::header::HeaderName::from_static("cf-mitigated");
        assert_eq!(in_headers(&headers(challenge.clone(), "challenge")), Some("Cloudflare"));
        assert_eq!(in_headers(&headers(challenge, "no")), None);

        assert_eq!(in_page(r#"<script src="https://ct.captcha-delivery.com/c.js"></script>"#), Some("DataDome"));
        assert_eq!(in_page("<h1>403 Forbidden</h1>"), None);
    }
}
