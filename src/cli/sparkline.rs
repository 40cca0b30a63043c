//! Draws a row of numbers as a row of small bars.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One bar for each number, the highest for the largest; a blank for none.
pub fn sparkline(numbers: &[usize]) -> String {
    let highest = numbers.iter().copied().max().unwrap_or_default().max(1);
    let bar = |number: &usize| match number {
        0 => ' ',
        number => BARS[(number * BARS.len()).div_ceil(highest).clamp(1, BARS.len()) - 1],
    };
    numbers.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_numbers() {
        assert_eq!(sparkline(&[0, 1, 2, 4, 6, 8]), " ▁▂▄▆█");
        assert_eq!(sparkline(&[1, 1000]), "▁█");
        assert_eq!(sparkline(&[0, 0]), "  ");
    }
}
