//! Compares two texts line by line, in the unified format that `patch` and `git apply` read.

use std::time::Instant;

use similar::{Algorithm, TextDiff};

use super::effort::DEADLINE;

/// Lines shown on either side of a change.
const CONTEXT: usize = 3;

/// The unified diff of two texts, each headed by its name. Empty for equal texts.
pub fn unified(old: &str, new: &str, old_name: &str, new_name: &str) -> String {
    // A line ends with a line feed and nothing else, else the patch would not be read as it was written.
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
    let mut settings = TextDiff::configure();
    settings.algorithm(Algorithm::Patience).deadline(Instant::now() + DEADLINE).newline_terminated(true);
    let (old, new) = (lines(old), lines(new));
    let diff = settings.diff_slices(&old, &new);
    diff.unified_diff().context_radius(CONTEXT).header(old_name, new_name).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_shown_among_their_neighbours() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n";
        let new = "1\n2\n3\n4\nfive\n6\n7\n8\n";

        assert_eq!(unified(old, new, "a", "b"), "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
        assert_eq!(unified(old, old, "a", "b"), "");
    }

    #[test]
    fn a_missing_newline_is_told_and_a_carriage_return_ends_no_line() {
        assert_eq!(
            unified("a\rb", "a\rc\n", "a", "b"),
            "--- a\n+++ b\n@@ -1 +1 @@\n-a\rb\n\\ No newline at end of file\n+a\rc\n"
        );
    }
}
