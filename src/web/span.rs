//! A run of words as HTML: what came and what went is marked, styles and links are as in the text, nothing is active.

use url::Url;

use crate::diff::{Ink, Span};
use crate::markup::escaped;

/// Links to these schemes are shown as links.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

pub fn html(span: &Span) -> String {
    let text = escaped(&span.text);
    let text = match span.ink {
        Ink::Inserted if !span.text.trim().is_empty() => format!("<ins>{text}</ins>"),
        Ink::Deleted if !span.text.trim().is_empty() => format!("<del>{text}</del>"),
        _ => text,
    };
    let styled = [(span.style.code, "code"), (span.style.emphasis, "em"), (span.style.strong, "strong")];
    let styled = styled.into_iter().filter(|(is_set, _)| *is_set);
    let text = styled.fold(text, |text, (_, element)| format!("<{element}>{text}</{element}>"));
    linked(text, span.style.link.as_deref())
}

fn linked(html: String, target: Option<&str>) -> String {
    let is_followable = |target: &&str| Url::parse(target).is_ok_and(|url| SCHEMES.contains(&url.scheme()));
    match target.filter(is_followable) {
        Some(target) => format!("<a href=\"{}\" rel=\"nofollow noopener noreferrer\">{html}</a>", escaped(target)),
        None => html,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Style;

    #[test]
    fn a_link_that_could_run_something_is_only_its_words() {
        for (target, is_link) in
            [("https://acme.example/?a=\"b\"", true), ("javascript:alert(1)", false), ("/x", false)]
        {
            let style = Style { link: Some(target.to_owned()), ..Style::default() };

            let html = html(&Span { ink: Ink::Inserted, text: "a < b".to_owned(), style });

            assert!(html.contains("<ins>a &lt; b</ins>"), "{html}");
            assert_eq!(
                html.starts_with("<a href=\"https://acme.example/?a=&quot;b&quot;\" rel=\"nofollow"),
                is_link,
                "{html}"
            );
        }
    }
}
