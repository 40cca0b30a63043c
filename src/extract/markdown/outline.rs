//! The selected nodes in document order, with white space collapsed as a browser shows it.
//!
//! All text stands in one string, so the text of an element is a slice of it however deep the element is.

use ego_tree::NodeId;
use html5ever::local_name;
use scraper::Node;
use scraper::node::Element;

use super::space::is_ascii_space;
use super::tag::Tag;
use crate::extract::Page;
use crate::extract::fragment::{Fragment, Step};

/// A place in the outline.
pub(super) type Index = usize;

/// The selected nodes in document order.
pub(super) struct Outline<'a> {
    page: &'a Page,
    text: String,
    pieces: Vec<Piece>,
}

struct Piece {
    kind: Kind,
    /// Where its text begins.
    start: usize,
    /// The index after the last piece in it.
    end: Index,
    parent: Option<Index>,
    previous: Option<Index>,
}

/// What a piece of the outline is.
pub(super) enum Kind {
    Element(Opened),
    Text,
    /// Kept within `<pre>` only, where it parts texts.
    Comment,
}

/// An element of the outline.
pub(super) struct Opened {
    pub(super) node: NodeId,
    pub(super) tag: Tag,
    /// Whether there is an element in it that says something without text.
    holds_meaning: bool,
    pub(super) holds_table: bool,
}

impl<'a> Outline<'a> {
    pub(super) fn of(page: &'a Page, fragment: &Fragment) -> Self {
        let outline = Self { page, text: String::new(), pieces: Vec::new() };
        let mut builder = Builder { outline, open: Vec::new(), last: vec![None], white: White::default(), pres: 0 };
        for step in fragment.steps() {
            match step {
                Step::Open(id) => builder.open(*id),
                Step::Leaf(id) => builder.leaf(*id),
                Step::Close => builder.close(),
            }
        }
        builder.finish()
    }

    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    pub(super) fn kind(&self, index: Index) -> &Kind {
        &self.pieces[index].kind
    }

    /// The element at an index, if it is one.
    pub(super) fn opened(&self, index: Index) -> Option<&Opened> {
        match &self.pieces[index].kind {
            Kind::Element(opened) => Some(opened),
            Kind::Text | Kind::Comment => None,
        }
    }

    pub(super) fn tag(&self, index: Index) -> Option<&Tag> {
        self.opened(index).map(|opened| &opened.tag)
    }

    pub(super) fn attribute(&self, opened: &Opened, name: &str) -> Option<&'a str> {
        self.element(opened).and_then(|element| element.attr(name))
    }

    fn element(&self, opened: &Opened) -> Option<&'a Element> {
        self.page.element(opened.node)
    }

    /// The text of a piece and all below it.
    pub(super) fn text(&self, index: Index) -> &str {
        let piece = &self.pieces[index];
        let end = self.pieces.get(piece.end).map_or(self.text.len(), |after| after.start);
        &self.text[piece.start..end]
    }

    /// The index after the last piece below this one.
    pub(super) fn end(&self, index: Index) -> Index {
        self.pieces[index].end
    }

    pub(super) fn parent(&self, index: Index) -> Option<Index> {
        self.pieces[index].parent
    }

    pub(super) fn previous(&self, index: Index) -> Option<Index> {
        self.pieces[index].previous
    }

    pub(super) fn next(&self, index: Index) -> Option<Index> {
        let end = self.end(index);
        let follows = self.pieces.get(end).is_some_and(|piece| piece.parent == self.parent(index));
        follows.then_some(end)
    }

    pub(super) fn first_child(&self, index: Index) -> Option<Index> {
        (self.end(index) > index + 1).then_some(index + 1)
    }

    pub(super) fn children(&self, index: Index) -> impl Iterator<Item = Index> {
        std::iter::successors(self.first_child(index), |child| self.next(*child))
    }

    /// Whether an element would show nothing.
    pub(super) fn is_blank(&self, index: Index, opened: &Opened) -> bool {
        !opened.tag.is_void
            && !opened.tag.is_meaningful
            && !opened.holds_meaning
            && super::space::is_blank(self.text(index))
    }
}

/// What collapsing white space has to remember.
#[derive(Default)]
struct White {
    /// The last text on the current line, if any.
    text: Option<Index>,
    /// Whether a space may stand first, because something without text stands before it.
    keeps_leading: bool,
}

struct Builder<'a> {
    outline: Outline<'a>,
    open: Vec<Index>,
    /// The latest child at each level.
    last: Vec<Option<Index>>,
    white: White,
    /// How many `<pre>` are open, in which all white space counts.
    pres: usize,
}

impl<'a> Builder<'a> {
    fn open(&mut self, id: NodeId) {
        let Some(element) = self.outline.page.element(id) else { return };
        let tag = Tag::of(element);
        if self.pres == 0 {
            self.pass(&tag);
        }
        self.pres += usize::from(tag.is(&local_name!("pre")));
        let opened = Opened { node: id, tag, holds_meaning: false, holds_table: false };
        let index = self.push(Kind::Element(opened));
        self.open.push(index);
        self.last.push(None);
    }

    fn close(&mut self) {
        let Some(index) = self.open.pop() else { return };
        self.last.pop();
        let end = self.outline.pieces.len();
        let piece = &mut self.outline.pieces[index];
        piece.end = end;
        let Kind::Element(opened) = &piece.kind else { return };
        let (tag, holds_table) = (opened.tag.clone(), opened.holds_table);
        let holds_meaning = opened.holds_meaning || tag.is_void || tag.is_meaningful;
        self.pres -= usize::from(tag.is(&local_name!("pre")));
        if self.pres == 0 {
            self.pass(&tag);
        }
        if let Some(parent) = self.open.last()
            && let Kind::Element(parent) = &mut self.outline.pieces[*parent].kind
        {
            parent.holds_meaning |= holds_meaning;
            parent.holds_table |= holds_table || tag.is(&local_name!("table"));
        }
    }

    fn leaf(&mut self, id: NodeId) {
        match self.outline.page.node(id).value() {
            Node::Text(text) if self.pres > 0 => {
                self.push(Kind::Text);
                self.outline.text.push_str(text);
            }
            Node::Text(text) => self.collapsed(text),
            _ if self.pres > 0 => {
                self.push(Kind::Comment);
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Outline<'a> {
        if let Some(index) = self.white.text {
            self.drop_trailing_space(index);
            if self.outline.text(index).is_empty() {
                self.outline.remove_leaf(index);
            }
        }
        self.outline
    }

    fn push(&mut self, kind: Kind) -> Index {
        let index = self.outline.pieces.len();
        let previous = self.last.last_mut().and_then(|last| last.replace(index));
        let (start, parent) = (self.outline.text.len(), self.open.last().copied());
        self.outline.pieces.push(Piece { kind, start, end: index + 1, parent, previous });
        index
    }

    /// Adds a text with each run of white space made one space, and none at the beginning of a line.
    fn collapsed(&mut self, text: &str) {
        let follows_space = self.white.text.is_none() || self.outline.text.ends_with(' ');
        let drops_leading = follows_space && !self.white.keeps_leading;
        let text = if drops_leading { text.trim_start_matches(is_ascii_space) } else { text };
        if text.is_empty() {
            return;
        }
        let index = self.push(Kind::Text);
        self.white.text = Some(index);
        push_collapsed(&mut self.outline.text, text);
    }

    /// Takes note of an element on the way in or out.
    fn pass(&mut self, tag: &Tag) {
        if tag.is_block || tag.is(&local_name!("br")) {
            if let Some(index) = self.white.text.take() {
                self.drop_trailing_space(index);
            }
            self.white.keeps_leading = false;
        } else if tag.is_void {
            self.white = White { text: None, keeps_leading: true };
        } else if self.white.text.is_some() {
            self.white.keeps_leading = false;
        }
    }

    /// Drops the space at the end of a text that is the last of its line. Nothing but empty elements follow it.
    fn drop_trailing_space(&mut self, index: Index) {
        let outline = &mut self.outline;
        if outline.text.len() > outline.pieces[index].start && outline.text.ends_with(' ') {
            outline.text.pop();
            let end = outline.text.len();
            for piece in &mut outline.pieces[index + 1..] {
                piece.start = end;
            }
        }
    }
}

impl Outline<'_> {
    /// Takes a text out; what is after it moves up.
    fn remove_leaf(&mut self, index: Index) {
        let removed = self.pieces.remove(index);
        let moved = |at: Index| if at > index { at - 1 } else { at };
        for piece in &mut self.pieces {
            piece.end = moved(piece.end);
            piece.parent = piece.parent.map(moved);
            piece.previous = if piece.previous == Some(index) { removed.previous } else { piece.previous.map(moved) };
        }
    }
}

fn push_collapsed(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(is_ascii_space) {
        out.push_str(&rest[..at]);
        out.push(' ');
        rest = rest[at..].trim_start_matches(is_ascii_space);
    }
    out.push_str(rest);
}
