//! `URL` of JavaScript: an address and its parts, as the URL Standard has them.

use url::{Position, Url, quirks};

/// The address made absolute; `None` where it is invalid. An empty base is none.
pub(super) fn parse(address: &str, base: &str) -> Option<String> {
    let parsed =
        if base.is_empty() { Url::parse(address) } else { Url::parse(base).and_then(|base| base.join(address)) };
    parsed.ok().map(String::from)
}

/// A part of an address, by the name that `URL` gives it.
pub(super) fn part(address: &str, part: &str) -> String {
    let Ok(url) = Url::parse(address) else { return String::new() };
    match part {
        "protocol" => quirks::protocol(&url),
        "username" => quirks::username(&url),
        "password" => quirks::password(&url),
        "host" => quirks::host(&url),
        "hostname" => quirks::hostname(&url),
        "port" => quirks::port(&url),
        "pathname" => quirks::pathname(&url),
        "search" => quirks::search(&url),
        "hash" => quirks::hash(&url),
        "origin" => return quirks::origin(&url),
        _ => &url[Position::AfterFragment..],
    }
    .to_owned()
}

/// The address with a part replaced; as it was where the value does not fit.
pub(super) fn with_part(address: &str, part: &str, value: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    // A value that does not fit leaves the address alone, as the standard's setters do.
    let _ = match part {
        "protocol" => quirks::set_protocol(&mut url, value),
        "username" => quirks::set_username(&mut url, value),
        "password" => quirks::set_password(&mut url, value),
        "host" => quirks::set_host(&mut url, value),
        "hostname" => quirks::set_hostname(&mut url, value),
        "port" => quirks::set_port(&mut url, value),
        _ => {
            set_path_query_or_fragment(&mut url, part, value);
            Ok(())
        }
    };
    url.into()
}

fn set_path_query_or_fragment(url: &mut Url, part: &str, value: &str) {
    match part {
        "pathname" => quirks::set_pathname(url, value),
        "search" => quirks::set_search(url, value),
        "hash" => quirks::set_hash(url, value),
        _ => {}
    }
}
