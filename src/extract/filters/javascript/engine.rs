//! One QuickJS engine for one document.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rquickjs::promise::{MaybePromise, PromiseState};
use rquickjs::{
    CatchResultExt, CaughtError, Context, Ctx, Function, Module, Object, Persistent, Promise, Runtime, Value,
};
use serde_json::Value as Json;

use super::modules::Folder;
use super::tree::Tree;
use super::{Limits, Listener, host};
use crate::domain::FilterUse;

/// How deep calls may nest, in bytes of stack. The worker's thread has more.
const STACK_BYTES: usize = 1 << 20;

/// The page's objects as modules know them from browsers, as the body of one function.
const BROWSER: &str = concat!(
    "(function (host) { 'use strict';\n",
    include_str!("browser/nodes.js"),
    include_str!("browser/lists.js"),
    include_str!("browser/elements.js"),
    include_str!("browser/ranges.js"),
    include_str!("browser/urls.js"),
    include_str!("browser/globals.js"),
    "})"
);

/// An engine that has the page and the service's module.
pub(super) struct Engine {
    // Fields are dropped in this order: values before the context, the context before its runtime.
    browser: Persistent<Object<'static>>,
    exports: Persistent<Object<'static>>,
    context: Context,
    _runtime: Runtime,
    clock: Clock,
}

/// Stops scripts that run on.
#[derive(Clone, Copy)]
struct Clock {
    until: Instant,
    limits: Limits,
}

impl Engine {
    /// Makes an engine and loads the module into it.
    pub(super) fn start(
        tree: &Rc<RefCell<Tree>>,
        module: &Path,
        limits: Limits,
        listener: &Listener,
    ) -> Result<Self, String> {
        let (folder, name) = Folder::of(module)?;
        let source = folder.read(&name)?;
        let clock = Clock { until: Instant::now() + limits.duration, limits };
        let runtime = Runtime::new().map_err(|error| error.to_string())?;
        runtime.set_memory_limit(limits.memory_bytes);
        runtime.set_max_stack_size(STACK_BYTES);
        runtime.set_interrupt_handler(Some(Box::new(move || clock.is_over())));
        runtime.set_loader(folder.clone(), folder);
        let context = Context::full(&runtime).map_err(|error| error.to_string())?;
        let (browser, exports) = context.with(|ctx| {
            let browser = Self::browser(&ctx, tree, listener).catch(&ctx).map_err(|error| clock.told(&error, None))?;
            let exports = Self::exports(&ctx, &name, source, &browser, clock)?;
            Ok::<_, String>((Persistent::save(&ctx, browser), Persistent::save(&ctx, exports)))
        })?;
        Ok(Self { browser, exports, context, _runtime: runtime, clock })
    }

    fn browser<'js>(ctx: &Ctx<'js>, tree: &Rc<RefCell<Tree>>, listener: &Listener) -> rquickjs::Result<Object<'js>> {
        let make: Function<'js> = ctx.eval(BROWSER)?;
        make.call((host::object(ctx, tree, listener)?,))
    }

    fn exports<'js>(
        ctx: &Ctx<'js>,
        name: &str,
        source: String,
        browser: &Object<'js>,
        clock: Clock,
    ) -> Result<Object<'js>, String> {
        let told = |error: CaughtError<'js>| clock.told(&error, Some(browser));
        let module = Module::declare(ctx.clone(), name, source).catch(ctx).map_err(told)?;
        let (module, promise) = module.eval().catch(ctx).map_err(told)?;
        settle(ctx, &promise, clock, browser)?;
        module.namespace().catch(ctx).map_err(told)
    }

    /// Calls an exported function and waits for what it promises. A name that is not exported is passed over.
    pub(super) fn call(&self, filter: &FilterUse, about: &Json) -> Result<(), String> {
        self.context.with(|ctx| {
            let restored = (self.browser.clone().restore(&ctx), self.exports.clone().restore(&ctx));
            let (Ok(browser), Ok(exports)) = restored else { return Err("the engine lost its page".to_owned()) };
            Self::finished(&ctx, &browser, &exports, (filter, about), self.clock)
        })
    }

    fn finished<'js>(
        ctx: &Ctx<'js>,
        browser: &Object<'js>,
        exports: &Object<'js>,
        (filter, about): (&FilterUse, &Json),
        clock: Clock,
    ) -> Result<(), String> {
        let told = |error: CaughtError<'js>| clock.told(&error, Some(browser));
        let function: Value<'js> = exports.get(filter.name.as_str()).catch(ctx).map_err(told)?;
        if function.is_undefined() {
            return Ok(());
        }
        let outcome = Self::started(ctx, browser, function, filter, about).catch(ctx).map_err(told)?;
        if let Some(promise) = outcome.into_value().into_promise() {
            settle(ctx, &promise, clock, browser)?;
        }
        clock.run_jobs(ctx)
    }

    fn started<'js>(
        ctx: &Ctx<'js>,
        browser: &Object<'js>,
        function: Value<'js>,
        filter: &FilterUse,
        about: &Json,
    ) -> rquickjs::Result<MaybePromise<'js>> {
        let call: Function<'js> = browser.get("call")?;
        let params = match &filter.params {
            Some(params) => ctx.json_parse(params.to_string())?,
            None => Value::new_undefined(ctx.clone()),
        };
        call.call((function, params, ctx.json_parse(about.to_string())?))
    }

    /// Tells the page's objects that the page was changed behind their back.
    pub(super) fn look_again(&self) {
        self.context.with(|ctx| {
            if let Ok(browser) = self.browser.clone().restore(&ctx) {
                let _ = browser.get::<_, Function<'_>>("look").and_then(|look| look.call::<_, ()>(()));
            }
        });
    }
}

/// Runs jobs until the promise is settled.
fn settle<'js>(ctx: &Ctx<'js>, promise: &Promise<'js>, clock: Clock, browser: &Object<'js>) -> Result<(), String> {
    while promise.state() == PromiseState::Pending {
        if clock.is_over() {
            return Err(clock.too_slow());
        }
        if !ctx.execute_pending_job() && promise.state() == PromiseState::Pending {
            return Err("what it promises never comes: there is no network and no timer here".to_owned());
        }
    }
    let outcome = promise.result::<Value<'js>>().unwrap_or_else(|| Ok(Value::new_undefined(ctx.clone())));
    outcome.catch(ctx).map(|_| ()).map_err(|error| clock.told(&error, Some(browser)))
}

impl Clock {
    fn is_over(&self) -> bool {
        Instant::now() > self.until
    }

    fn run_jobs(&self, ctx: &Ctx<'_>) -> Result<(), String> {
        while ctx.execute_pending_job() {
            if self.is_over() {
                return Err(self.too_slow());
            }
        }
        if self.is_over() { Err(self.too_slow()) } else { Ok(()) }
    }

    fn too_slow(&self) -> String {
        too_slow(self.limits.duration)
    }

    /// An exception in words, as JavaScript would print it.
    fn told<'js>(&self, error: &CaughtError<'js>, browser: Option<&Object<'js>>) -> String {
        if self.is_over() {
            return self.too_slow();
        }
        let said = match error {
            CaughtError::Exception(exception) => text_of(exception.as_object().clone().into_value(), browser),
            CaughtError::Value(value) => text_of(value.clone(), browser),
            CaughtError::Error(error) => Some(error.to_string()),
        };
        match said {
            Some(said) if said == "InternalError: out of memory" => too_large(self.limits.memory_bytes),
            Some(said) => said,
            None if self.is_over() => self.too_slow(),
            None => "it throws something that cannot be told".to_owned(),
        }
    }
}

fn text_of<'js>(thrown: Value<'js>, browser: Option<&Object<'js>>) -> Option<String> {
    const LONGEST: usize = 2_000;
    let tell: Function<'js> = browser?.get("tell").ok()?;
    let text: String = tell.call((thrown,)).ok()?;
    Some(text.chars().take(LONGEST).collect())
}

/// Said when filters take too long, by the engine as by those who kill it.
pub(in crate::extract) fn too_slow(duration: Duration) -> String {
    format!("it takes more than {} s", duration.as_secs_f32())
}

/// Said when filters take too much memory.
pub(in crate::extract) fn too_large(bytes: usize) -> String {
    format!("it needs more than {} MB of memory", bytes >> 20)
}
