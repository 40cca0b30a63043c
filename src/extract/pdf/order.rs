//! Puts the lines of a page into reading order.

use super::lines::Line;

/// From top to bottom where nothing stands side by side; else as drawn.
///
/// Programs draw columns and table cells one after another, and that order is better than any guess from the
/// layout. Headers, footers and boxes they draw at any time, which does no harm once lines are sorted.
pub(super) fn in_reading_order(lines: Vec<Line>) -> Vec<Line> {
    let mut sorted = lines.clone();
    sorted.sort_by(|a, b| a.turn.cmp(&b.turn).then(a.y.total_cmp(&b.y)).then(a.x0.total_cmp(&b.x0)));
    let side_by_side = sorted.windows(2).any(|pair| are_side_by_side(&pair[0], &pair[1]));
    if side_by_side { lines } else { sorted }
}

fn are_side_by_side(a: &Line, b: &Line) -> bool {
    const SAME_HEIGHT: f32 = 0.5;
    a.turn == b.turn && (a.y - b.y).abs() < SAME_HEIGHT * a.size.min(b.size)
}
