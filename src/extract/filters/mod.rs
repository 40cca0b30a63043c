//! Changes to a page that a declaration asks for by name, before anything is removed or selected.
//!
//! Each built-in filter is a row of [`BUILT_IN`] and a function. Names that are not there may be functions of the
//! service's own module; as in the reference, a name that is nowhere is passed over.

mod buttons;
mod emails;
mod images;
pub(super) mod javascript;
mod links;
mod times;

use serde_json::Value;

pub use javascript::{SyntaxFault, syntax_fault};

use super::{ExtractError, Page};
use crate::domain::{FilterUse, SourceDocument};

/// A filter that every declaration may name.
pub struct BuiltIn {
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// What its parameters are; empty where it takes none.
    pub parameters: &'static str,
    /// How a declaration asks for it.
    pub example: &'static str,
    apply: fn(&mut Page, Option<&Value>) -> Result<(), String>,
}

/// The filters that every declaration may name.
pub const BUILT_IN: &[BuiltIn] = &[
    BuiltIn {
        name: "removeQueryParams",
        summary: "Drops the named query parameters from the addresses of links and images.",
        parameters: "a parameter's name, or a list of names",
        example: r#"{ "removeQueryParams": ["utm_source", "ref"] }"#,
        apply: links::remove_query_params,
    },
    BuiltIn {
        name: "cleanLinks",
        summary: "Drops tracking parameters and session ids, by a maintained list, from the addresses of links and images.",
        parameters: "further parameters to drop: a name, or a list of names",
        example: r#""cleanLinks""#,
        apply: links::clean,
    },
    BuiltIn {
        name: "unwrapRedirects",
        summary: "Makes links that pass through a redirect service, such as l.facebook.com, lead straight to their target.",
        parameters: "",
        example: r#""unwrapRedirects""#,
        apply: links::unwrap_redirects,
    },
    BuiltIn {
        name: "removeRelativeDates",
        summary: "Drops elements that say nothing but how long ago something was, such as “3 days ago”.",
        parameters: "",
        example: r#""removeRelativeDates""#,
        apply: times::remove_relative_dates,
    },
    BuiltIn {
        name: "removeReadTimes",
        summary: "Drops elements that say nothing but how long a page takes to read, such as “5 min read”.",
        parameters: "",
        example: r#""removeReadTimes""#,
        apply: times::remove_read_times,
    },
    BuiltIn {
        name: "replaceImagesByText",
        summary: "Puts the alternative text of each image in its place, and drops images without one.",
        parameters: "",
        example: r#""replaceImagesByText""#,
        apply: images::replace_by_text,
    },
    BuiltIn {
        name: "decodeEmails",
        summary: "Shows mail addresses that are hidden from robots: by Cloudflare, or written as “name [at] acme [dot] example”.",
        parameters: "",
        example: r#""decodeEmails""#,
        apply: emails::decode,
    },
    BuiltIn {
        name: "removeShareButtons",
        summary: "Drops links that share the page on a social network.",
        parameters: "",
        example: r#""removeShareButtons""#,
        apply: buttons::remove_share_buttons,
    },
    BuiltIn {
        name: "removeBackToTop",
        summary: "Drops links within the page that say nothing but “Back to top”.",
        parameters: "",
        example: r#""removeBackToTop""#,
        apply: buttons::remove_back_to_top,
    },
    BuiltIn {
        name: "removeEmptyLinks",
        summary: "Drops links that show neither text nor a picture.",
        parameters: "",
        example: r#""removeEmptyLinks""#,
        apply: buttons::remove_empty_links,
    },
];

/// The built-in filters as the rows of a Markdown table.
pub fn table() -> String {
    let row = |filter: &BuiltIn| format!("| `{}` | {} | {} |\n", filter.name, filter.summary, filter.parameters);
    BUILT_IN.iter().map(row).collect()
}

/// Whether the document names filters that only its service's own module can have.
pub fn need_scripts(document: &SourceDocument) -> bool {
    document.filters_module.is_some() && first_script(document).is_some()
}

/// The first filter that is not built in.
pub(super) fn first_script(document: &SourceDocument) -> Option<&FilterUse> {
    document.filters.iter().find(|filter| BUILT_IN.iter().all(|row| row.name != filter.name))
}

/// Applies the built-in filters that the document declares, in order.
pub(super) fn apply(mut page: Page, document: &SourceDocument) -> Result<Page, ExtractError> {
    for filter in &document.filters {
        if let Some(built_in) = BUILT_IN.iter().find(|row| row.name == filter.name) {
            (built_in.apply)(&mut page, filter.params.as_ref())
                .map_err(|reason| ExtractError::FilterFailed { filter: filter.name.clone(), reason })?;
        }
    }
    Ok(page)
}

/// What a filter makes of a page's body.
#[cfg(test)]
fn filtered(name: &str, params: Option<&Value>, html: &str) -> String {
    let mut page = Page::of_test(html);
    let row = BUILT_IN.iter().find(|row| row.name == name).unwrap();
    (row.apply)(&mut page, params).unwrap();
    let body = page.query_all("body").unwrap()[0];
    page.html_in(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Config;

    const PAGE: &str = r##"<p>3 days ago <a href="/x?utm_source=a&amp;id=1"></a> 5 min read
        <img src="/i?gclid=2" alt="Logo"> me [at] acme [dot] example <a href="#top">Back to top</a>
        <a href="https://l.facebook.com/l.php?u=https%3A%2F%2Facme.example%2F">f</a>"##;

    #[test]
    fn a_filter_applied_twice_does_what_it_did_once() {
        for row in BUILT_IN {
            let once = filtered(row.name, None, PAGE);

            assert_eq!(filtered(row.name, None, &once), once, "{}", row.name);
        }
    }

    #[test]
    fn every_filter_is_described_with_an_example_that_names_it() {
        for row in BUILT_IN {
            assert!(row.summary.ends_with('.') && row.example.contains(row.name), "{}", row.name);
        }
    }

    #[test]
    fn the_documentation_holds_the_built_in_filters_and_the_limits() {
        let page = include_str!("../../../docs/filters.md");
        let config = Config::default();

        let heading = "| Filter | What it does | Parameters |\n|---|---|---|\n";
        let table = format!("{heading}{}\n", table());
        assert!(page.contains(&table), "put this table into docs/filters.md:\n{table}");
        let limits = [
            format!("| Time, all filters together | {} s |", config.filter_duration.as_secs()),
            format!("| Memory of the scripts | {} MB |", config.filter_memory_bytes >> 20),
            format!("| Nodes of the page | {} |", config.max_nodes),
        ];
        for limit in limits {
            assert!(page.contains(&limit), "docs/filters.md lacks: {limit}");
        }
    }
}
