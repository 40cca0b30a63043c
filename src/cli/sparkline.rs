//! Draws a row of numbers as a row of small bars.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One bar for each number, as high as it is in proportion to `highest`; a blank for none.
pub fn sparkline(numbers: &[usize], highest: usize) -> String {
    let bar = |number: &usize| match number {
        0 => ' ',
        number => BARS[(number * BARS.len()).div_ceil(highest.max(1)).clamp(1, BARS.len()) - 1],
    };
    numbers.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_numbers() {
        assert_eq!(sparkline(&[0, 1, 2, 4, 6, 8], 8), " ▁▂▄▆█");
        assert_eq!(sparkline(&[1, 1000], 1000), "▁█");
        assert_eq!(sparkline(&[0, 0], 0), "  ");
    }
}
