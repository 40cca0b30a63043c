//! Writes a difference as text: deletions and insertions within their sentence, far-off words folded.

use super::regions::Region;
use super::spans::{Ink, Span};
use super::structure::{Block, BlockKind, Coarse, Diff, Fate, Piece, Touch};

/// Words kept on either side of a change.
const WORDS: usize = 12;

/// Words shown of a block that is only there for orientation.
const WORDS_OF_CONTEXT: usize = 24;

/// Links listed one after the other that lead elsewhere; the rest are counted.
const LINKS_LISTED: usize = 5;

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
        for block in region.blocks {
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
        let from = block.old.as_ref().map(|place| place.section.join(" › ")).filter(|from| !from.is_empty());
        let from = from.map_or_else(|| "moved here".to_owned(), |from| format!("moved here from {from}"));
        let text = match block.touches {
            Some(Touch::Words) => changed(block, self.pen),
            _ => orientation(block, self.pen),
        };
        format!("{}\n{text}", (self.pen.remark)(&from))
    }

    fn relinked(&mut self, block: &'a Block) {
        for piece in &block.pieces {
            let Piece::Relinked { label, old, new } = piece else { continue };
            self.links += 1;
            if self.links <= LINKS_LISTED {
                let (old, new) = ((self.pen.deleted)(old), (self.pen.inserted)(new));
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
    let shown = spans.iter().enumerate().map(|(place, (ink, text))| match ink {
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
