//! The rules as a page of documentation, printed from their tables.

use std::fmt::Write as _;

use super::phrases::PHRASES;
use super::rules::{Confirmation, RULES, Rule};

/// The rules and their phrases as Markdown.
pub fn table() -> String {
    let mut page = "## Rules\n\n| Rule | A suspect is | Believed after a while |\n|---|---|---|\n".to_owned();
    for rule in RULES {
        let believed = match rule.confirmed_by {
            Confirmation::Standing => "yes",
            Confirmation::Person => "only if a person says so",
        };
        let _ = writeln!(page, "| `{}` | {} | {believed} |", rule.name, rule.about);
    }
    page.push_str("\n## Phrases\n");
    RULES.iter().filter(|rule| rule.reads_phrases()).for_each(|rule| list_phrases(&mut page, rule));
    page
}

fn list_phrases(page: &mut String, rule: &Rule) {
    let _ = write!(page, "\n### `{}`\n\n", rule.name);
    for row in PHRASES.iter().filter(|row| row.rule == rule.name) {
        let phrases: Vec<String> = row.phrases.iter().map(|phrase| format!("“{phrase}”")).collect();
        let _ = writeln!(page, "- {}: {}", row.language, phrases.join(", "));
    }
}
