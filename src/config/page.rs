//! The tables of `docs/configuration.md`, printed from those that are read.

use std::fmt::Write;

use super::{KEYS, Key, OF_OPEN_TERMS_ARCHIVE, VARIABLES};

/// Keys, keys without effect, and variables, as Markdown.
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
    page
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
