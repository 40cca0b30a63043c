//! Shows what differs between two texts on a terminal.

use owo_colors::OwoColorize;

use super::reading::harmless;
use crate::diff::{Diff, Pen};

/// Coloured text also carries marks, `[-…-]` and `{+…+}`, so that colour never tells alone.
const COLOURED: Pen = Pen {
    deleted: |text| format!("{}", format!("[-{}-]", harmless(text)).red().strikethrough()),
    inserted: |text| format!("{}", format!("{{+{}+}}", harmless(text)).green().underline()),
    kept: harmless,
    remark: |text| format!("{}", harmless(text).cyan()),
    quiet: |text| format!("{}", harmless(text).dimmed()),
};

/// One entry per change, with up to `context` blocks that did not change around them.
pub fn entries(diff: &Diff, context: usize) -> Vec<String> {
    diff.written(context, &COLOURED)
}
