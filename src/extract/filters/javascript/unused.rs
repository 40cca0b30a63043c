//! Engines made ahead: QuickJS with the page's objects, without a page yet.

use std::rc::Rc;
use std::sync::OnceLock;

use rquickjs::module::{Evaluated, WriteOptions};
use rquickjs::{Context, Ctx, Function, Module, Object, Persistent, Result, Runtime};

use super::engine::Engine;
use super::host::{self, Desk};

/// How deep calls may nest, in bytes of stack. The worker's thread has more.
const STACK_BYTES: usize = 1 << 20;

/// The page's objects as modules know them from browsers, as a module that exports the function that makes them.
const BROWSER: &str = concat!(
    "export default function make(host) {\n",
    include_str!("browser/nodes.js"),
    include_str!("browser/lists.js"),
    include_str!("browser/elements.js"),
    include_str!("browser/forms.js"),
    include_str!("browser/documents.js"),
    include_str!("browser/ranges.js"),
    include_str!("browser/urls.js"),
    include_str!("browser/language.js"),
    include_str!("browser/errors.js"),
    include_str!("browser/globals.js"),
    "}"
);

/// What [`BROWSER`] compiles to. Reading its text takes three times as long as all else that makes an engine.
static COMPILED: OnceLock<Vec<u8>> = OnceLock::new();

/// How much may be allocated before the engine first looks for circles of values that nobody holds.
///
/// What filters of a document leave behind is mostly less, and goes with the engine.
const FIRST_COLLECTION_BYTES: usize = 16 << 20;

/// An engine that has seen neither a page nor a module of a service yet. Making one takes longer than most filters, so
/// it is best made ahead.
pub(super) struct Unused {
    pub browser: Persistent<Object<'static>>,
    pub context: Context,
    pub runtime: Runtime,
    pub desk: Rc<Desk>,
}

impl Unused {
    pub fn new() -> std::result::Result<Self, String> {
        Self::made().map_err(|error| error.to_string())
    }

    fn made() -> Result<Self> {
        let runtime = Runtime::new()?;
        runtime.set_max_stack_size(STACK_BYTES);
        runtime.set_gc_threshold(FIRST_COLLECTION_BYTES);
        let context = Context::full(&runtime)?;
        let desk = Rc::default();
        let browser = context.with(|ctx| {
            let make: Function<'_> = compiled(&ctx)?.get("default")?;
            let browser: Object<'_> = make.call((host::object(&ctx, &desk)?,))?;
            Ok::<_, rquickjs::Error>(Persistent::save(&ctx, browser))
        })?;
        Ok(Self { browser, context, runtime, desk })
    }
}

/// The engines of a worker. Each serves one document.
#[derive(Default)]
pub(in crate::extract) struct Engines {
    ahead: Option<Unused>,
    used: Option<Engine>,
}

impl Engines {
    /// Drops the engine that was used and makes one ahead, which is best done while nobody waits.
    pub(in crate::extract) fn renew(&mut self) {
        self.used = None;
        if self.ahead.is_none() {
            self.ahead = Unused::new().ok();
        }
    }

    pub(super) fn unused(&mut self) -> std::result::Result<Unused, String> {
        self.ahead.take().map_or_else(Unused::new, Ok)
    }

    /// Keeps an engine that was used until there is time to drop it.
    pub(super) fn put_aside(&mut self, used: Engine) {
        self.used = Some(used);
    }
}

fn compiled<'js>(ctx: &Ctx<'js>) -> Result<Module<'js, Evaluated>> {
    let module = match COMPILED.get() {
        // SAFETY: these bytes are what this very process's engine wrote below, and nobody can have changed them.
        Some(compiled) => unsafe { Module::load(ctx.clone(), compiled)? },
        None => {
            let module = Module::declare(ctx.clone(), "browser", BROWSER)?;
            let _ = COMPILED.set(module.write(WriteOptions::default())?);
            module
        }
    };
    Ok(module.eval()?.0)
}
