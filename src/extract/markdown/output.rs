//! Markdown as it grows: parts are joined by at most one empty line, however many line breaks they ask for.

/// A growing text whose line breaks at the end are counted, not written, until more text follows.
#[derive(Debug, Default)]
pub(super) struct Output {
    /// Never ends in a line break.
    text: String,
    breaks: usize,
}

/// Most line breaks between two parts.
const MOST_BREAKS: usize = 2;

impl Output {
    /// Adds a part: of the line breaks on both sides of the seam the larger number counts.
    pub(super) fn push(&mut self, part: &str) {
        let body = part.trim_start_matches('\n');
        self.ask_for_breaks(part.len() - body.len());
        if body.is_empty() {
            return;
        }
        let kept = body.trim_end_matches('\n');
        self.text.extend(std::iter::repeat_n('\n', self.breaks));
        self.text.push_str(kept);
        self.breaks = body.len() - kept.len();
    }

    /// Sees to it that what follows stands after so many line breaks.
    pub(super) fn ask_for_breaks(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks).min(MOST_BREAKS);
    }

    /// Adds line breaks to those at the end, whatever their number. Only an outline's depth limits it.
    pub(super) fn add_breaks(&mut self, breaks: usize) {
        self.breaks += breaks;
    }

    /// How many bytes of text there are, without the line breaks at the end.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn into_text(mut self) -> String {
        self.text.extend(std::iter::repeat_n('\n', self.breaks));
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_at_most_one_empty_line_apart() {
        let mut output = Output::default();

        for part in ["a", "b\n\n\n", "\nc", "\n", "", "d"] {
            output.push(part);
        }

        assert_eq!(output.into_text(), "ab\n\nc\nd");
    }
}
