//! Draws the card that a social network shows for a link: an image of a change, of a terms or of a collection.
//!
//! Texts come from anywhere. What has no letters in the fonts at hand is drawn as bars of its length, what is too long
//! ends in an ellipsis, and nothing that stands in a text moves anything else.

mod canvas;
mod face;
mod lines;
mod picture;

use canvas::{ACCENT, Canvas, INK, LINE, SOFT};
use face::{SANS, SERIF, SERIF_BOLD, SIGNS};
use lines::{Line, laid_out};

/// Width and height of every card, as networks show them largest.
pub const SIZE: (u32, u32) = (1_200, 630);

/// What is drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Card {
    /// Whose card it is, above all else.
    pub collection: String,
    /// Opposite of it: a date.
    pub date: String,
    pub title: String,
    pub subtitle: String,
    /// A sign and a word, in a frame.
    pub sign: Option<(String, String)>,
    pub facts: String,
    pub picture: Picture,
}

/// What fills the lower half.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Picture {
    #[default]
    None,
    /// A sentence with what changed in it.
    Quote(Vec<Run>),
    /// For each month, how many changes count, and how many there are.
    Months(Vec<(usize, usize)>),
    /// Moments from 0 to 1 on an axis, and whether each counts; what its ends are called.
    Course { moments: Vec<(f32, bool)>, ends: [String; 2] },
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub ink: Ink,
    pub text: String,
}

/// What happened to a part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Kept,
    Inserted,
    Deleted,
}

/// Where texts begin and end.
const LEFT: f32 = 72.0;
const RIGHT: f32 = 1_128.0;
const WIDTH: f32 = RIGHT - LEFT;

/// The lowest line of a picture.
const BOTTOM: f32 = 574.0;

/// A card as a PNG file.
pub fn png(card: &Card) -> Vec<u8> {
    let mut canvas = Canvas::new(SIZE);
    canvas.rectangle(0.0, 0.0, 1_200.0, 12.0, ACCENT);
    head(&mut canvas, card);
    let below = title(&mut canvas, card);
    let below = facts(&mut canvas, card, below);
    picture::draw(&mut canvas, &card.picture, below);
    canvas.png()
}

/// Collection and date.
fn head(canvas: &mut Canvas, card: &Card) {
    let date = one_line(&SANS, 28.0, &card.date, WIDTH / 2.0);
    let width = date.width();
    canvas.line_of_text(&date, RIGHT - width, 84.0, SOFT);
    let name = one_line(&SERIF_BOLD, 32.0, &card.collection, WIDTH - width - 40.0);
    canvas.line_of_text(&name, LEFT, 84.0, INK);
    canvas.rectangle(LEFT, 112.0, WIDTH, 2.0, LINE);
}

/// Title and subtitle; gives where they end.
fn title(canvas: &mut Canvas, card: &Card) -> f32 {
    let large = laid_out(&SERIF_BOLD, 64.0, &[plain(&card.title)], WIDTH, 2);
    let (lines, step) = match large.len() {
        0 | 1 => (large, 68.0),
        _ => (laid_out(&SERIF_BOLD, 50.0, &[plain(&card.title)], WIDTH, 2), 56.0),
    };
    let mut baseline = 128.0;
    for line in &lines {
        baseline += step;
        canvas.line_of_text(line, LEFT, baseline, INK);
    }
    if !card.subtitle.is_empty() {
        baseline += 6.0;
        for line in laid_out(&SANS, 36.0, &[plain(&card.subtitle)], WIDTH, 2) {
            baseline += 44.0;
            canvas.line_of_text(&line, LEFT, baseline, SOFT);
        }
    }
    baseline
}

/// The sign in its frame, and facts beside it; gives where they end.
fn facts(canvas: &mut Canvas, card: &Card, above: f32) -> f32 {
    if card.sign.is_none() && card.facts.is_empty() {
        return above;
    }
    let (top, height) = (above + 28.0, 48.0);
    let baseline = top + 33.0;
    let mut at = LEFT;
    if let Some((shape, word)) = &card.sign {
        let (shape, word) = (one_line(&SIGNS, 25.0, shape, 60.0), one_line(&SANS, 27.0, word, WIDTH / 2.0));
        let width = 44.0 + shape.width() + 12.0 + word.width();
        canvas.pill(LEFT, top, width, height);
        canvas.line_of_text(&shape, LEFT + 20.0, baseline - 1.0, INK);
        canvas.line_of_text(&word, LEFT + 20.0 + shape.width() + 12.0, baseline, INK);
        at += width + 22.0;
    }
    canvas.line_of_text(&one_line(&SANS, 27.0, &card.facts, RIGHT - at), at, baseline, SOFT);
    top + height
}

fn plain(text: &str) -> Run {
    Run { ink: Ink::Kept, text: text.to_owned() }
}

/// A text on one line, with an ellipsis if need be.
fn one_line(face: &'static face::Face, size: f32, text: &str, width: f32) -> Line {
    laid_out(face, size, &[plain(text)], width, 1).into_iter().next().unwrap_or_default()
}

/// Whether most of a text has letters here, so that its card is worth reading.
pub fn is_legible(text: &str) -> bool {
    let letters = || text.chars().filter(|c| c.is_alphanumeric());
    2 * letters().filter(|c| SERIF.has(*c)).count() >= letters().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(text: &str) -> Card {
        let run = |ink| Run { ink, text: text.to_owned() };
        Card {
            collection: text.to_owned(),
            date: text.to_owned(),
            title: text.to_owned(),
            subtitle: text.to_owned(),
            sign: Some(("●".to_owned(), text.to_owned())),
            facts: text.to_owned(),
            picture: Picture::Quote(vec![run(Ink::Kept), run(Ink::Deleted), run(Ink::Inserted)]),
        }
    }

    fn pixels(png: &[u8]) -> Vec<u8> {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let about = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((about.width, about.height), SIZE);
        pixels
    }

    #[test]
    fn a_card_shows_what_it_is_of() {
        let (one, other) = (png(&card("We keep data.")), png(&card("We sell data.")));

        assert!(one.len() < 120_000, "{}", one.len());
        assert_ne!(pixels(&one), pixels(&other));
        assert_eq!(pixels(&one), pixels(&png(&card("We keep data."))), "the same is drawn the same");
    }

    #[test]
    fn what_was_inserted_is_not_told_by_colour_alone() {
        let of = |ink| {
            let run = Run { ink, text: "data".to_owned() };
            let grey = |pixels: Vec<u8>| pixels.chunks(3).map(|rgb| rgb[1] < 110).collect::<Vec<bool>>();
            grey(pixels(&png(&Card { picture: Picture::Quote(vec![run]), ..Card::default() })))
        };

        let dark = |pixels: &[bool]| pixels.iter().filter(|is_dark| **is_dark).count();
        assert!(dark(&of(Ink::Inserted)) > dark(&of(Ink::Kept)) + 100, "underlined");
        assert!(dark(&of(Ink::Deleted)) > dark(&of(Ink::Kept)) + 50, "struck through");
        assert_ne!(of(Ink::Inserted), of(Ink::Deleted));
    }

    #[test]
    fn any_text_can_be_drawn() {
        let long = "Donaudampfschifffahrtsgesellschaft".repeat(300);
        let marks = format!("a{}", "\u{301}".repeat(5_000));
        for text in [
            "",
            " ",
            "\0\n\t",
            "利用規約",
            "شروط الخدمة",
            "תנאי שימוש",
            "Условия — Όροι",
            "สวัสดี",
            "नमस्ते",
            "👩‍👩‍👧‍👦🏳️‍🌈",
            "\u{202e}abc\u{202c}",
            "e\u{301}",
            "\u{301}",
            "a\u{feff}\u{200b}b",
            "\u{fffd}\u{ffff}\u{10ffff}",
            "ﷺ",
            &long,
            &marks,
            &"x ".repeat(5_000),
        ] {
            pixels(&png(&card(text)));
        }
        for picture in [
            Picture::None,
            Picture::Months(Vec::new()),
            Picture::Months(vec![(0, 0)]),
            Picture::Months(vec![(3, usize::MAX); 500]),
            Picture::Course {
                moments: vec![(f32::NAN, true), (-1.0, false), (2.0, true)],
                ends: [long.clone(), marks.clone()],
            },
            Picture::Quote(Vec::new()),
        ] {
            pixels(&png(&Card { picture, ..card("x") }));
        }
    }

    #[test]
    fn most_of_a_text_must_have_letters_for_a_card_to_be_read() {
        assert!(is_legible("Terms of 利用"));
        assert!(is_legible("Όροι, Условия, 30 %"));
        assert!(!is_legible("利用規約 of"));
    }
}
