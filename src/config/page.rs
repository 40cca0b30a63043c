//! The tables of `docs/configuration.md`, printed from those that are read.

use std::fmt::Write;

use super::{KEYS, Key, OF_OPEN_TERMS_ARCHIVE, VARIABLES};
use crate::{extract, fetch};

const MIB: usize = 1024 * 1024;

/// Keys, keys without effect, variables and bounds, as Markdown.
pub fn tables() -> String {
    let mut page =
        String::from("## Keys\n\n| Key | Value | Default | In production | What it sets |\n|---|---|---|---|---|\n");
    for key in KEYS {
        page.push_str(&row(key));
    }
    page.push_str("\n## Keys of Open Terms Archive without effect so far\n\n| Key | What it sets there |\n|---|---|\n");
    for key in OF_OPEN_TERMS_ARCHIVE {
        add(&mut page, format_args!("| `{}` | {} |\n", key.path, key.about));
    }
    page.push_str("\n## Environment variables\n\n| Variable | What it sets | Read |\n|---|---|---|\n");
    for variable in VARIABLES {
        let read = if variable.is_used { "yes" } else { "not yet" };
        add(&mut page, format_args!("| `{}` | {} | {read} |\n", variable.name, variable.about));
    }
    page.push_str("\n## Bounds that cannot be set\n\n| Bound | Value |\n|---|---|\n");
    for (bound, value) in bounds() {
        add(&mut page, format_args!("| {bound} | {value} |\n"));
    }
    page
}

/// What no setting changes, so that nothing a page holds can exhaust the machine.
fn bounds() -> [(&'static str, String); 7] {
    let extract = extract::Config::default();
    [
        ("Redirects followed", fetch::MAX_REDIRECTS.to_string()),
        ("Header lines of a response", fetch::MAX_HEADERS.to_string()),
        ("Size of a document to extract from", format!("{} MiB", extract.max_document_bytes / MIB)),
        ("Nodes of a page, and nodes selected", extract.max_nodes.min(extract.max_selected_nodes).to_string()),
        ("Depth of nested elements", extract.max_depth.to_string()),
        ("Size of extracted Markdown", format!("{} MiB", extract.max_markdown_bytes / MIB)),
        ("Time to extract one document", format!("{} s", extract.max_duration.as_secs())),
    ]
}

fn row(key: &Key) -> String {
    let code = |json: &str| format!("`{}`", json.trim_matches('"'));
    let default = key.default().map_or("–".to_owned(), |default| code(&default));
    let production = key.production.map(code).unwrap_or_default();
    format!("| `{}` | {} | {default} | {production} | {} |\n", key.path, key.takes(), key.about)
}

fn add(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("a String takes all that is written");
}
