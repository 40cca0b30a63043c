//! Tells by an address where a redirect has led: to the front page of a site, to its sign-in, to a page about an error.

use url::Url;

/// What the last parts of such addresses are called, without ending.
const TELLING: [&str; 36] = [
    "404",
    "403",
    "500",
    "503",
    "accessdenied",
    "agegate",
    "ageverification",
    "anmelden",
    "auth",
    "authenticate",
    "blocked",
    "captcha",
    "challenge",
    "connexion",
    "consent",
    "cookieconsent",
    "error",
    "error404",
    "errors",
    "geoblocked",
    "iniciarsesion",
    "inloggen",
    "login",
    "logon",
    "maintenance",
    "notavailable",
    "notfound",
    "pagenotfound",
    "seconnecter",
    "signin",
    "signup",
    "sorry",
    "sso",
    "unavailable",
    "unsupportedbrowser",
    "validatecaptcha",
];

/// What front pages are called, without ending.
const FRONT: [&str; 6] = ["accueil", "default", "home", "index", "start", "welcome"];

/// Keys of queries that choose no page.
const VISITORS: [&str; 9] = ["country", "fbclid", "from", "gclid", "hl", "lang", "locale", "ref", "source"];

/// Two letters that stand for terms rather than for a language: privacy policy, terms and conditions, user agreement.
const SHORT_FOR_TERMS: [&str; 3] = ["pp", "tc", "ua"];

/// Where the declared address led, if that is the front page, a sign-in or an error page by its name, and the declared
/// one is not.
pub fn astray<'a>(declared: &Url, led_to: &'a Url) -> Option<&'a Url> {
    let is_front = is_front_page(led_to) && !is_front_page(declared) && is_of_site(declared, led_to);
    let is_telling = telling(led_to).is_some() && telling(led_to) != telling(declared);
    (declared != led_to && (is_front || is_telling)).then_some(led_to)
}

/// Whether an address is that of a whole site, or of the site in one language.
fn is_front_page(url: &Url) -> bool {
    // What stands behind `#` chooses among pages where scripts show them all.
    let is_bare = url.fragment().is_none_or(str::is_empty) && url.query_pairs().all(|(key, _)| says_nothing(&key));
    is_bare && parts(url).iter().all(|part| is_language(part) || FRONT.contains(&plain(part).as_str()))
}

/// Whether a part of a query chooses no page: it tells where the visitor came from, or in which language to answer.
fn says_nothing(key: &str) -> bool {
    key.starts_with("utm_") || VISITORS.contains(&key)
}

/// Whether the second address is on the site of the first, rather than on one that is made for documents.
fn is_of_site(declared: &Url, led_to: &Url) -> bool {
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
    let (Some(declared), Some(led_to)) = (host(declared), host(led_to)) else { return false };
    declared.strip_suffix(led_to.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The last part of the address, if it tells that this is no document.
fn telling(url: &Url) -> Option<String> {
    parts(url).last().map(|part| plain(part)).filter(|part| TELLING.contains(&part.as_str()))
}

/// The parts of a path in lower case, without endings such as `.html`.
fn parts(url: &Url) -> Vec<String> {
    let parts = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    parts.map(|part| part.split_once('.').map_or(part, |(stem, _)| stem).to_ascii_lowercase()).collect()
}

fn plain(part: &str) -> String {
    part.replace(['_', '-'], "")
}

/// Whether a part is a tag such as `fr` or `fr-CA`.
fn is_language(part: &str) -> bool {
    let is_code = |code: &str| {
        code.len() == 2 && code.chars().all(|c| c.is_ascii_alphabetic()) && !SHORT_FOR_TERMS.contains(&code)
    };
    part.split(['-', '_']).all(is_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_astray(declared: &str, led_to: &str) -> bool {
        astray(&Url::parse(declared).unwrap(), &Url::parse(led_to).unwrap()).is_some()
    }

    #[test]
    fn front_pages_sign_ins_and_error_pages_are_known_by_their_address() {
        let declared = "https://acme.example/legal/terms.html";
        for led_to in [
            "https://acme.example/",
            "https://www.acme.example/fr-CA/",
            "https://acme.example/en/index.html",
            "https://acme.example/fr/accueil",
            "https://id.acme.example/oauth/login?next=%2Flegal%2Fterms",
            "https://acme.example/Sign-In",
            "https://acme.example/errors/404.html",
            "https://acme.example/page_not_found",
        ] {
            assert!(is_astray(declared, led_to), "{led_to}");
        }
    }

    #[test]
    fn an_address_that_moved_or_always_was_so_is_none() {
        assert!(!is_astray("https://acme.example/legal", "https://acme.example/legal/terms-of-service"));
        assert!(!is_astray("https://acme.example/legal", "https://acme.example/en/legal"));
        assert!(!is_astray("https://acme.example/", "https://www.acme.example/en"));
        assert!(!is_astray("https://acme.example/terms", "https://acme.example/#/terms"));
        assert!(!is_astray("https://acme.example/help/login", "https://acme.example/hilfe/login"));
        assert!(!is_astray("https://acme.example/agb", "https://acme.example/agb/"));
        assert!(!is_astray("https://acme.example/agb", "https://acme.example/help"));
        assert!(!is_astray("https://acme.example/agb", "https://acme.example/index.php?id=42"));
        assert!(is_astray("https://acme.example/agb", "https://acme.example/?utm_source=legal&lang=de"));
        assert!(!is_astray("https://acme.example/legal/terms", "https://acme.example/tc"));
        assert!(!is_astray("https://acme.example/legal/terms", "https://terms.acme.example/"));
    }
}
