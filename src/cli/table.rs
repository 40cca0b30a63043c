//! Lays out rows in columns, by the width that characters take on a terminal.

use unicode_width::UnicodeWidthStr;

/// What stands between two columns.
const GAP: &str = "  ";

/// The rows as lines; the first row is usually a heading.
pub fn columns<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let widths: [usize; N] = std::array::from_fn(|at| rows.iter().map(|row| row[at].width()).max().unwrap_or(0));
    let cell = |(text, width): (&String, usize)| format!("{text}{}", " ".repeat(width - text.width()));
    let line = |row: &[String; N]| row.iter().zip(widths).map(cell).collect::<Vec<_>>().join(GAP);
    rows.iter().map(|row| line(row).trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_keep_columns_straight() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned);

        let lines = columns(&[row(["Service", "Versions"]), row(["星空", "3"]), row(["Quill", "12"])]);

        assert_eq!(lines, ["Service  Versions", "星空     3", "Quill    12"]);
    }
}
