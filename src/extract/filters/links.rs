//! Filters that change where links lead.

use ego_tree::NodeId;
use html5ever::{local_name, ns};
use serde_json::Value;
use url::Url;

use crate::extract::Page;

/// Drops the given query parameters from links and image addresses.
///
/// An address that has none of them stays exactly as written.
pub(super) fn remove_query_params(page: &mut Page, params: Option<&Value>) -> Result<(), String> {
    let unwanted = names(params);
    let base = page.base();
    for (id, attribute, address) in addresses(page) {
        if let Ok(mut url) = base.join(&address)
            && drop_params(&mut url, |name| unwanted.contains(&name))
        {
            page.set_attribute(id, attribute, url.as_str());
        }
    }
    Ok(())
}

fn names(params: Option<&Value>) -> Vec<&str> {
    match params {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
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
