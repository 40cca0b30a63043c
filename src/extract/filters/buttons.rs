//! Filters that drop links which are buttons of the site rather than a part of the text.

use ego_tree::NodeId;
use serde_json::Value;

use crate::extract::Page;

/// Where links lead that share a page.
const SHARING: &[&str] = &[
    "facebook.com/sharer",
    "facebook.com/share.php",
    "facebook.com/dialog/share",
    "twitter.com/intent/",
    "twitter.com/share",
    "x.com/intent/",
    "x.com/share",
    "linkedin.com/sharearticle",
    "linkedin.com/sharing/",
    "api.whatsapp.com/send?text",
    "wa.me/?text",
    "t.me/share",
    "pinterest.com/pin/create",
    "reddit.com/submit",
    "tumblr.com/share",
    "tumblr.com/widgets/share",
    "bsky.app/intent/",
    "threads.net/intent/",
    "vk.com/share.php",
    "xing.com/spi/shares",
    "xing.com/app/user?op=share",
    "getpocket.com/save",
    "news.ycombinator.com/submitlink",
    "addtoany.com/share",
    "addtoany.com/add_to",
    "line.me/r/msg",
    "mix.com/add",
];

/// What links back to the top of a page say, in lower case, without arrows.
const BACK_TO_TOP: &[&str] = &[
    "top",
    "back to top",
    "to top",
    "go to top",
    "return to top",
    "scroll to top",
    "top of page",
    "haut de page",
    "retour en haut",
    "retour en haut de page",
    "retour haut de page",
    "nach oben",
    "zum seitenanfang",
    "zurück nach oben",
    "volver arriba",
    "ir arriba",
    "subir",
    "torna su",
    "torna all'inizio",
    "voltar ao topo",
    "naar boven",
    "terug naar boven",
];

/// What shows something in a link that has no text.
const PICTURES: &str = "img, svg, picture, video, audio, canvas, object, iframe, input, button";

pub(super) fn remove_share_buttons(page: &mut Page, _: Option<&Value>) -> Result<(), String> {
    remove_links(page, |page, id| {
        let address = page.attribute(id, "href").unwrap_or_default().to_ascii_lowercase();
        let address = address.trim_start_matches("https://").trim_start_matches("http://");
        let address = address.trim_start_matches("www.");
        SHARING.iter().any(|place| address.strip_prefix(place).is_some_and(|rest| is_end(place, rest)))
    })
}

/// Whether the name ends where the place does: `x.com/share?url=…`, and not `x.com/sharewood`.
fn is_end(place: &str, rest: &str) -> bool {
    place.ends_with('/') || place.contains('?') || rest.is_empty() || rest.starts_with(['/', '?', '#', '.'])
}

pub(super) fn remove_back_to_top(page: &mut Page, _: Option<&Value>) -> Result<(), String> {
    remove_links(page, |page, id| {
        let text = page.text_content(id).to_lowercase().replace('’', "'");
        let is_in_page = page.attribute(id, "href").is_some_and(|href| href.contains('#'));
        is_in_page && BACK_TO_TOP.contains(&text.trim_matches(|c: char| !c.is_alphanumeric()))
    })
}

pub(super) fn remove_empty_links(page: &mut Page, _: Option<&Value>) -> Result<(), String> {
    let shown = page.query_all(PICTURES).map_err(|error| error.to_string())?;
    let with_picture: std::collections::HashSet<NodeId> =
        shown.iter().flat_map(|id| page.node(*id).ancestors().map(|above| above.id())).collect();
    remove_links(page, |page, id| !with_picture.contains(&id) && page.text_content(id).trim().is_empty())
}

/// Takes out the links that are unwanted.
fn remove_links(page: &mut Page, is_unwanted: impl Fn(&Page, NodeId) -> bool) -> Result<(), String> {
    let links = page.query_all("a[href]").map_err(|error| error.to_string())?;
    for id in links {
        if is_unwanted(page, id) {
            page.remove(id);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::filtered;

    #[test]
    fn share_buttons_go_and_profiles_stay() {
        let html = r#"<a href="https://www.facebook.com/sharer/sharer.php?u=x">Share</a><a href="https://www.facebook.com/acme">Us</a>"#;

        let after = filtered("removeShareButtons", None, html);

        assert_eq!(after, r#"<a href="https://www.facebook.com/acme">Us</a>"#);
    }

    #[test]
    fn links_to_those_who_share_stay() {
        let html = r#"We use <a href="https://www.addtoany.com/privacy">AddToAny</a> and <a href="https://x.com/sharewood">us</a>."#;

        assert_eq!(filtered("removeShareButtons", None, html), html);
    }

    #[test]
    fn links_to_the_top_go_and_other_anchors_stay() {
        let html = r##"<a href="#top">↑ Back to top</a><a href="#a">Nach oben</a><a href="#b">Section 2</a>"##;

        assert_eq!(filtered("removeBackToTop", None, html), r##"<a href="#b">Section 2</a>"##);
    }

    #[test]
    fn links_without_text_or_picture_go() {
        let html = r#"<a href="/a"> <span></span></a><a href="/b"><img src="x.png"></a><a id="c"></a>"#;

        assert_eq!(filtered("removeEmptyLinks", None, html), r#"<a href="/b"><img src="x.png"></a><a id="c"></a>"#);
    }
}
