//! What the page's objects in JavaScript call: the functions of the `host` object.
//!
//! `browser/*.js` hides this object from modules; every argument is checked all the same.

use std::cell::RefCell;
use std::rc::Rc;

use html5ever::tree_builder::QuirksMode;
use rquickjs::{Ctx, Exception, Function, Object, Result};
use url::form_urlencoded::{Serializer, parse as parse_query};

use super::modules::Folder;
use super::tree::{Fault, Tree};
use super::{Event, Listener, addresses};
use crate::extract::links::absolute;

/// How many lines one document may log, and how long each may be.
const MAX_LOG_LINES: usize = 200;
const MAX_LOG_CHARS: usize = 2_000;

/// Sets functions on an object. Each gets the tree and returns a value, or a fault to be thrown.
macro_rules! offer {
    ($ctx:expr, $host:expr, $tree:expr; $($name:literal => |$page:ident $(, $argument:ident: $type:ty)*| $body:expr;)*) => {$({
        let tree = Rc::clone($tree);
        let function = move |ctx: Ctx<'js> $(, $argument: $type)*| {
            let outcome = { let $page = &mut *tree.borrow_mut(); $body };
            outcome.map_err(|fault: Fault| thrown(&ctx, &fault))
        };
        $host.set($name, Function::new($ctx.clone(), function)?)?;
    })*};
}

/// The object that stands between scripts and the page.
pub(super) fn object<'js>(
    ctx: &Ctx<'js>,
    tree: &Rc<RefCell<Tree>>,
    listener: &Listener,
    folder: &Folder,
) -> Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    offer_reading(ctx, &host, tree)?;
    offer_searching(ctx, &host, tree)?;
    offer_changing(ctx, &host, tree)?;
    offer_addresses(ctx, &host, tree)?;
    offer_texts(ctx, &host, folder)?;
    offer_log(ctx, &host, listener)?;
    Ok(host)
}

fn offer_reading<'js>(ctx: &Ctx<'js>, host: &Object<'js>, tree: &Rc<RefCell<Tree>>) -> Result<()> {
    offer! { ctx, host, tree;
        "document" => |page| Ok(page.document());
        "kind" => |page, node: u32| page.kind(node);
        "name" => |page, node: u32| page.name(node);
        "namespace" => |page, node: u32| page.namespace(node);
        "isHtml" => |page, node: u32| page.is_html(node);
        "parent" => |page, node: u32| page.parent(node);
        "first" => |page, node: u32| page.first(node);
        "last" => |page, node: u32| page.last(node);
        "next" => |page, node: u32| page.next(node);
        "previous" => |page, node: u32| page.previous(node);
        "children" => |page, node: u32| page.children(node);
        "contains" => |page, node: u32, other: u32| page.contains(node, other);
        "precedes" => |page, node: u32, other: u32| page.precedes(node, other);
        "data" => |page, node: u32| page.data(node);
        "textContent" => |page, node: u32| page.text_content(node);
        "attribute" => |page, node: u32, name: String| page.attribute(node, &name);
        "attributeNames" => |page, node: u32| page.attribute_names(node);
        "innerHTML" => |page, node: u32| page.inner_html(node);
        "outerHTML" => |page, node: u32| page.outer_html(node);
        "templateContent" => |page, node: u32| page.template_content(node);
    }
    Ok(())
}

fn offer_searching<'js>(ctx: &Ctx<'js>, host: &Object<'js>, tree: &Rc<RefCell<Tree>>) -> Result<()> {
    offer! { ctx, host, tree;
        "query" => |page, node: u32, css: String| page.query(node, &css);
        "queryAll" => |page, node: u32, css: String| page.query_all(node, &css);
        "matches" => |page, node: u32, css: String| page.matches(node, &css);
        "closest" => |page, node: u32, css: String| page.closest(node, &css);
        "byTag" => |page, node: u32, name: String| page.by_tag(node, &name);
        "byId" => |page, node: u32, id: String| page.by_id(node, &id);
    }
    Ok(())
}

fn offer_changing<'js>(ctx: &Ctx<'js>, host: &Object<'js>, tree: &Rc<RefCell<Tree>>) -> Result<()> {
    offer! { ctx, host, tree;
        "setData" => |page, node: u32, data: String| page.set_data(node, &data);
        "setTextContent" => |page, node: u32, text: String| page.set_text_content(node, &text);
        "setAttribute" => |page, node: u32, name: String, value: String| page.set_attribute(node, &name, &value);
        "removeAttribute" => |page, node: u32, name: String| page.remove_attribute(node, &name);
        "createElement" => |page, name: String, namespace: String| page.create_element(&name, &namespace);
        "createText" => |page, text: String| page.create_text(&text);
        "createComment" => |page, comment: String| page.create_comment(&comment);
        "createFragment" => |page| page.create_fragment();
        "mayInsert" => |page, parent: u32, child: u32| page.may_insert(parent, child);
        "insert" => |page, parent: u32, child: u32, before: u32| page.insert(parent, child, before);
        "detach" => |page, node: u32| page.detach(node);
        "clone" => |page, node: u32, deep: bool| page.clone(node, deep);
        "parseDocument" => |page, html: String| page.parse_document(&html);
        "parse" => |page, around: u32, html: String| page.parse(around, &html);
        "setInnerHTML" => |page, node: u32, html: String| page.set_inner_html(node, &html);
    }
    Ok(())
}

fn offer_addresses<'js>(ctx: &Ctx<'js>, host: &Object<'js>, tree: &Rc<RefCell<Tree>>) -> Result<()> {
    offer! { ctx, host, tree;
        "isQuirky" => |page| Ok(page.page.quirks_mode() == QuirksMode::Quirks);
        "location" => |page| Ok(page.page.location().to_string());
        "base" => |page| Ok(page.base().to_string());
        "resolve" => |page, address: String| Ok(absolute(page.base(), &address).map(String::from));
        "parseUrl" => |_page, address: String, base: String| Ok(addresses::parse(&address, &base));
        "urlPart" => |_page, address: String, part: String| Ok(addresses::part(&address, &part));
        "setUrlPart" => |_page, address: String, part: String, value: String| {
            Ok(addresses::with_part(&address, &part, &value))
        };
        "parseQuery" => |_page, query: String| Ok(pairs(&query));
        "writeQuery" => |_page, flat: Vec<String>| Ok(query(&flat));
    }
    Ok(())
}

/// What concerns no page.
fn offer_texts<'js>(ctx: &Ctx<'js>, host: &Object<'js>, folder: &Folder) -> Result<()> {
    let folder = folder.clone();
    host.set("line", Function::new(ctx.clone(), move |name: String, number: usize| folder.line(&name, number))?)?;
    host.set("utf8", Function::new(ctx.clone(), |text: String| text.into_bytes())?)?;
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

fn pairs(query: &str) -> Vec<Vec<String>> {
    let query = query.strip_prefix('?').unwrap_or(query);
    parse_query(query.as_bytes()).map(|(name, value)| vec![name.into_owned(), value.into_owned()]).collect()
}

fn query(flat: &[String]) -> String {
    let pairs = flat.chunks_exact(2).map(|pair| (&pair[0], &pair[1]));
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn offer_log<'js>(ctx: &Ctx<'js>, host: &Object<'js>, listener: &Listener) -> Result<()> {
    let listener = Rc::clone(listener);
    let mut lines = 0;
    let log = move |level: String, text: String| {
        lines += 1;
        if lines <= MAX_LOG_LINES {
            let text = text.chars().take(MAX_LOG_CHARS).collect();
            listener(Event::Log { level, text });
        }
    };
    host.set("log", Function::new(ctx.clone(), rquickjs::prelude::MutFn::new(log))?)
}

fn thrown(ctx: &Ctx<'_>, fault: &Fault) -> rquickjs::Error {
    Exception::throw_dom(ctx, fault.name, &fault.message)
}
