//! The order in which services are tracked: by id, as people sort names rather than as bytes.

use std::cmp::Ordering;

/// Compares two ids nearly as JavaScript's `localeCompare` does: case counts only between ids alike but for it.
///
/// White space comes before punctuation, then digits, then letters; lower case before upper case.
pub fn by_name(a: &str, b: &str) -> Ordering {
    let ignoring_case = a.chars().flat_map(weight).cmp(b.chars().flat_map(weight));
    ignoring_case.then_with(|| a.chars().map(is_upper).cmp(b.chars().map(is_upper))).then_with(|| a.cmp(b))
}

fn weight(c: char) -> impl Iterator<Item = (u8, char)> {
    let class = match c {
        _ if c.is_whitespace() => 0,
        _ if c.is_alphabetic() => 3,
        _ if c.is_numeric() => 2,
        _ => 1,
    };
    c.to_lowercase().map(move |lower| (class, lower))
}

fn is_upper(c: char) -> bool {
    c.is_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_in_the_order_people_expect() {
        let mut ids = ["Zoom", "eBay", "Ebay", "4chan", "Apple Store", "Apple", "Apple-TV", "Élysée", "adobe"];

        ids.sort_by(|a, b| by_name(a, b));

        assert_eq!(ids, ["4chan", "adobe", "Apple", "Apple Store", "Apple-TV", "eBay", "Ebay", "Zoom", "Élysée"]);
    }
}
