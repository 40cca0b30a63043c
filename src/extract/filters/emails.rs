//! A filter that shows mail addresses which pages hide from robots.

use ego_tree::NodeId;
use serde_json::Value;

use crate::extract::Page;

/// The attribute in which Cloudflare keeps an address.
const PROTECTED: &str = "data-cfemail";

/// What Cloudflare's links to addresses lead to; the address follows.
const PROTECTED_LINK: &str = "/email-protection#";

/// Shows hidden addresses.
pub(super) fn decode(page: &mut Page, _: Option<&Value>) -> Result<(), String> {
    for id in page.query_all("[data-cfemail], a[href*='email-protection#']").map_err(|error| error.to_string())? {
        show_protected(page, id);
    }
    let spelt: Vec<(NodeId, String)> =
        page.texts().filter_map(|(id, text)| Some((id, with_addresses(text)?))).collect();
    for (id, text) in spelt {
        page.set_text_content(id, &text);
    }
    Ok(())
}

fn show_protected(page: &mut Page, id: NodeId) {
    if let Some(address) = page.attribute(id, PROTECTED).and_then(decoded) {
        page.set_text_content(id, &address);
        page.remove_attribute(id, PROTECTED);
    }
    let linked = page.attribute(id, "href").and_then(|href| Some(href.split_once(PROTECTED_LINK)?.1));
    if let Some(address) = linked.and_then(decoded) {
        page.set_attribute(id, "href", &format!("mailto:{address}"));
    }
}

/// The address in Cloudflare's cipher: hexadecimal digits, each byte combined with the first by exclusive or.
fn decoded(digits: &str) -> Option<String> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes = digits.as_bytes().chunks(2).map(byte).collect::<Option<Vec<u8>>>()?;
    let (key, hidden) = bytes.split_first()?;
    let address = String::from_utf8(hidden.iter().map(|byte| byte ^ key).collect()).ok()?;
    address.contains('@').then_some(address)
}

/// The text with each `name [at] acme [dot] example` written as an address; `None` if there is none.
fn with_addresses(text: &str) -> Option<String> {
    const AT: [&str; 4] = ["[at]", "(at)", "{at}", "[@]"];
    const DOT: [&str; 4] = ["[dot]", "(dot)", "{dot}", "[.]"];
    let mut changed = text.to_owned();
    for at in AT {
        changed = joined(&changed, at, "@");
    }
    if changed == text {
        return None;
    }
    for dot in DOT {
        changed = joined(&changed, dot, ".");
    }
    Some(changed)
}

/// Replaces each mark between two words, with the spaces around it.
fn joined(text: &str, mark: &str, sign: &str) -> String {
    let mut parts = text.split(mark);
    let mut joined = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (before, after) = (joined.trim_end().len(), part.trim_start());
        let stands_between_words =
            joined[..before].ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric);
        if stands_between_words {
            joined.truncate(before);
            joined.push_str(sign);
            joined.push_str(after);
        } else {
            joined.push_str(mark);
            joined.push_str(part);
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::super::filtered;

    #[test]
    fn a_protected_address_is_shown() {
        let html = r#"<a href="/cdn-cgi/l/email-protection#2a4b6a48044f"><span class="__cf_email__" data-cfemail="2a4b6a48044f">[email&nbsp;protected]</span></a>"#;

        let after = filtered("decodeEmails", None, html);

        assert_eq!(after, r#"<a href="mailto:a@b.e"><span class="__cf_email__">a@b.e</span></a>"#);
    }

    #[test]
    fn an_address_in_words_is_written_out() {
        let html = "<p>Write to legal [at] acme [dot] example, or look (at) us.</p>";

        let after = filtered("decodeEmails", None, html);

        assert_eq!(after, "<p>Write to legal@acme.example, or look@us.</p>");
    }
}
