//! Walks an outline and writes its Markdown, without recursion.

use super::outline::{Index, Kind, Opened, Outline};
use super::output::Output;
use super::rules::{self, Rule};
use super::tables::Table;
use super::{escape, space};
use crate::extract::deadline::Deadline;
use crate::extract::{Config, ExtractError};

/// How much is read or written between two looks at the clock.
const WORK_PER_CHECK: usize = 1 << 20;

/// The Markdown of the whole outline.
pub(super) fn convert(outline: &Outline<'_>, config: &Config, deadline: &Deadline) -> Result<String, ExtractError> {
    let mut walk = Walk {
        outline,
        outputs: vec![Output::default()],
        open: Vec::new(),
        tables: Vec::new(),
        codes: 0,
        work: Work { written: 0, done: 0, checked: 0, config, deadline },
    };
    let mut index = 0;
    while index < outline.len() {
        walk.close_before(index)?;
        index = walk.enter(index)?;
    }
    walk.close_before(index)?;
    let whole = walk.outputs.pop().map(Output::into_text);
    Ok(whole.unwrap_or_default())
}

/// An element whose children are being written.
pub(super) struct Open<'a> {
    pub(super) index: Index,
    pub(super) rule: Rule,
    /// Which child of its parent it is.
    pub(super) place: Place,
    writes: Writes<'a>,
    children: Place,
}

/// How many siblings stand before a node.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) among_nodes: usize,
    pub(super) among_elements: usize,
}

/// Where the Markdown of the children goes.
enum Writes<'a> {
    /// Straight to where the element's own goes, because its rule adds line breaks at most.
    Through { breaks: usize, written_before: usize },
    /// Into a text of its own, for the rule to change.
    Apart { leading: &'a str, trailing: &'a str },
}

struct Walk<'a> {
    outline: &'a Outline<'a>,
    outputs: Vec<Output>,
    open: Vec<Open<'a>>,
    tables: Vec<Table>,
    /// How many `<code>` are open, in which nothing is escaped.
    codes: usize,
    work: Work<'a>,
}

/// What was done so far, and how much may be.
struct Work<'a> {
    written: usize,
    /// How much was read or written.
    done: usize,
    /// How much that was when the clock was looked at.
    checked: usize,
    config: &'a Config,
    deadline: &'a Deadline,
}

impl<'a> Walk<'a> {
    /// Writes a node, or opens it; gives the index to go on with.
    fn enter(&mut self, index: Index) -> Result<Index, ExtractError> {
        let outline = self.outline;
        let place = self.count_child(index);
        match outline.kind(index) {
            Kind::Comment => self.write("")?,
            Kind::Text if self.codes > 0 => self.write(outline.text(index))?,
            Kind::Text => self.write(&escape::escape(outline.text(index)))?,
            Kind::Element(opened) => return self.enter_element(index, opened, place),
        }
        Ok(index + 1)
    }

    fn enter_element(&mut self, index: Index, opened: &Opened, place: Place) -> Result<Index, ExtractError> {
        let outline = self.outline;
        // The space at its ends is looked at once for each element that holds it.
        self.work.read(1 + rules::space_at_ends(outline, index))?;
        let (leading, trailing) = rules::flanking_space(outline, index, opened);
        if outline.is_blank(index, opened) {
            let breaks = if opened.tag.is_block { "\n\n" } else { "" };
            self.write(&format!("{leading}{breaks}{trailing}"))?;
            return Ok(outline.end(index));
        }
        let rule = Rule::of(outline, index, opened, &self.tables);
        if let Some(markdown) = rules::childless(outline, index, opened, &rule) {
            self.write(&format!("{leading}{markdown}{trailing}"))?;
            return Ok(outline.end(index));
        }
        let writes = match rule.breaks_around() {
            Some(breaks) if leading.is_empty() && trailing.is_empty() => self.write_through(breaks),
            _ => self.write_apart(leading, trailing),
        };
        self.note_opening(index, opened);
        self.open.push(Open { index, rule, place, writes, children: Place::default() });
        Ok(index + 1)
    }

    /// Which child of its parent the node is.
    fn count_child(&mut self, index: Index) -> Place {
        let Some(parent) = self.open.last_mut() else { return Place::default() };
        let place = parent.children;
        parent.children.among_nodes += 1;
        parent.children.among_elements += usize::from(self.outline.opened(index).is_some());
        place
    }

    fn write_through(&mut self, breaks: usize) -> Writes<'a> {
        let output = self.output();
        if breaks > 0 {
            output.ask_for_breaks(breaks);
        }
        Writes::Through { breaks, written_before: output.len() }
    }

    fn write_apart(&mut self, leading: &'a str, trailing: &'a str) -> Writes<'a> {
        self.outputs.push(Output::default());
        Writes::Apart { leading, trailing }
    }

    fn note_opening(&mut self, index: Index, opened: &Opened) {
        if rules::is_code(opened) {
            self.codes += 1;
        }
        if rules::is_table(opened) {
            self.tables.push(Table::of(self.outline, index, opened));
        }
    }

    /// Closes the elements that end before an index.
    fn close_before(&mut self, index: Index) -> Result<(), ExtractError> {
        while self.open.last().is_some_and(|open| self.outline.end(open.index) <= index) {
            if let Some(open) = self.open.pop() {
                self.close(open)?;
            }
        }
        Ok(())
    }

    fn close(&mut self, open: Open<'a>) -> Result<(), ExtractError> {
        match &open.writes {
            Writes::Through { breaks, written_before } => self.close_through(*breaks, *written_before),
            Writes::Apart { leading, trailing } => {
                let content = self.outputs.pop().map(Output::into_text).unwrap_or_default();
                let is_flanked = !leading.is_empty() || !trailing.is_empty();
                let content = if is_flanked { space::trim(&content) } else { &content };
                let parent = self.open.last();
                let markdown = rules::wrap(self.outline, &open, parent, self.tables.last(), content);
                self.write(&format!("{leading}{markdown}{trailing}"))?;
            }
        }
        self.note_closing(open.index);
        Ok(())
    }

    fn close_through(&mut self, breaks: usize, written_before: usize) {
        let output = self.output();
        match (output.len() > written_before, breaks) {
            (true, 0) => {}
            (true, breaks) => output.add_breaks(breaks),
            (false, breaks) => output.ask_for_breaks(breaks),
        }
    }

    fn note_closing(&mut self, index: Index) {
        let Some(opened) = self.outline.opened(index) else { return };
        if rules::is_code(opened) {
            self.codes -= 1;
        }
        if rules::is_table(opened) {
            self.tables.pop();
        }
    }

    fn write(&mut self, part: &str) -> Result<(), ExtractError> {
        self.work.write(part.len() + 1)?;
        self.output().push(part);
        let length = self.output().len();
        within("bytes of Markdown", length, self.work.config.max_markdown_bytes)
    }

    fn output(&mut self) -> &mut Output {
        self.outputs.last_mut().expect("the text of the whole is taken out only at the end")
    }
}

impl Work<'_> {
    fn write(&mut self, written: usize) -> Result<(), ExtractError> {
        self.written += written;
        self.read(written)
    }

    /// Counts what is done, and looks at the clock from time to time.
    fn read(&mut self, done: usize) -> Result<(), ExtractError> {
        self.done += done;
        if self.done - self.checked >= WORK_PER_CHECK {
            self.checked = self.done;
            self.deadline.check()?;
            within("bytes of Markdown and its parts", self.written, self.config.max_written_bytes)?;
        }
        Ok(())
    }
}

fn within(what: &'static str, found: usize, limit: usize) -> Result<(), ExtractError> {
    if found > limit {
        return Err(ExtractError::TooLarge { what: what.into(), found, limit });
    }
    Ok(())
}
