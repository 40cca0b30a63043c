//! Files written by anybody: whatever they hold, reading them ends in a result or a fault at a place that exists.

use proptest::prelude::*;

use super::fixture::Folder;
use super::{Diagnostic, check, check_metadata, history, lint, load};

const DECLARATION: &str = r##"{ "name": "Acmé", "terms": { "Imprint": { "fetch": "https://a.example/i?.pdf", "select": ["p", { "startBefore": "#a", "endAfter": ".b" }], "remove": ".条", "filter": ["f", { "g": [1, 2.5e3] }], "executeClientScripts": true }, "Live Policy": { "combine": [{ "fetch": "https://a.example/l" }, { "fetch": "https://a.example/l?2" }], "select": "m", "validUntil": "2022-01-01T00:00:00Z" } } }"##;

const METADATA: &str = "id: démo\nname: &a 'Demo'\ntagline: >\n  Terms\n  of demos\nlanguages: [en, *a]\njurisdictions:\n  - FR\ntrackingPeriods:\n  - startDate: 2023-04-23\n    ? schedule\n    : \"* * * * *\"\ni18n: {fr: {name: x}}\n";

/// The text with some characters replaced, dropped or repeated.
fn damaged(text: &'static str) -> impl Strategy<Value = String> {
    let piece = prop_oneof!["[\\[\\]{}\":,'&*!|>?-]", "[a-z0-9 \\n\\t\\r]", "\\PC", Just("\u{1b}".to_owned())];
    let damage = (0..text.len(), 0..12usize, prop::collection::vec(piece, 0..4));
    prop::collection::vec(damage, 0..4).prop_map(move |damages| {
        let mut text = text.to_owned();
        for (at, dropped, inserted) in damages {
            let start = text.floor_char_boundary(at.min(text.len()));
            let end = text.ceil_char_boundary((start + dropped).min(text.len()));
            text.replace_range(start..end, &inserted.concat());
        }
        text
    })
}

fn stand_in(text: &str, diagnostics: &[Diagnostic]) {
    for fault in diagnostics {
        assert!(text.get(fault.span.clone()).is_some(), "{fault} {:?}", fault.span);
        assert!(fault.line >= 1 && fault.line <= text.matches('\n').count() + 1, "{fault}");
        assert!(!fault.to_string().contains(char::is_control), "{fault}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_declarations_end_in_faults_with_a_place(text in damaged(DECLARATION)) {
        let folder = Folder::new().file("Acme.json", &text);

        stand_in(&text, &load(folder.path()).unwrap().diagnostics);
        stand_in(&text, &check(folder.path(), None, &["f"]).unwrap().diagnostics);
        lint(folder.path(), None).unwrap();
    }

    #[test]
    fn damaged_histories_end_in_faults_with_a_place(text in damaged(DECLARATION)) {
        // Declarations nest as histories do, so that their parts meet every branch.
        let text = text.replacen("\"terms\":", "\"Imprint\": [", 1).replacen("} } }", "}]}", 1);
        let folder = Folder::new().file("Acme.history.json", &text).file("Acme.json", "{}");

        stand_in(&text, &history(folder.path(), &"Acme".parse().unwrap()).diagnostics);
        let found = check(folder.path(), None, &[]).unwrap().diagnostics;
        let of_history: Vec<_> = found.into_iter().filter(|fault| fault.file.ends_with(".history.json")).collect();
        stand_in(&text, &of_history);
    }

    #[test]
    fn damaged_metadata_ends_in_faults_with_a_place(text in damaged(METADATA)) {
        let folder = Folder::new().top_file("metadata.yml", &text);

        stand_in(&text, &check_metadata(folder.path(), |_| true));
    }
}
