//! The lower half of a card: a sentence that changed, changes by month, or versions on an axis of time.

use super::canvas::{ACCENT, Canvas, INK, LINE, SOFT};
use super::face::{SANS, SERIF};
use super::lines::laid_out;
use super::{BOTTOM, LEFT, Picture, RIGHT, Run, WIDTH, one_line};

/// Months and moments drawn at most.
const MOST_MONTHS: usize = 36;
const MOST_MOMENTS: usize = 300;

/// Draws a picture below what is above.
pub fn draw(canvas: &mut Canvas, picture: &Picture, above: f32) {
    match picture {
        Picture::None => {}
        Picture::Quote(runs) => quote(canvas, runs, above + 34.0),
        Picture::Months(months) => columns(canvas, &months[months.len().saturating_sub(MOST_MONTHS)..], above + 40.0),
        Picture::Course { moments, ends } => {
            course(canvas, &moments[moments.len().saturating_sub(MOST_MOMENTS)..], ends, above);
        }
    }
}

/// A sentence beside a bar, as large as its length allows.
fn quote(canvas: &mut Canvas, runs: &[Run], top: f32) {
    let (indent, height) = (30.0, BOTTOM + 20.0 - top);
    let sizes = [50.0, 42.0, 36.0_f32];
    let most = |size: f32| ((height / (1.42 * size)).floor() as usize).max(1);
    let lines = |size: f32| laid_out(&SERIF, size, runs, WIDTH - indent, most(size) + 1);
    let size = sizes.into_iter().find(|size| lines(*size).len() <= most(*size)).unwrap_or(sizes[2]);
    let lines = laid_out(&SERIF, size, runs, WIDTH - indent, most(size));
    let Some(last) = lines.len().checked_sub(1) else { return };
    let step = 1.42 * size;
    for (at, line) in lines.iter().enumerate() {
        canvas.line_of_text(line, LEFT + indent, top + 0.92 * size + step * at as f32, INK);
    }
    canvas.rectangle(LEFT, top - 4.0, 5.0, step * last as f32 + 1.32 * size, LINE);
}

/// A column for each month: what counts full, all else in outline.
fn columns(canvas: &mut Canvas, months: &[(usize, usize)], top: f32) {
    let most = months.iter().map(|(counting, all)| *counting.max(all)).max().unwrap_or(0).max(1) as f64;
    let slot = WIDTH / months.len().max(12) as f32;
    let full = f64::from(BOTTOM - top);
    let height = |n: usize| (full * n as f64 / most) as f32;
    for (at, (counting, all)) in months.iter().enumerate() {
        let (x, width) = (LEFT + slot * at as f32, slot - 8.0);
        let (outer, inner) = (height(*all), height(*counting));
        canvas.rectangle(x, BOTTOM - outer, width, outer, LINE);
        canvas.rectangle(x, BOTTOM - inner, width, inner, ACCENT);
    }
    canvas.rectangle(LEFT, BOTTOM, WIDTH, 2.0, INK);
}

/// Versions on an axis: discs for those that count, rings for the others.
fn course(canvas: &mut Canvas, moments: &[(f32, bool)], [from, to]: &[String; 2], above: f32) {
    let y = f32::midpoint(above, BOTTOM);
    canvas.rectangle(LEFT, y - 1.5, WIDTH, 3.0, LINE);
    let (rest, counting): (Vec<_>, Vec<_>) = moments.iter().partition(|(_, counts)| !counts);
    for (at, counts) in rest.into_iter().chain(counting).filter(|(at, _)| at.is_finite()) {
        let x = LEFT + 16.0 + (WIDTH - 32.0) * at.clamp(0.0, 1.0);
        canvas.disc(x, y, if counts { 15.0 } else { 10.0 }, counts);
    }
    let (from, to) = (one_line(&SANS, 26.0, from, WIDTH / 2.0 - 20.0), one_line(&SANS, 26.0, to, WIDTH / 2.0 - 20.0));
    canvas.line_of_text(&from, LEFT, y + 58.0, SOFT);
    canvas.line_of_text(&to, RIGHT - to.width(), y + 58.0, SOFT);
}
