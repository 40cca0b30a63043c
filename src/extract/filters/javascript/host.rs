//! What the page's objects in JavaScript call: the functions of the `host` object.
//!
//! `browser/*.js` hides this object from modules; every argument is checked all the same.

use std::cell::RefCell;
use std::rc::Rc;

use html5ever::tree_builder::QuirksMode;
use rquickjs::{Class, Ctx, Exception, Function, Object, Result};

use super::handle::{Handle, Text};
use super::modules::Folder;
use super::tree::{Fault, Tree};
use super::{Event, Listener, addresses};

/// How many lines one document may log, and how long each may be.
const MAX_LOG_LINES: usize = 200;
const MAX_LOG_CHARS: usize = 2_000;

/// What an engine works on: nothing yet where it is made ahead.
#[derive(Default)]
pub(super) struct Desk {
    pub tree: RefCell<Tree>,
    pub folder: RefCell<Option<Folder>>,
    pub listener: RefCell<Option<Listener>>,
}

/// Sets functions on an object. Each gets the tree and returns a value, or a fault to be thrown.
macro_rules! offer {
    ($ctx:expr, $host:expr, $desk:expr; $($name:literal => |$page:ident $(, $argument:ident: $type:ty)*| $body:expr;)*) => {$({
        let desk = Rc::clone($desk);
        let function = move |ctx: Ctx<'js> $(, $argument: $type)*| {
            let outcome = { let $page = &mut *desk.tree.borrow_mut(); $body };
            outcome.map_err(|fault: Fault| thrown(&ctx, &fault))
        };
        $host.set($name, Function::new($ctx.clone(), function)?)?;
    })*};
}

/// The object that stands between scripts and the page.
pub(super) fn object<'js>(ctx: &Ctx<'js>, desk: &Rc<Desk>) -> Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    offer_nodes(ctx, &host, desk)?;
    offer_reading(ctx, &host, desk)?;
    offer_searching(ctx, &host, desk)?;
    offer_changing(ctx, &host, desk)?;
    addresses::offer(ctx, &host)?;
    offer_texts(ctx, &host, desk)?;
    offer_log(ctx, &host, desk)?;
    Ok(host)
}

fn offer_nodes<'js>(ctx: &Ctx<'js>, host: &Object<'js>, desk: &Rc<Desk>) -> Result<()> {
    let desk = Rc::clone(desk);
    let node = move |ctx: Ctx<'js>, number: u32, prototypes: Object<'js>| -> Result<Class<'js, Handle>> {
        let tree = desk.tree.borrow();
        let class = tree.class(number).map_err(|fault| thrown(&ctx, &fault))?;
        Handle(number).object(class, &prototypes)
    };
    host.set("node", Function::new(ctx.clone(), node)?)
}

fn offer_reading<'js>(ctx: &Ctx<'js>, host: &Object<'js>, desk: &Rc<Desk>) -> Result<()> {
    offer! { ctx, host, desk;
        "document" => |page| Ok(page.document());
        "isQuirky" => |page| Ok(page.page.quirks_mode() == QuirksMode::Quirks);
        "location" => |page| Ok(page.page.location().to_string());
        "base" => |page| Ok(page.base().to_string());
        "kind" => |page, node: Handle| page.kind(node.0);
        "name" => |page, node: Handle| page.name(node.0);
        "tagName" => |page, node: Handle| page.tag_name(node.0);
        "namespace" => |page, node: Handle| page.namespace(node.0);
        "isHtml" => |page, node: Handle| page.is_html(node.0);
        "parent" => |page, node: Handle| page.parent(node.0);
        "first" => |page, node: Handle| page.first(node.0);
        "last" => |page, node: Handle| page.last(node.0);
        "next" => |page, node: Handle| page.next(node.0);
        "previous" => |page, node: Handle| page.previous(node.0);
        "children" => |page, node: Handle| page.children(node.0);
        "contains" => |page, node: Handle, other: Handle| page.contains(node.0, other.0);
        "precedes" => |page, node: Handle, other: Handle| page.precedes(node.0, other.0);
        "data" => |page, node: Handle| page.data(node.0);
        "textContent" => |page, node: Handle| page.text_content(node.0);
        "attribute" => |page, node: Handle, name: Text| page.attribute(node.0, &name.0);
        "attributeNames" => |page, node: Handle| page.attribute_names(node.0);
        "address" => |page, node: Handle, name: Text| page.address(node.0, &name.0);
        "classes" => |page, node: Handle| page.classes(node.0);
        "hasClass" => |page, node: Handle, class: Text| page.has_class(node.0, &class.0);
        "innerHTML" => |page, node: Handle| page.inner_html(node.0);
        "outerHTML" => |page, node: Handle| page.outer_html(node.0);
        "templateContent" => |page, node: Handle| page.template_content(node.0);
    }
    Ok(())
}

fn offer_searching<'js>(ctx: &Ctx<'js>, host: &Object<'js>, desk: &Rc<Desk>) -> Result<()> {
    offer! { ctx, host, desk;
        "query" => |page, node: Handle, css: Text| page.query(node.0, &css.0);
        "queryAll" => |page, node: Handle, css: Text| page.query_all(node.0, &css.0);
        "matches" => |page, node: Handle, css: Text| page.matches(node.0, &css.0);
        "closest" => |page, node: Handle, css: Text| page.closest(node.0, &css.0);
        "byTag" => |page, node: Handle, name: Text| page.by_tag(node.0, &name.0);
        "byId" => |page, node: Handle, id: Text| page.by_id(node.0, &id.0);
    }
    Ok(())
}

fn offer_changing<'js>(ctx: &Ctx<'js>, host: &Object<'js>, desk: &Rc<Desk>) -> Result<()> {
    offer! { ctx, host, desk;
        "setData" => |page, node: Handle, data: Text| page.set_data(node.0, &data.0);
        "setTextContent" => |page, node: Handle, text: Text| page.set_text_content(node.0, &text.0);
        "setAttribute" => |page, node: Handle, name: Text, value: Text| page.set_attribute(node.0, &name.0, &value.0);
        "removeAttribute" => |page, node: Handle, name: Text| page.remove_attribute(node.0, &name.0);
        "createElement" => |page, name: Text| page.create_element(&name.0);
        "createElementIn" => |page, name: Text, namespace: Text| page.create_element_in(&name.0, &namespace.0);
        "createText" => |page, text: Text| page.create_text(&text.0);
        "createComment" => |page, comment: Text| page.create_comment(&comment.0);
        "createFragment" => |page| page.create_fragment();
        "mayInsert" => |page, parent: Handle, child: Handle| page.may_insert(parent.0, child.0);
        "insert" => |page, parent: Handle, child: Handle, before: Option<Handle>| {
            page.insert(parent.0, child.0, before.map(|before| before.0))
        };
        "detach" => |page, node: Handle| page.detach(node.0);
        "clone" => |page, node: Handle, deep: bool| page.clone(node.0, deep);
        "parseDocument" => |page, html: Text| page.parse_document(&html.0);
        "parse" => |page, around: Handle, html: Text| page.parse(around.0, &html.0);
        "setInnerHTML" => |page, node: Handle, html: Text| page.set_inner_html(node.0, &html.0);
    }
    Ok(())
}

/// What concerns no page.
fn offer_texts<'js>(ctx: &Ctx<'js>, host: &Object<'js>, desk: &Rc<Desk>) -> Result<()> {
    let desk = Rc::clone(desk);
    let line = move |name: String, number: usize| {
        desk.folder.borrow().as_ref().map_or_else(String::new, |folder| folder.line(&name, number))
    };
    host.set("line", Function::new(ctx.clone(), line)?)?;
    host.set("utf8", Function::new(ctx.clone(), |text: Text| text.0.into_bytes())?)?;
    host.set("fromUtf8", Function::new(ctx.clone(), decoded)?)
}

/// Bytes as text; those that are none become U+FFFD, or fail it all.
fn decoded(bytes: Vec<u8>, is_fatal: bool) -> Option<String> {
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(_) if is_fatal => None,
        Err(error) => Some(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}

fn offer_log<'js>(ctx: &Ctx<'js>, host: &Object<'js>, desk: &Rc<Desk>) -> Result<()> {
    let desk = Rc::clone(desk);
    let mut lines = 0;
    let log = move |level: String, text: Text| {
        lines += 1;
        if let Some(listener) = &*desk.listener.borrow()
            && lines <= MAX_LOG_LINES
        {
            listener(Event::Log { level, text: text.0.chars().take(MAX_LOG_CHARS).collect() });
        }
    };
    host.set("log", Function::new(ctx.clone(), rquickjs::prelude::MutFn::new(log))?)
}

fn thrown(ctx: &Ctx<'_>, fault: &Fault) -> rquickjs::Error {
    Exception::throw_dom(ctx, fault.name, &fault.message)
}
