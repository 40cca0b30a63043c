//! Filters that change where links lead and images come from.

use ego_tree::NodeId;
use html5ever::{local_name, ns};
use serde_json::Value;
use url::Url;

use crate::extract::Page;

/// Query parameters that say where a visitor comes from, or who it is. A name that ends in `*` stands for all that
/// begin so.
const TRACKING: &[&str] = &[
    "utm_*",
    "fbclid",
    "gclid",
    "gclsrc",
    "gbraid",
    "wbraid",
    "dclid",
    "msclkid",
    "yclid",
    "ysclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "__hstc",
    "__hssc",
    "__hsfp",
    "hsCtaTracking",
    "mkt_tok",
    "vero_id",
    "vero_conv",
    "oly_anon_id",
    "oly_enc_id",
    "s_cid",
    "rb_clickid",
    "wickedid",
    "epik",
    "srsltid",
    "pk_*",
    "mtm_*",
    "piwik_*",
    "matomo_*",
    "at_campaign",
    "at_medium",
    "phpsessid",
    "jsessionid",
    "aspsessionid*",
    "sessionid",
    "session_id",
    "sid",
];

/// Where redirect services keep the target: the host, or the end of it after a dot; the path; the parameter.
const REDIRECTS: &[(&str, &str, &str)] = &[
    ("l.facebook.com", "/l.php", "u"),
    ("lm.facebook.com", "/l.php", "u"),
    ("l.instagram.com", "/", "u"),
    ("www.google.com", "/url", "q"),
    ("www.google.com", "/url", "url"),
    ("safelinks.protection.outlook.com", "/", "url"),
    ("www.youtube.com", "/redirect", "q"),
    ("out.reddit.com", "/", "url"),
    ("t.umblr.com", "/redirect", "z"),
    ("vk.com", "/away.php", "to"),
    ("steamcommunity.com", "/linkfilter/", "url"),
    ("steamcommunity.com", "/linkfilter/", "u"),
    ("slack-redir.net", "/link", "url"),
    ("duckduckgo.com", "/l/", "uddg"),
    ("exit.sc", "/", "url"),
];

/// Drops the given query parameters from links and image addresses.
///
/// An address that has none of them stays exactly as written.
pub(super) fn remove_query_params(page: &mut Page, params: Option<&Value>) -> Result<(), String> {
    let unwanted = names(params);
    rewrite(page, |url| drop_params(url, |name| unwanted.contains(&name)));
    Ok(())
}

/// Drops tracking parameters and session ids.
pub(super) fn clean(page: &mut Page, params: Option<&Value>) -> Result<(), String> {
    let further = names(params);
    rewrite(page, |url| {
        let has_session = drop_session_path(url);
        drop_params(url, |name| is_tracking(name) || further.contains(&name)) || has_session
    });
    Ok(())
}

/// Makes links to redirect services lead to where these lead.
pub(super) fn unwrap_redirects(page: &mut Page, _: Option<&Value>) -> Result<(), String> {
    rewrite(page, |url| match target(url) {
        Some(target) => {
            *url = target;
            true
        }
        None => false,
    });
    Ok(())
}

fn names(params: Option<&Value>) -> Vec<&str> {
    match params {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TRACKING.iter().any(|known| match known.to_ascii_lowercase().strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name.eq_ignore_ascii_case(known),
    })
}

/// Drops a session id that Java servers write behind the path, and says whether there was one.
fn drop_session_path(url: &mut Url) -> bool {
    let path = url.path().to_owned();
    let Some(at) = path.to_ascii_lowercase().find(";jsessionid=") else { return false };
    let after = path[at..].find('/').map_or("", |end| &path[at + end..]);
    url.set_path(&format!("{}{after}", &path[..at]));
    true
}

fn target(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    let is_service =
        |service: &str| host == service || host.strip_suffix(service).is_some_and(|rest| rest.ends_with('.'));
    let leads = |(service, path, _): &&(&str, &str, &str)| is_service(service) && url.path() == *path;
    let found = REDIRECTS.iter().filter(leads).find_map(|(_, _, parameter)| {
        url.query_pairs().find(|(name, _)| name == parameter).and_then(|(_, value)| Url::parse(&value).ok())
    });
    found.filter(|target| matches!(target.scheme(), "http" | "https"))
}

/// Drops the query parameters that are unwanted, and says whether there were any.
fn drop_params(url: &mut Url, is_unwanted: impl Fn(&str) -> bool) -> bool {
    let all: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let kept: Vec<_> = all.iter().filter(|(name, _)| !is_unwanted(name)).collect();
    if kept.len() == all.len() {
        return false;
    }
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    true
}

/// Offers the absolute address of each link and image to `change`, and writes back what it says it changed.
fn rewrite(page: &mut Page, change: impl Fn(&mut Url) -> bool) {
    let base = page.base();
    for (id, attribute, address) in addresses(page) {
        if let Ok(mut url) = base.join(&address)
            && change(&mut url)
        {
            page.set_attribute(id, attribute, url.as_str());
        }
    }
}

/// The addresses of links and images, with the attribute that holds each.
fn addresses(page: &Page) -> Vec<(NodeId, &'static str, String)> {
    let address = |node: ego_tree::NodeRef<'_, scraper::Node>| {
        let element = node.value().as_element()?;
        let attribute = match element.name.local {
            local_name!("a") if element.name.ns == ns!(html) => "href",
            local_name!("img") if element.name.ns == ns!(html) => "src",
            _ => return None,
        };
        Some((node.id(), attribute, element.attr(attribute)?.to_owned()))
    };
    page.elements().filter_map(address).collect()
}

#[cfg(test)]
mod tests {
    use super::super::filtered;
    use serde_json::json;

    #[test]
    fn only_addresses_with_an_unwanted_parameter_change() {
        let html = r#"<a href="/x?ref=1&amp;b=2&amp;ref=3">a</a><img src="y?b=2">"#;

        let after = filtered("removeQueryParams", Some(&json!("ref")), html);

        assert_eq!(after, r#"<a href="https://acme.example/x?b=2">a</a><img src="y?b=2">"#);
    }

    #[test]
    fn tracking_parameters_and_session_ids_go() {
        let html =
            r#"<a href="https://b.example/p;jsessionid=A1/x.html?utm_source=x&amp;q=1&amp;fbclid=2&amp;own=3">a</a>"#;

        let after = filtered("cleanLinks", Some(&json!(["own"])), html);

        assert_eq!(after, r#"<a href="https://b.example/p/x.html?q=1">a</a>"#);
    }

    #[test]
    fn a_redirect_gives_its_target() {
        let html = r#"<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fb.example%2Fx&amp;data=1">a</a>"#;

        assert_eq!(filtered("unwrapRedirects", None, html), r#"<a href="https://b.example/x">a</a>"#);
    }

    #[test]
    fn a_redirect_to_something_else_than_a_page_stays() {
        let html = r#"<a href="https://www.google.com/url?q=javascript%3Aalert(1)">a</a>"#;

        assert_eq!(filtered("unwrapRedirects", None, html), html);
    }
}
