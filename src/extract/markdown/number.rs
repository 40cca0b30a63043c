//! Numbers as JavaScript reads and writes them: attributes such as `start` and `colspan` go through it.

use super::space;

/// The number that a text means to JavaScript's `Number`; NaN if none.
pub(super) fn parse(text: &str) -> f64 {
    let text = space::trim(text);
    if text.is_empty() {
        return 0.0;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        let is_prefixed = text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        if is_prefixed {
            return whole(&text[2..], radix);
        }
    }
    match text.trim_start_matches(['+', '-']) {
        "Infinity" => {
            if text.starts_with('-') {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            }
        }
        _ if text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'+' | b'-' | b'e' | b'E')) => {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

/// A whole number of any length; NaN for anything else.
fn whole(digits: &str, radix: u32) -> f64 {
    let add = |number: f64, digit: char| Some(number * f64::from(radix) + f64::from(digit.to_digit(radix)?));
    let number = digits.chars().try_fold(0.0, add).filter(|_| !digits.is_empty());
    number.unwrap_or(f64::NAN)
}

/// The number as JavaScript writes it.
pub(super) fn format(number: f64) -> String {
    let size = number.abs();
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else if number == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&size) {
        number.to_string()
    } else {
        let text = format!("{number:e}");
        if size >= 1.0 { text.replace('e', "e+") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written_as_javascript_does() {
        let cases = [
            ("9", "9"),
            (" 7 ", "7"),
            ("x", "NaN"),
            ("1.5", "1.5"),
            ("0x10", "16"),
            ("-3", "-3"),
            ("-0", "0"),
            ("1e21", "1e+21"),
            ("0.0000001", "1e-7"),
            ("inf", "NaN"),
            (" ", "0"),
        ];

        for (text, expected) in cases {
            assert_eq!(format(parse(text)), expected, "{text}");
        }
    }
}
