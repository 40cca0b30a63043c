//! Writes the links of a page or a feed as a copy needs them; nothing else of it changes.

use std::borrow::Cow;

use super::places::{Place, Places, relative};
use super::tags::Tag;
use crate::markup::escaped;
use crate::web::copy::ORIGIN;

/// What pages of a copy may load and do. What only a header can say is left to the host.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; \
                      base-uri 'none'";

/// How the links of a file are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// From where the file is.
    Page,
    /// From any address, as those of the page for what is not there.
    Anywhere,
    /// By programs, which would rather have whole addresses.
    Feed,
}

/// A file whose links are to be written.
pub struct Links<'a> {
    pub places: &'a Places,
    /// Its path below the folder.
    pub file: &'a str,
    /// Where the copy will be, without a slash at the end, if that is known.
    pub base_url: Option<&'a str>,
    /// What stands where a form cannot work.
    pub instead_of_form: &'a str,
    pub kind: Kind,
}

impl Links<'_> {
    /// A page.
    pub fn in_page(&self, page: &str) -> String {
        let mut written = String::with_capacity(page.len());
        let mut rest = page;
        while let Some(tag) = Tag::next(rest) {
            written += &self.in_text(tag.before);
            rest = self.element(&tag, &mut written);
        }
        written + &self.in_text(rest)
    }

    /// Writes one tag, or leaves its element out; gives what follows.
    fn element<'t>(&self, tag: &Tag<'t>, written: &mut String) -> &'t str {
        match tag.name {
            _ if tag.is_end => *written += tag.raw,
            "a" => return self.anchor(tag, written),
            "form" if self.target(tag, "action").is_none() => {
                *written += &format!("<p class=\"soft\">{}</p>", escaped(self.instead_of_form));
                return tag.after_element();
            }
            "form" => *written += &self.with_target(tag, "action").unwrap_or_default(),
            "link" | "atom:link" => *written += &self.link(tag),
            "meta" => *written += &self.meta(tag),
            "script" | "img" => *written += &self.with_target(tag, "src").unwrap_or_else(|| tag.raw.to_owned()),
            _ => *written += tag.raw,
        }
        tag.rest
    }

    /// A link that a copy cannot follow is no link; one that is a button is not there at all.
    fn anchor<'t>(&self, tag: &Tag<'t>, written: &mut String) -> &'t str {
        let is_own = tag.value("href").is_some_and(|href| is_own(&unescaped(href)));
        match self.with_target(tag, "href") {
            Some(anchor) => *written += &anchor,
            None if is_own && tag.value("class").is_some_and(|class| class.split(' ').any(|name| name == "button")) => {
                return tag.after_element();
            }
            None if is_own => {
                let is_of_link = |name: &str| ["href", "hreflang", "rel", "aria-label"].contains(&name);
                *written += &tag.with(|name| is_of_link(name).then_some(None));
            }
            None => *written += tag.raw,
        }
        tag.rest
    }

    /// What the head of a page or a feed links to. What needs a whole address goes where that is not known.
    fn link(&self, tag: &Tag) -> String {
        let Some(href) = tag.value("href").map(unescaped).filter(|href| is_own(href)) else {
            return tag.raw.to_owned();
        };
        let is_of_page = tag.value("rel") == Some("canonical") || tag.value("hreflang").is_some();
        let target = if is_of_page { self.whole(&href) } else { self.way(&href) };
        target.map_or(String::new(), |target| tag.with(|name| (name == "href").then(|| Some(target.clone()))))
    }

    fn meta(&self, tag: &Tag) -> String {
        if tag.value("charset").is_some() {
            return format!("{}\n<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">", tag.raw);
        }
        let Some(content) = tag.value("content").map(unescaped).filter(|content| content.starts_with(ORIGIN)) else {
            return tag.raw.to_owned();
        };
        let whole = self.whole(&content);
        whole.map_or(String::new(), |whole| tag.with(|name| (name == "content").then(|| Some(whole.clone()))))
    }

    /// The tag with its target as the copy needs it, if the target is in reach.
    fn with_target(&self, tag: &Tag, attribute: &str) -> Option<String> {
        let target = self.target(tag, attribute)?;
        Some(tag.with(|name| (name == attribute).then(|| Some(target.clone()))))
    }

    fn target(&self, tag: &Tag, attribute: &str) -> Option<String> {
        let address = unescaped(tag.value(attribute)?);
        is_own(&address).then(|| self.way(&address)).flatten()
    }

    /// The way from this file to one of our addresses.
    fn way(&self, address: &str) -> Option<String> {
        let address = address.strip_prefix(ORIGIN).unwrap_or(address);
        let fragment = address.find('#').map_or("", |at| &address[at..]);
        match self.places.find(address) {
            Place::File(file)
                if self.kind == Kind::Anywhere || (self.kind == Kind::Feed && self.base_url.is_some()) =>
            {
                Some(format!("{}/{file}{fragment}", self.base_url.unwrap_or_default()))
            }
            Place::File(file) => Some(relative(self.file, &file) + fragment),
            Place::Live(live) => Some(live + fragment),
            Place::Nowhere => None,
        }
    }

    /// The whole address in the copy of one of our addresses.
    fn whole(&self, address: &str) -> Option<String> {
        let path = address.strip_prefix(ORIGIN).unwrap_or(address);
        match (self.places.find(path), self.base_url) {
            (Place::File(file), Some(base)) => {
                Some(format!("{base}/{}", file.strip_suffix("index.html").unwrap_or(&file)))
            }
            _ => None,
        }
    }

    /// Whole addresses of ours within a text.
    pub fn in_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !text.contains(ORIGIN) {
            return Cow::Borrowed(text);
        }
        let mut written = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(ORIGIN) {
            written += &rest[..at];
            let (address, after) = self.longest_known(&rest[at..]);
            written += &self.told(address);
            rest = after;
        }
        Cow::Owned(written + rest)
    }

    /// The address that a text begins with: as long as it may be, without signs that end a sentence if that is known.
    fn longest_known<'t>(&self, text: &'t str) -> (&'t str, &'t str) {
        let end = address_length(text);
        let mut address = &text[..end];
        while !self.is_file(address) && address.ends_with(['.', ',', ';', ':', '!', '?', ')', '\'', '/']) {
            address = &address[..address.len() - 1];
        }
        let address = if self.is_file(address) { address } else { text[..end].trim_end_matches(['.', ',', ';']) };
        text.split_at(address.len())
    }

    fn is_file(&self, address: &str) -> bool {
        let path = unescaped(address.strip_prefix(ORIGIN).unwrap_or(address));
        matches!(self.places.find(&path), Place::File(_))
    }

    /// An address as a text tells it: whole if possible.
    fn told(&self, address: &str) -> String {
        let path = unescaped(address.strip_prefix(ORIGIN).unwrap_or(address));
        let fragment = path.find('#').map_or("", |at| &path[at..]);
        match (self.places.find(&path), self.base_url) {
            (Place::File(file), Some(base)) => format!("{base}/{file}{fragment}"),
            (Place::File(file), None) => relative(self.file, &file) + fragment,
            (Place::Live(live), _) => live.replace('&', "&amp;") + fragment,
            (Place::Nowhere, base) => base.map_or_else(|| relative(self.file, "index.html"), |base| format!("{base}/")),
        }
    }

    /// Lines of whole addresses, such as a sitemap: those that are not in the copy are left out.
    pub fn in_lines(&self, text: &str) -> String {
        let known = |line: &&str| match line.find(ORIGIN) {
            Some(at) => self.base_url.is_some() && self.is_file(&line[at..][..address_length(&line[at..])]),
            None => true,
        };
        text.split_inclusive('\n').filter(known).map(|line| self.in_text(line)).collect()
    }
}

/// Whether an address is one of the site's.
fn is_own(address: &str) -> bool {
    address.starts_with(ORIGIN) || (address.starts_with('/') && !address.starts_with("//"))
}

/// What stands after `&` in signs that are no part of an address: quotes and brackets.
const ENDS: [&str; 9] = ["quot;", "lt;", "gt;", "apos;", "#34;", "#39;", "#60;", "#62;", "#x"];

/// How far the address reaches that a text begins with, whether the text is escaped or not.
fn address_length(text: &str) -> usize {
    let is_of_address = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&byte);
    let plain = text.bytes().take_while(|byte| is_of_address(*byte)).count();
    let is_end = |rest: &str| ENDS.iter().any(|end| rest.starts_with(end));
    let mut ampersands = text[..plain].match_indices('&').map(|(at, _)| at);
    ampersands.find(|at| is_end(text[at + 1..].trim_start_matches("amp;"))).unwrap_or(plain)
}

/// How pages write `&`.
const AMPERSANDS: [&str; 2] = ["&amp;", "&#38;"];

/// What an escaped address says; `&` may be escaped more than once, in HTML within a feed.
fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    while AMPERSANDS.iter().any(|ampersand| text.contains(ampersand)) {
        text = AMPERSANDS.iter().fold(text, |text, ampersand| text.replace(ampersand, "&"));
    }
    text.replace("&#39;", "'").replace("&#x27;", "'").replace("&quot;", "\"").replace("&#34;", "\"")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::places::Kept;
    use super::*;
    use crate::domain::TermsKey;

    fn places() -> Places {
        let key = TermsKey::new("Yahoo!".parse().unwrap(), "Privacy Policy".parse().unwrap());
        let mut places = Places::new("/v1", None, &BTreeSet::from([key]), &BTreeSet::new());
        places.add_page("/en/about");
        places.add_page("/en/search");
        places.records.insert("bb".to_owned(), Kept { is_first: false });
        places
    }

    fn page(html: &str, base_url: Option<&str>) -> String {
        let places = places();
        let file = "en/services/Acme.html";
        Links { places: &places, file, base_url, instead_of_form: "Ask the server.", kind: Kind::Page }.in_page(html)
    }

    #[test]
    fn links_lead_to_files_and_texts_stay_as_they_are() {
        for (html, expected) in [
            ("<p>1 < 2 href=\"/en/about\"</p>", "<p>1 < 2 href=\"/en/about\"</p>"),
            ("<a class=\"x\" href=\"/en/about#c\">a</a>", "<a class=\"x\" href=\"../about.html#c\">a</a>"),
            ("<a href=\"/v1/docs\" rel=\"next\">API</a>", "<a>API</a>"),
            ("<a class=\"button big\" href=\"/v1/docs\">API</a>.", "."),
            ("<a href=\"https://acme.example/?a&amp;b\">x</a>", "<a href=\"https://acme.example/?a&amp;b\">x</a>"),
            ("<a href=\"//acme.example\">x</a>", "<a href=\"//acme.example\">x</a>"),
            ("<a href=\"#text\">x</a>", "<a href=\"#text\">x</a>"),
            ("<a href=\"/en/services/Yahoo!\">x</a>", "<a href=\"Yahoo~21.html\">x</a>"),
            (
                "<a href=\"/v1/feeds/changes.atom?service=Yahoo!&amp;lang=fr\">x</a>",
                "<a href=\"../../feeds/fr/services/Yahoo~21.atom\">x</a>",
            ),
            (
                "<a href=\"/v1/feeds/changes.rss?service=Yahoo!&#38;type=Privacy%20Policy&amp;lang=fr\">x</a>",
                "<a href=\"../../feeds/fr/services/Yahoo~21/Privacy_Policy.rss\">x</a>",
            ),
            (
                "See https://copy.invalid/v1/feeds/changes.rss?service=Yahoo!&#38;type=Privacy+Policy&#34;",
                "See ../../feeds/en/services/Yahoo~21/Privacy_Policy.rss&#34;",
            ),
            ("<form action=\"/en/search\"><input></form>", "<form action=\"../search.html\"><input></form>"),
            ("<form><b>x</b></form>!", "<p class=\"soft\">Ask the server.</p>!"),
            ("<link rel=\"canonical\" href=\"https://copy.invalid/en/about\">", ""),
            ("<meta property=\"og:url\" content=\"https://copy.invalid/en/about\">", ""),
            ("https://copy.invalid/en/about.", "../about.html."),
        ] {
            assert_eq!(page(html, None), expected);
        }
    }

    #[test]
    fn whole_addresses_are_those_of_the_copy() {
        let base = Some("https://copy.example/sub");
        for (html, expected) in [
            (
                "<link rel=\"canonical\" href=\"https://copy.invalid/en/about\">",
                "<link rel=\"canonical\" href=\"https://copy.example/sub/en/about.html\">",
            ),
            (
                "See https://copy.invalid/en/services/Yahoo!, there",
                "See https://copy.example/sub/en/services/Yahoo~21.html, there",
            ),
            (
                "&lt;a href=&quot;https://copy.invalid/en/about&quot;",
                "&lt;a href=&quot;https://copy.example/sub/en/about.html&quot;",
            ),
            ("https://copy.invalid/v1/snapshot/aa", "https://copy.example/sub/"),
        ] {
            assert_eq!(page(html, base), expected);
        }
    }

    #[test]
    fn lines_of_what_is_not_copied_are_left_out() {
        let places = places();
        let base_url = Some("https://copy.example");
        let links = Links { places: &places, file: "sitemap.xml", base_url, instead_of_form: "", kind: Kind::Page };
        let sitemap =
            "<urlset>\n<loc>https://copy.invalid/en/about</loc>\n<loc>https://copy.invalid/en/x</loc>\n</urlset>";

        let written = links.in_lines(sitemap);

        assert_eq!(written, "<urlset>\n<loc>https://copy.example/en/about.html</loc>\n</urlset>");
    }
}
