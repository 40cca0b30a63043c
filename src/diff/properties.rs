//! The laws of a difference, on texts made at random.

use proptest::prelude::*;

use super::*;

/// Lines of Markdown, words and marks, of a small stock, so that many are alike.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => prop::sample::select(vec![
            "You may ", "not ", "leave ", "within 30 days", "30%", "1,000.50 ", "your data. ", "We ", "share ",
            "[our policy](/a) ", "[our policy](/b) ", "**bold** ", "_it_ ", "`code` ", "\\_", "個人情報を", "取得します。",
            "ผู้ใช้", "e\u{301}", "👩‍👩‍👧", "https://a.example/x_y ", "<https://b.example>", "[", "](", ")", "![a](b)",
        ]),
        4 => prop::sample::select(vec![
            "\n", "\n\n", "\n\n\n", "\r\n", "  \n", "\n# ", "\n*   ", "\n    1.  ", "\n> ", "\n| a | b |\n| --- | --- |\n",
            "\n=====\n", "\n---\n", "\n* * *\n", "\n```\n", "\t", " ", "\n\n\u{a0}",
        ]),
        1 => any::<char>().prop_map(String::from).prop_map(|text| Box::leak(text.into_boxed_str()) as &str),
    ];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn applied_to_the_old_text_it_gives_the_new(old in text(), new in text()) {
        let diff = between(&old, &new);

        prop_assert_eq!(diff.apply(&old).unwrap(), &new[..]);
        prop_assert_eq!(diff.reversed().apply(&new).unwrap(), &old[..]);
        prop_assert_eq!(diff.is_empty(), old == new);
    }

    #[test]
    fn a_text_in_another_order_is_still_accounted_for(parts in prop::collection::vec(text(), 2..8), seed in any::<usize>()) {
        let mut shuffled = parts.clone();
        shuffled.rotate_left(seed % parts.len());
        let (old, new) = (parts.join("\n\n"), shuffled.join("\n\n"));

        let diff = between(&old, &new);

        prop_assert_eq!(diff.apply(&old).unwrap(), &new[..]);
        prop_assert_eq!(diff.reversed().apply(&new).unwrap(), &old[..]);
    }

    #[test]
    fn as_json_it_is_the_same_again(old in text(), new in text()) {
        let diff = between(&old, &new);

        let json = serde_json::to_string(&diff).unwrap();

        prop_assert_eq!(serde_json::from_str::<Diff>(&json).unwrap(), diff);
    }
}
