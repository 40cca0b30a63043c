//! Writes a difference as text: deletions and insertions within their sentence, far-off words folded.

use super::regions::Region;
use super::spans::{Ink, Relink, Span};
use super::structure::{Block, BlockKind, Coarse, Diff, Fate, Touch};

/// Words kept on either side of a change.
const WORDS: usize = 12;

/// Words shown of a block that is only there for orientation.
const WORDS_OF_CONTEXT: usize = 24;

/// Links listed one after the other that lead elsewhere; the rest are counted.
const LINKS_LISTED: usize = 5;

/// Blocks shown of several that moved together; the rest are counted.
const MOVED_SHOWN: usize = 2;

/// How deletions and insertions are set off; each gets a run of words without line breaks at its ends.
#[derive(Debug, Clone, Copy)]
pub struct Pen {
    pub deleted: fn(&str) -> String,
    pub inserted: fn(&str) -> String,
    /// What stands beside a change.
    pub kept: fn(&str) -> String,
    /// Section titles, and what is said about the text.
    pub remark: fn(&str) -> String,
    /// Text that did not change and is there for orientation.
    pub quiet: fn(&str) -> String,
}

impl Pen {
    /// Marks alone: `[-deleted-]{+inserted+}`.
    pub const PLAIN: Self = Self {
        deleted: |text| format!("[-{text}-]"),
        inserted: |text| format!("{{+{text}+}}"),
        kept: str::to_owned,
        remark: str::to_owned,
        quiet: str::to_owned,
    };
}

impl Diff {
    /// The changes as text, one entry for each that is told, with up to `context` kept blocks around them.
    pub fn written(&self, context: usize, pen: &Pen) -> Vec<String> {
        let mut writer = Writer { diff: self, pen, entries: Vec::new(), section: None, links: 0 };
        writer.coarse();
        let shown = self.readable_regions(context);
        if shown.is_empty() {
            writer.nothing();
        }
        shown.iter().for_each(|region| writer.region(region));
        writer.end_links();
        writer.entries
    }

    /// The changes as plain text.
    pub fn plain(&self, context: usize) -> String {
        self.written(context, &Pen::PLAIN).join("\n\n")
    }
}

struct Writer<'a> {
    diff: &'a Diff,
    pen: &'a Pen,
    entries: Vec<String>,
    section: Option<&'a [String]>,
    /// Links told since the last other entry.
    links: usize,
}

impl<'a> Writer<'a> {
    fn remark(&mut self, text: &str) {
        self.entries.push((self.pen.remark)(text));
    }

    fn coarse(&mut self) {
        let reason = match self.diff.coarse {
            None => return,
            Some(Coarse::TooLarge) => "the text is too long",
            Some(Coarse::TooDifferent) => "the texts share too little",
            Some(Coarse::OutOfTime) => "it took too long",
        };
        self.remark(&format!("Compared by whole paragraphs: {reason} to compare words."));
    }

    fn nothing(&mut self) {
        let said = if self.diff.is_empty() { "Nothing differs." } else { "Only formatting differs." };
        self.remark(said);
    }

    fn region(&mut self, region: &Region<'a>) {
        for together in region.blocks.chunk_by(is_moved_together) {
            match together {
                [block] => self.single(block),
                several => self.several_moved(several),
            }
        }
    }

    fn single(&mut self, block: &'a Block) {
        match block.fate {
            Fate::MovedAway => {}
            Fate::Kept => self.block(block, orientation(block, self.pen)),
            _ if !block.is_readable_change() => {}
            Fate::Moved => self.block(block, self.moved(block)),
            Fate::Changed if block.touches == Some(Touch::Links) => self.relinked(block),
            _ => {
                self.block(block, changed(block, self.pen));
                self.relinked(block);
            }
        }
    }

    fn several_moved(&mut self, blocks: &'a [Block]) {
        let [first, ..] = blocks else { return };
        let texts = blocks.iter().filter(|block| block.is_readable_change()).map(|block| orientation(block, self.pen));
        let mut texts: Vec<String> = texts.collect();
        let hidden = texts.len().saturating_sub(MOVED_SHOWN);
        texts.truncate(MOVED_SHOWN);
        if hidden > 0 {
            texts.push((self.pen.remark)(&format!("… and {hidden} more with it")));
        }
        self.block(first, format!("{}\n{}", self.origin(first), texts.join("\n")));
    }

    fn block(&mut self, block: &'a Block, text: String) {
        self.end_links();
        self.push(block, text);
    }

    /// Tells of a block, and under which titles it stands, if it is not where the one before was.
    fn push(&mut self, block: &'a Block, text: String) {
        let section = block.section();
        let is_elsewhere = self.section.replace(section) != Some(section) && !section.is_empty();
        let title = || (self.pen.remark)(&format!("in {}", section.join(" › ")));
        self.entries.push(if is_elsewhere { format!("{}\n{text}", title()) } else { text });
    }

    fn moved(&self, block: &Block) -> String {
        let text = match block.touches {
            Some(Touch::Words) => changed(block, self.pen),
            _ => orientation(block, self.pen),
        };
        format!("{}\n{text}", self.origin(block))
    }

    /// Where a block was before it was moved.
    fn origin(&self, block: &Block) -> String {
        let section = block.old.as_ref().map(|place| place.section.as_slice()).unwrap_or_default();
        let origin = match section {
            [] => "moved here".to_owned(),
            same if same == block.section() => "moved within its section".to_owned(),
            other => format!("moved here from {}", other.join(" › ")),
        };
        (self.pen.remark)(&origin)
    }

    fn relinked(&mut self, block: &'a Block) {
        for Relink { label, old, new } in block.relinked() {
            self.links += 1;
            if self.links <= LINKS_LISTED {
                let (old, new) = ((self.pen.deleted)(&old), (self.pen.inserted)(&new));
                self.push(block, format!("{} {old}{new}", (self.pen.remark)(&format!("link “{label}”:"))));
            }
        }
    }

    fn end_links(&mut self) {
        if self.links > LINKS_LISTED {
            self.remark(&format!("… and {} more links lead elsewhere", self.links - LINKS_LISTED));
        }
        self.links = 0;
    }
}

/// Whether two blocks moved as they are, one after the other.
fn is_moved_together(one: &Block, next: &Block) -> bool {
    let place = |block: &Block| block.old.as_ref().map_or(0, |place| place.block);
    let is_moved = |block: &Block| block.fate == Fate::Moved && block.touches != Some(Touch::Words);
    is_moved(one) && is_moved(next) && place(one) + 1 == place(next)
}

fn lead(block: &Block) -> String {
    match block.kind {
        BlockKind::ListItem => "  ".repeat(usize::from(block.level.saturating_sub(1))) + "• ",
        BlockKind::Quote => "> ".to_owned(),
        BlockKind::Heading => "#".repeat(usize::from(block.level)) + " ",
        _ => String::new(),
    }
}

fn orientation(block: &Block, pen: &Pen) -> String {
    let text: String = block.spans().iter().map(|span| span.text.as_str()).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let cut = if words.len() > WORDS_OF_CONTEXT { " …" } else { "" };
    let shown = words[..words.len().min(WORDS_OF_CONTEXT)].join(" ");
    (pen.quiet)(&format!("{}{shown}{cut}", lead(block)))
}

fn changed(block: &Block, pen: &Pen) -> String {
    let spans = runs(block.spans());
    let last = spans.len().saturating_sub(1);
    let is_replaced = |place: usize| spans.get(place + 1).is_some_and(|(ink, _)| *ink == Ink::Inserted);
    let shown = spans.iter().enumerate().map(|(place, (ink, text))| match ink {
        Ink::Deleted if is_replaced(place) => set_off(text.trim_end(), pen.deleted),
        Ink::Deleted => set_off(text, pen.deleted),
        Ink::Inserted => set_off(text, pen.inserted),
        _ => (pen.kept)(&folded(text, place > 0, place < last)),
    });
    lead(block) + shown.collect::<String>().trim()
}

/// Runs of one ink, whatever their style.
fn runs(spans: Vec<Span>) -> Vec<(Ink, String)> {
    let mut runs: Vec<(Ink, String)> = Vec::new();
    for span in spans {
        let ink = if matches!(span.ink, Ink::Relinked { .. }) { Ink::Kept } else { span.ink };
        match runs.last_mut() {
            Some(last) if last.0 == ink => last.1.push_str(&span.text),
            _ => runs.push((ink, span.text)),
        }
    }
    runs
}

/// Sets the words of each line off, and leaves white space around them alone.
fn set_off(text: &str, pen: fn(&str) -> String) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let words = line.trim();
        if words.is_empty() { line.to_owned() } else { line.replacen(words, &pen(words), 1) }
    });
    lines.collect()
}

/// Keeps the words next to a change, and folds those further away.
fn folded(text: &str, after_change: bool, before_change: bool) -> String {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let head = if after_change { WORDS } else { 0 };
    let tail = if before_change { WORDS } else { 0 };
    if words.len() <= head + tail {
        return text.to_owned();
    }
    let (start, end) = (words[..head].concat(), words[words.len() - tail..].concat());
    format!("{start}… {end}")
}

#[cfg(test)]
mod tests {
    use super::super::between;

    fn written(old: &str, new: &str) -> String {
        between(old, new).plain(0)
    }

    #[test]
    fn words_far_from_a_change_are_folded() {
        let far = "word ".repeat(40);

        let shown = written(&format!("{far}old."), &format!("{far}new."));

        assert_eq!(shown, format!("… {}[-old-]{{+new+}}.", "word ".repeat(12)));
    }

    #[test]
    fn changes_stand_under_the_titles_of_their_section() {
        let text = "Terms\n=====\n\n## 1. Age\n\nYou are 13.\n\n## 2. Fees\n\n*   None.\n*   Or [some](/a).\n";
        let new = text.replace("13", "16").replace("None", "None for now").replace("(/a)", "(/b)");

        let expected = "\
in Terms › 1. Age
You are [-13-]{+16+}.

in Terms › 2. Fees
• None {+for now+}.

link “some”: [-/a-]{+/b+}";
        assert_eq!(written(text, &new), expected);
    }

    #[test]
    fn what_moved_is_shown_once_where_it_is_now() {
        let (age, fees) = ("## Age\n\nYou are thirteen or older.\n\n", "## Fees\n\nWe charge you nothing at all.\n\n");
        let law = "## Law\n\nThe law of Norway applies.\n\nCourts are in Oslo.\n\nAnd nowhere else.\n\n";

        let shown = written(&[age, fees, law].concat(), &[fees, law, age].concat());

        assert_eq!(shown, "moved here\n## Age\nYou are thirteen or older.");
    }

    #[test]
    fn of_many_links_that_lead_elsewhere_some_are_listed() {
        let links = |to: &str| (0..9).map(|at| format!("*   [page {at}](/{to}/{at})\n")).collect::<String>();

        let shown = written(&links("a"), &links("b"));

        assert!(shown.starts_with("link “page 0”: [-/a/0-]{+/b/0+}\n\n"), "{shown}");
        assert!(shown.ends_with("\n\n… and 4 more links lead elsewhere"), "{shown}");
    }

    #[test]
    fn what_is_no_change_to_a_reader_is_said_in_a_word() {
        assert_eq!(written("One.", "One."), "Nothing differs.");
        assert_eq!(written("One.", "**One.**"), "Only formatting differs.");
    }
}
