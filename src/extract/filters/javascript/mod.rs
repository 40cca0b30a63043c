//! Runs the filters that a service's own module exports, on the page itself.
//!
//! QuickJS bounds its memory and its stack, but looks at the clock between its own steps only: a long step can outlast
//! any deadline. Only a process that can be killed may therefore call this, which is the worker
//! ([`crate::extract::worker`]). Each document gets an engine of its own, so that nothing passes from one to the next.

mod addresses;
mod engine;
mod fragment;
mod handle;
mod host;
mod modules;
mod past;
mod syntax;
#[cfg(test)]
mod tests;
mod tree;
mod unused;

use std::rc::Rc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{BUILT_IN, BuiltIn};
use crate::domain::{FilterUse, Selector, SourceDocument};
use crate::extract::deadline::Deadline;
use crate::extract::{Config, ExtractError, Page};
use engine::Engine;
pub(in crate::extract) use engine::{too_large, too_slow};
use host::Desk;
use modules::Modules;
pub use syntax::{SyntaxFault, syntax_fault};
use tree::Tree;
pub(in crate::extract) use unused::Engines;
use unused::Unused;

/// What the filters of one document may use.
#[derive(Debug, Clone, Copy)]
pub(in crate::extract) struct Limits {
    pub duration: Duration,
    pub memory_bytes: usize,
}

/// What happens while filters run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::extract) enum Event {
    /// A filter of the module is about to be called.
    Calling { filter: String },
    /// A filter wrote to its console.
    Log { level: String, text: String },
}

/// Who is told.
pub(in crate::extract) type Listener = Rc<dyn Fn(Event)>;

/// A document whose filters may be functions of its service's module.
pub(in crate::extract) struct Scripted<'a> {
    pub document: &'a SourceDocument,
    /// When its filters must have been valid; today's where it is absent.
    pub as_of: Option<DateTime<Utc>>,
    pub config: &'a Config,
    pub listener: &'a Listener,
}

impl Scripted<'_> {
    /// Applies all filters that the document declares, in order, and gives the page back.
    pub(in crate::extract) fn apply(&self, page: Page, engines: &mut Engines) -> Result<Page, ExtractError> {
        let unused = engines.unused();
        let desk = unused.as_ref().map_or_else(|_| Rc::default(), |unused| Rc::clone(&unused.desk));
        *desk.tree.borrow_mut() = Tree::new(page, self.config, Deadline::after(self.config.max_duration));
        let mut scripts = Scripts { desk: &desk, of: self, unused: Some(unused), engine: None };
        let outcome = self.document.filters.iter().try_for_each(|filter| scripts.apply(filter));
        if let Some(Ok(used)) = scripts.engine {
            engines.put_aside(used);
        }
        outcome.map(|()| desk.tree.borrow_mut().take_page())
    }

    fn limits(&self) -> Limits {
        Limits { duration: self.config.filter_duration, memory_bytes: self.config.filter_memory_bytes }
    }
}

struct Scripts<'a> {
    desk: &'a Desk,
    of: &'a Scripted<'a>,
    unused: Option<Result<Unused, String>>,
    /// Started for the first filter that needs it; an error stays for all that follow.
    engine: Option<Result<Engine, String>>,
}

impl Scripts<'_> {
    fn apply(&mut self, filter: &FilterUse) -> Result<(), ExtractError> {
        match BUILT_IN.iter().find(|row| row.name == filter.name) {
            Some(built_in) => self.apply_built_in(built_in, filter),
            None => self.call(filter),
        }
    }

    fn apply_built_in(&mut self, built_in: &BuiltIn, filter: &FilterUse) -> Result<(), ExtractError> {
        let outcome = (built_in.apply)(&mut self.desk.tree.borrow_mut().page, filter.params.as_ref());
        self.desk.tree.borrow_mut().look_again();
        if let Some(Ok(engine)) = &self.engine {
            engine.look_again();
        }
        outcome.map_err(|reason| failed(filter, reason))
    }

    fn call(&mut self, filter: &FilterUse) -> Result<(), ExtractError> {
        let Some(module) = &self.of.document.filters_module else { return Ok(()) };
        (self.of.listener)(Event::Calling { filter: filter.name.clone() });
        let start = || {
            let unused = self.unused.take().unwrap_or_else(Unused::new)?;
            let modules = Modules::of(module, self.of.as_of)?;
            Engine::start(unused, modules, self.of.limits(), self.of.listener)
        };
        let engine = self.engine.get_or_insert_with(start).as_ref().map_err(|reason| failed(filter, reason.clone()))?;
        engine.call(filter, &context_of(self.of.document)).map_err(|reason| failed(filter, reason))
    }
}

fn failed(filter: &FilterUse, reason: String) -> ExtractError {
    ExtractError::FilterFailed { filter: filter.name.clone(), reason }
}

/// What a filter is told about the document: its declaration.
fn context_of(document: &SourceDocument) -> serde_json::Value {
    let names: Vec<&str> = document.filters.iter().map(|filter| filter.name.as_str()).collect();
    let mut context = serde_json::json!({ "fetch": document.location.as_str(), "filter": names });
    let declared = |selectors: &[Selector], is_list: bool| match selectors {
        [only] if !is_list => only.to_declared(),
        several => several.iter().map(Selector::to_declared).collect(),
    };
    if !document.select.is_empty() {
        context["select"] = declared(&document.select, document.select_is_list);
    }
    if !document.remove.is_empty() {
        context["remove"] = declared(&document.remove, document.remove_is_list);
    }
    context
}
