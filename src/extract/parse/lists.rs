//! Reads drop-down lists as the HTML Standard did until 2025 ("in select" and "in select in table"): of all tags, a list
//! heeds those of options only, and some that end it.
//!
//! html5ever reads them as browsers do now, where a list may hold anything. So what a list did not heed is kept from it.

use std::cell::RefCell;

use ego_tree::NodeId;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::TreeBuilder;
use html5ever::{LocalName, local_name};

use super::sink::{Opened, Sink};

type Outcome = TokenSinkResult<NodeId>;

/// Builds the tree from what the tokenizer finds.
pub(super) struct Builder {
    builder: TreeBuilder<NodeId, Sink>,
    /// The lists and templates that are open, the innermost last.
    open: RefCell<Vec<Frame>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Frame {
    Template,
    List {
        /// The names of the table's elements that the list stands in, if it stands in a table.
        table: Vec<LocalName>,
        /// Whether all that is parsed stands in the list, so that nothing ends it.
        is_context: bool,
    },
}

impl Builder {
    /// `list` is the list that all stands in, if it does.
    pub(super) fn new(builder: TreeBuilder<NodeId, Sink>, list: Option<NodeId>) -> Self {
        builder.sink.take_opened();
        let context = list.map(|_| Frame::List { table: Vec::new(), is_context: true });
        Self { builder, open: RefCell::new(context.into_iter().collect()) }
    }

    pub(super) fn sink(&self) -> &Sink {
        &self.builder.sink
    }

    pub(super) fn into_sink(self) -> Sink {
        self.builder.sink
    }

    /// Has a token read as usual, and notes what it opens.
    fn pass(&self, token: Token, line: u64) -> Outcome {
        let outcome = self.builder.process_token(token, line);
        match self.sink().take_opened() {
            Some(Opened::Template) => self.open.borrow_mut().push(Frame::Template),
            Some(Opened::List(list)) => {
                let table = self.table_around(list);
                self.open.borrow_mut().push(Frame::List { table, is_context: false });
            }
            None => {}
        }
        outcome
    }

    /// The elements of a table that an element stands in, or is about to: what a table cannot hold is put before it.
    fn table_around(&self, id: NodeId) -> Vec<LocalName> {
        let html = self.sink().html();
        let Some(list) = html.tree.get(id) else { return Vec::new() };
        let beside = list.next_sibling();
        let around = beside.into_iter().chain(list.ancestors()).take_while(|node| !node.value().is_fragment());
        let names = around.filter_map(|node| node.value().as_element()).map(|element| element.name.local.clone());
        names.filter(is_of_table).collect()
    }

    fn innermost(&self) -> Option<Frame> {
        self.open.borrow().last().cloned()
    }

    fn within_list(&self, tag: Tag, table: &[LocalName], is_context: bool, line: u64) -> Outcome {
        let is_start = tag.kind == TagKind::StartTag;
        match tag.name {
            local_name!("option") | local_name!("optgroup") | local_name!("script") | local_name!("template") => {
                self.pass(Token::TagToken(tag), line)
            }
            local_name!("hr") | local_name!("html") if is_start => self.pass(Token::TagToken(tag), line),
            local_name!("select") if !is_context => self.end_list(line),
            local_name!("input") | local_name!("keygen") | local_name!("textarea") if is_start && !is_context => {
                self.end_list_before(tag, line)
            }
            ref name if is_of_table(name) && !table.is_empty() && (is_start || table.contains(name)) => {
                self.end_list_before(tag, line)
            }
            _ => TokenSinkResult::Continue,
        }
    }

    fn end_list(&self, line: u64) -> Outcome {
        self.open.borrow_mut().pop();
        let name = local_name!("select");
        let end = Tag {
            kind: TagKind::EndTag,
            name,
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        };
        self.pass(Token::TagToken(end), line)
    }

    fn end_list_before(&self, tag: Tag, line: u64) -> Outcome {
        // Ending a list asks nothing of the tokenizer.
        let _ = self.end_list(line);
        self.process_token(Token::TagToken(tag), line)
    }

    /// Forgets all that is open in the innermost template, and the template.
    fn leave_template(&self) {
        let mut open = self.open.borrow_mut();
        if let Some(template) = open.iter().rposition(|frame| *frame == Frame::Template) {
            open.truncate(template);
        }
    }
}

impl TokenSink for Builder {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> Outcome {
        let Token::TagToken(tag) = token else { return self.pass(token, line) };
        self.sink().end_text();
        if tag.kind == TagKind::EndTag && tag.name == local_name!("template") {
            self.leave_template();
            return self.pass(Token::TagToken(tag), line);
        }
        match self.innermost() {
            Some(Frame::List { table, is_context }) => self.within_list(tag, &table, is_context, line),
            _ => self.pass(Token::TagToken(tag), line),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

fn is_of_table(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("caption")
            | local_name!("table")
            | local_name!("tbody")
            | local_name!("tfoot")
            | local_name!("thead")
            | local_name!("tr")
            | local_name!("td")
            | local_name!("th")
    )
}
