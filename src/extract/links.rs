//! Makes the links of a page alike from one fetch to the next.

use ego_tree::NodeId;
use html5ever::{local_name, ns};
use url::Url;

use super::Page;

/// What Cloudflare puts into a link in place of a mail address; what follows `#` changes with every fetch.
const PROTECTED_EMAIL: &str = "/email-protection";

/// Makes the links of the page absolute. Empty ones, those within the page and invalid ones stay as they are.
pub(super) fn make_absolute(page: &mut Page) {
    let base = page.base();
    for (id, href) in links(page) {
        if !href.is_empty()
            && !href.starts_with('#')
            && let Some(absolute) = absolute(&base, &href)
        {
            page.set_attribute(id, "href", absolute.as_str());
        }
    }
}

/// Replaces links to protected mail addresses, which differ from fetch to fetch, by always the same.
pub(super) fn unify_protected_emails(page: &mut Page) {
    let base = page.base();
    for (id, href) in links(page).into_iter().filter(|(_, href)| href.contains(PROTECTED_EMAIL)) {
        let absolute = absolute(&base, &href).map_or(href, Url::into);
        let address = absolute.split('#').next().unwrap_or_default();
        page.set_attribute(id, "href", address);
        page.set_text_content(id, "[email\u{a0}protected]");
    }
}

/// Where an address leads, seen from `base`; `None` where it is invalid.
///
/// The URL Standard percent-encodes `^` in paths; the `url` crate does not yet.
pub(super) fn absolute(base: &Url, address: &str) -> Option<Url> {
    let mut url = base.join(address).ok()?;
    if !url.cannot_be_a_base() && url.path().contains('^') {
        let path = url.path().replace('^', "%5E");
        url.set_path(&path);
    }
    Some(url)
}

/// The links of the page, with where they lead as written.
fn links(page: &Page) -> Vec<(NodeId, String)> {
    let link = |node: ego_tree::NodeRef<'_, scraper::Node>| {
        let element = node.value().as_element()?;
        let is_link = element.name.local == local_name!("a") && element.name.ns == ns!(html);
        let href = is_link.then(|| element.attr("href")).flatten()?;
        Some((node.id(), href.to_owned()))
    };
    page.elements().filter_map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_absolute_as_the_url_standard_writes_them() {
        let base: Url = "https://acme.example/a^b/c?d^e".parse().unwrap();
        let told = |address: &str| absolute(&base, address).map(String::from);

        assert_eq!(told("x^y?z^#^").as_deref(), Some("https://acme.example/a%5Eb/x%5Ey?z^#^"));
        assert_eq!(told("?q").as_deref(), Some("https://acme.example/a%5Eb/c?q"));
        assert_eq!(told("mailto:a^b@acme.example").as_deref(), Some("mailto:a^b@acme.example"));
        assert_eq!(told("https://["), None);
    }
}
