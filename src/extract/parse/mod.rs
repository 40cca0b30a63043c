//! Parses HTML into a tree as the reference does: with html5ever, and where parse5 and jsdom 29 read a page differently, as
//! they read it.
//!
//! They hold to the HTML Standard of before 2025 for drop-down lists ([`lists`]), and have two errors of their own
//! ([`sink`]). Scripting is off.

mod lists;
mod sink;
#[cfg(test)]
mod tests;

use std::cell::Ref;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{QuirksMode, TreeBuilder, TreeBuilderOpts, TreeSink, create_element};
use html5ever::{Attribute, TokenizerResult, local_name, ns};
use scraper::Html;
use scraper::node::Element;

use lists::Builder;
use sink::Sink;

/// A parser that is fed piece by piece.
pub(super) struct Parser {
    tokenizer: Tokenizer<Builder>,
    input: BufferQueue,
}

impl Parser {
    /// Reads a page.
    pub(super) fn of_page() -> Self {
        let builder = TreeBuilder::new(Sink::new(Html::new_document()), without_scripting());
        Self::new(Builder::new(builder, None), TokenizerOpts::default())
    }

    /// Reads HTML as it would stand in an element. All that is read gets into a root element of its own.
    pub(super) fn of_content(around: &Element, quirks_mode: QuirksMode) -> Self {
        let attributes =
            around.attrs.iter().map(|(name, value)| Attribute { name: name.clone(), value: value.clone() });
        let sink = Sink::new(Html::new_fragment());
        let context = create_element(&sink, around.name.clone(), attributes.collect());
        let options = TreeBuilderOpts { quirks_mode, ..without_scripting() };
        let builder = TreeBuilder::new_for_fragment(sink, context, None, options);
        let initial_state = Some(builder.tokenizer_state_for_context_elem(false));
        let is_list = around.name.ns == ns!(html) && around.name.local == local_name!("select");
        let list = is_list.then_some(context);
        Self::new(Builder::new(builder, list), TokenizerOpts { initial_state, ..TokenizerOpts::default() })
    }

    fn new(builder: Builder, options: TokenizerOpts) -> Self {
        // What was fetched is text already, whose byte order mark is gone: a further one is text.
        let tokenizer = Tokenizer::new(builder, TokenizerOpts { discard_bom: false, ..options });
        Self { tokenizer, input: BufferQueue::default() }
    }

    /// Reads on. Each piece gets a buffer of its own, which goes when no text of the tree is left in it.
    pub(super) fn feed(&self, piece: &str) {
        self.input.push_back(StrTendril::from_slice(piece));
        self.read();
    }

    /// What was read so far.
    pub(super) fn so_far(&self) -> Ref<'_, Html> {
        self.tokenizer.sink.sink().html()
    }

    pub(super) fn finish(self) -> Html {
        self.read();
        self.tokenizer.end();
        self.tokenizer.sink.into_sink().finish()
    }

    fn read(&self) {
        // The tokenizer pauses where others would run a script.
        while !matches!(self.tokenizer.feed(&self.input), TokenizerResult::Done) {}
    }
}

fn without_scripting() -> TreeBuilderOpts {
    TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() }
}
