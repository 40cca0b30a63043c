//! Lists as tables: CSV (RFC 4180).

use super::bodies::Entry;

const COLUMNS: &str = "id,service,termsType,document,kind,date,engine,snapshots,change,significant\r\n";

/// Characters that make a spreadsheet take a cell for a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

pub fn csv(entries: &[Entry]) -> String {
    entries.iter().map(row).fold(COLUMNS.to_owned(), |table, row| table + &row)
}

fn row(entry: &Entry) -> String {
    let date = entry.date.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let snapshots = entry.snapshots.join(" ");
    let verdict = entry.verdict.as_ref();
    let cells: [&str; 10] = [
        &entry.id,
        &entry.service,
        &entry.terms_type,
        entry.document.as_deref().unwrap_or_default(),
        entry.kind,
        &date,
        entry.engine.as_deref().unwrap_or_default(),
        &snapshots,
        verdict.map_or("", |verdict| verdict.kind),
        verdict.map_or("", |verdict| if verdict.significant { "true" } else { "false" }),
    ];
    cells.map(cell).join(",") + "\r\n"
}

/// A cell that is a text in spreadsheets too: whoever names services must not run formulas on researchers' machines.
fn cell(text: &str) -> String {
    let text = if text.starts_with(FORMULA_STARTS) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_what_they_hold() {
        assert_eq!(cell("Acme"), "Acme");
        assert_eq!(cell("Acme, \"Inc\""), "\"Acme, \"\"Inc\"\"\"");
        assert_eq!(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
    }
}
