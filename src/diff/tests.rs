use super::*;

/// The pieces of all blocks that differ, with marks: `[-deleted-]{+inserted+}`.
fn marked(old: &str, new: &str) -> String {
    let diff = between(old, new);
    let mark = |piece: &Piece| match piece {
        Piece::Kept { text } => text.clone(),
        Piece::Deleted { text } => format!("[-{text}-]"),
        Piece::Inserted { text } => format!("{{+{text}+}}"),
        Piece::Relinked { label, old, new } => format!("[{label}]({old} → {new})"),
    };
    let blocks = diff.changes().map(|block| block.pieces.iter().map(mark).collect::<String>());
    blocks.collect::<Vec<_>>().join("")
}

fn fates(old: &str, new: &str) -> Vec<Fate> {
    between(old, new).blocks.iter().map(|block| block.fate).collect()
}

#[test]
fn a_changed_word_is_shown_within_its_paragraph() {
    let shown = marked("# Terms\n\nYou may leave at any time.\n", "# Terms\n\nYou may not leave at any time.\n");

    assert_eq!(shown, "You may {+not +}leave at any time.\n");
}

#[test]
fn a_changed_phrase_stays_in_one_piece() {
    let shown = marked("We answer within 48 hours, always.", "We answer within 5 days, always.");

    assert_eq!(shown, "We answer within [-48 hours-]{+5 days+}, always.");
}

#[test]
fn numbers_are_never_split() {
    assert_eq!(marked("Pay 1,000.50 now.", "Pay 1,500.50 now."), "Pay [-1,000.50-]{+1,500.50+} now.");
    assert_eq!(marked("A fee of 30% is due.", "A fee of 35% is due."), "A fee of [-30%-]{+35%+} is due.");
}

#[test]
fn paragraphs_that_have_nothing_in_common_stand_one_after_the_other() {
    let old = "We sell nothing to anybody.";
    let new = "Arbitration is final and binding upon all.";

    assert_eq!(fates(old, new), [Fate::Deleted, Fate::Inserted]);
}

#[test]
fn a_sentence_added_is_one_insertion() {
    let shown = marked("We share data. You may leave.", "We share data. We sell data. You may leave.");

    assert_eq!(shown, "We share data. {+We sell data. +}You may leave.");
}

#[test]
fn a_link_that_leads_elsewhere_is_told_apart_from_words() {
    let shown = marked("See [our policy](/old) for more.", "See [our policy](/new) for more.");

    assert_eq!(shown, "See [our policy](/old → /new) for more.");
    let diff = between("See [our policy](/old) for more.", "See [our policy](/new) for more.");
    assert_eq!((diff.blocks[0].touches, diff.counts.links_changed), (Some(Touch::Links), 1));
}

#[test]
fn a_link_put_around_words_touches_markup_alone() {
    let diff = between("Please write to us.", "Please [write to us](/contact).");

    assert_eq!(diff.blocks[0].touches, Some(Touch::Markup));
    assert_eq!(diff.counts.words_inserted, 0);
}

#[test]
fn a_moved_paragraph_is_neither_deleted_nor_inserted() {
    let (a, b, c) = ("First of all.\n\n", "The second clause is here.\n\n", "Third one.\n\n");

    let diff = between(&[a, b, c].concat(), &[a, c, b].concat());

    let fates: Vec<Fate> = diff.blocks.iter().map(|block| block.fate).collect();
    assert_eq!(fates.iter().filter(|fate| **fate == Fate::Moved).count(), 1, "{fates:?}");
    assert_eq!(diff.counts.words_deleted, 0);
}

#[test]
fn a_paragraph_moved_and_altered_shows_how() {
    let clause = "You may terminate your account at any time by writing to our support team.\n\n";
    let altered = clause.replace("at any time", "after 30 days");
    let rest = "## Fees\n\nNothing is charged for the service.\n\n## Law\n\nThe law of Norway applies to this.\n\n";

    let diff = between(&format!("{clause}{rest}"), &format!("{rest}{altered}"));

    let moved = diff.blocks.iter().find(|block| block.fate == Fate::Moved).unwrap();
    assert!(moved.is_altered());
    assert_eq!(moved.section(), ["Law"]);
    assert_eq!((diff.counts.words_deleted, diff.counts.words_inserted), (3, 3));
}

#[test]
fn a_paragraph_split_in_two_is_the_same_words() {
    let one = "We keep your data for thirty days after you leave. You may ask us to delete it sooner.\n";
    let two = one.replace("leave. ", "leave.\n\n");

    let diff = between(one, &two);

    assert_eq!((diff.blocks.len(), diff.blocks[0].touches), (1, Some(Touch::Markup)), "{diff:?}");
    assert_eq!(diff.reversed(), between(&two, one));
}

#[test]
fn typographic_quotes_are_the_same_words() {
    let diff = between("Don't use \"it\" - ever.", "Don’t use “it” – ever.");

    assert_eq!((diff.blocks[0].touches, diff.counts.words_inserted), (Some(Touch::Markup), 0));
}

#[test]
fn a_renumbered_list_changes_its_markup_alone() {
    let diff = between("1.  One item.\n2.  Two items.\n", "1.  Nothing.\n2.  One item.\n3.  Two items.\n");

    let touches: Vec<_> = diff.blocks.iter().map(|block| block.touches).collect();
    assert_eq!(touches, [Some(Touch::Words), Some(Touch::Markup), Some(Touch::Markup)]);
}

#[test]
fn languages_without_spaces_change_by_words() {
    assert_eq!(marked("利用者は18歳以上です。", "利用者は20歳以上です。"), "利用者は[-18-]{+20+}歳以上です。");
}

#[test]
fn white_space_alone_is_a_change_of_markup() {
    let diff = between("One.\n\nTwo.", "One.\n\n\nTwo.\n");

    assert!(!diff.is_empty());
    assert!(diff.changes().all(|block| block.touches == Some(Touch::Markup)));
    assert_eq!(diff.readable_regions(1), []);
}

#[test]
fn equal_texts_differ_nowhere() {
    assert!(between("Terms.", "Terms.").is_empty());
    assert!(between("", "").is_empty());
}

#[test]
fn a_difference_fits_no_other_text() {
    let diff = between("You may leave.", "You may stay.");

    assert_eq!(diff.apply("You may go."), Err(DoesNotFit { at: 0 }));
    assert_eq!(diff.apply("You may leave.").as_deref(), Ok("You may stay."));
}

/// Sentences of a number and made-up words, none like those of another seed.
fn long_text(seed: usize, bytes: usize) -> String {
    let sentence = |at: usize| format!("Clause w{seed}x{at} says y{seed}x{at} to z{seed}x{at} for {at} days.\n\n");
    (0..)
        .map(sentence)
        .scan(0, |sum, text| {
            *sum += text.len();
            (*sum < bytes).then_some(text)
        })
        .collect()
}

/// Time enough for the slowest machine.
fn unhurried() -> Effort {
    Effort::within(std::time::Duration::from_secs(600))
}

#[test]
fn out_of_time_a_change_is_told_by_the_paragraph() {
    let (old, new) = ("One here.\n\nYou may leave.\n", "One here.\n\nYou may not leave.\n");

    let diff = compared(old, new, &Effort::within(std::time::Duration::ZERO));

    assert_eq!(diff.coarse, Some(Coarse::OutOfTime));
    assert!(diff.is_hasty());
    assert_eq!(diff.apply(old).as_deref(), Ok(new));
    assert_eq!(diff.reversed().apply(new).as_deref(), Ok(old));
}

#[test]
fn one_digit_in_a_long_text_is_all_that_differs() {
    let old = long_text(1, 400_000);
    let new = old.replace("for 3000 days", "for 300 days");

    let diff = compared(&old, &new, &unhurried());

    assert_eq!((diff.coarse, diff.changes().count()), (None, 1));
    assert_eq!(
        diff.headline().unwrap().to_string(),
        "Clause w1x3000 says y1x3000 to z1x3000 for [-3000-]{+300+} days."
    );
}

#[test]
fn long_texts_that_share_nothing_are_compared_by_blocks_and_say_so() {
    let old = long_text(1, 250_000);
    let new = long_text(2, 250_000).replace("Clause", "Section").replace("for", "after").replace("days", "weeks");

    let diff = compared(&old, &new, &unhurried());

    assert_eq!(diff.coarse, Some(Coarse::TooDifferent));
    assert_eq!(diff.counts.blocks_changed, 0);
    assert_eq!(diff.apply(&old).as_deref(), Ok(&new[..]));
    assert!(diff.plain(0).starts_with("Compared by whole paragraphs: the texts share too little"));
}

#[test]
fn a_link_that_leads_elsewhere_is_told_though_its_label_was_altered() {
    let diff = between("See [our fees](https://a.example/fees) now.", "See [the fees](https://evil.example/fees) now.");

    assert_eq!(diff.counts.links_changed, 1);
    let told = diff.blocks[0].relinked();
    let expected = Relink {
        label: "fees".to_owned(),
        old: "https://a.example/fees".to_owned(),
        new: "https://evil.example/fees".to_owned(),
    };
    assert_eq!(told, [expected]);
    assert_eq!(between("[our old fees list](/a)", "[our fees list](/b)").counts.links_changed, 1);
    assert_eq!(between("[a](/a) [b](/b)", "[a](/c) [b](/c)").counts.links_changed, 2);
}

/// Each would take minutes if the rest of the text were looked through from every mark.
#[test]
fn marks_that_nothing_closes_are_read_in_time() {
    for part in ["*", "<http://", "[", "![a](", "\\<", "a\u{202f}", "`_", "<br>", "e\u{301}"] {
        let old = part.repeat(20_000);

        let diff = between(&old, &format!("{old} x"));

        assert!(!diff.blocks.is_empty(), "{part}");
    }
}

#[test]
fn characters_that_nobody_sees_are_no_change() {
    let counts =
        between("Trademarks of the Lake.", "Trade\u{200c}marks\u{200b}\u{feff}\u{200d} of the Lake.\u{200c}").counts;

    assert_eq!((counts.words_inserted, counts.words_deleted), (0, 0));
}

#[test]
fn a_star_in_code_is_a_change_of_words() {
    let diff = between("Robots read `/*` and all below.", "Robots read `/` and all below.");

    let touches: Vec<_> = diff.changes().map(|block| block.touches).collect();

    assert_eq!(touches, [Some(Touch::Words)]);
}
