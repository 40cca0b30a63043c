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
            && let Ok(absolute) = base.join(&href)
        {
            page.set_attribute(id, "href", absolute.as_str());
        }
    }
}

/// Replaces links to protected mail addresses, which differ from fetch to fetch, by always the same.
pub(super) fn unify_protected_emails(page: &mut Page) {
    let base = page.base();
    for (id, href) in links(page).into_iter().filter(|(_, href)| href.contains(PROTECTED_EMAIL)) {
        let absolute = base.join(&href).map_or(href, Url::into);
        let address = absolute.split('#').next().unwrap_or_default();
        page.set_attribute(id, "href", address);
        page.set_text_content(id, "[email\u{a0}protected]");
    }
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
