//! Engines made ahead: QuickJS with the page's objects, without a page yet.

use std::sync::OnceLock;

use rquickjs::module::{Evaluated, WriteOptions};
use rquickjs::{Context, Ctx, Function, Module, Persistent, Result, Runtime};

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

/// An engine that has seen no module of a service yet. Making one takes longer than most filters, so it is best made
/// ahead.
pub(in crate::extract) struct Unused {
    pub(super) make_browser: Persistent<Function<'static>>,
    pub(super) context: Context,
    pub(super) runtime: Runtime,
}

impl Unused {
    pub(in crate::extract) fn new() -> std::result::Result<Self, String> {
        let made = || {
            let runtime = Runtime::new()?;
            runtime.set_max_stack_size(STACK_BYTES);
            let context = Context::full(&runtime)?;
            let make_browser = context.with(|ctx| {
                let make: Function<'_> = browser(&ctx)?.get("default")?;
                Ok::<_, rquickjs::Error>(Persistent::save(&ctx, make))
            })?;
            Ok::<_, rquickjs::Error>(Self { make_browser, context, runtime })
        };
        made().map_err(|error| error.to_string())
    }
}

fn browser<'js>(ctx: &Ctx<'js>) -> Result<Module<'js, Evaluated>> {
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
