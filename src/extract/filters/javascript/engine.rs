//! One QuickJS engine for one document.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rquickjs::{
    CatchResultExt, CaughtError, Coerced, Context, Ctx, Function, Module, Object, Persistent, Promise, Runtime, Value,
};
use serde_json::Value as Json;

use super::modules::{Folder, Modules, Source};
use super::past::Past;
use super::unused::Unused;
use super::{Limits, Listener};
use crate::domain::FilterUse;

/// An engine that has the page and the service's module.
pub(super) struct Engine {
    // Fields are dropped in this order: values before the context, the context before its runtime.
    browser: Persistent<Object<'static>>,
    exports: Option<Persistent<Object<'static>>>,
    past: Option<Past>,
    context: Context,
    runtime: Runtime,
    clock: Clock,
    rejections: Rejections,
}

/// Stops scripts that run on.
#[derive(Clone, Copy)]
struct Clock {
    until: Instant,
    limits: Limits,
}

/// Promises that were rejected while nobody waited for them: how many, and why the last one was.
type Rejections = Rc<RefCell<(usize, String)>>;

impl Engine {
    /// Loads the modules into an unused engine, whose desk has the page already.
    pub(super) fn start(unused: Unused, modules: Modules, limits: Limits, listener: &Listener) -> Result<Self, String> {
        let Unused { browser, context, runtime, desk } = unused;
        let clock = Clock { until: Instant::now() + limits.duration, limits };
        let rejections = Rejections::default();
        bound(&runtime, clock, modules.folder.clone(), &rejections);
        *desk.folder.borrow_mut() = Some(modules.folder);
        *desk.listener.borrow_mut() = Some(Rc::clone(listener));
        let mut engine = Self { browser, exports: None, past: None, context, runtime, clock, rejections };
        engine.exports = modules.current.map(|source| engine.load(source)).transpose()?;
        if let Some((source, date)) = modules.past {
            engine.past = Some(Past { exports: engine.load(source)?, date });
        }
        Ok(engine)
    }

    /// Runs a module and gives what it exports.
    fn load(&self, source: Source) -> Result<Persistent<Object<'static>>, String> {
        let (exports, loading) = self.context.with(|ctx| {
            let browser = self.browser.clone().restore(&ctx).map_err(|_| LOST)?;
            let loaded = evaluated(&ctx, source).catch(&ctx);
            loaded.map_err(|error| self.clock.told(&error, Some(&browser)))
        })?;
        self.settle(Some(loading))?;
        Ok(exports)
    }

    /// Calls an exported function and waits for what it promises. A name that is not exported is passed over.
    pub(super) fn call(&self, filter: &FilterUse, about: &Json) -> Result<(), String> {
        let promise = self.context.with(|ctx| {
            let browser = self.browser.clone().restore(&ctx).map_err(|_| LOST)?;
            let function = self.function(&ctx, &filter.name);
            let outcome = function.and_then(|function| called(&ctx, &browser, function, filter, about));
            outcome.catch(&ctx).map_err(|error| self.clock.told(&error, Some(&browser)))
        })?;
        self.settle(promise)
    }

    /// The function of a name, as it was when it is wanted; undefined where there is none.
    fn function<'js>(&self, ctx: &Ctx<'js>, name: &str) -> rquickjs::Result<Value<'js>> {
        let past = self.past.as_ref().map(|past| past.function(ctx, name)).transpose()?.flatten();
        match (past, &self.exports) {
            (Some(function), _) => Ok(function),
            (None, Some(exports)) => exports.clone().restore(ctx)?.get(name),
            (None, None) => Ok(Value::new_undefined(ctx.clone())),
        }
    }

    /// Runs all jobs, and fails if the promise is not kept by then.
    fn settle(&self, promise: Option<Persistent<Promise<'static>>>) -> Result<(), String> {
        self.run_jobs()?;
        if let Some(promise) = promise {
            self.context.with(|ctx| {
                let restored = (self.browser.clone().restore(&ctx), promise.restore(&ctx));
                let (Ok(browser), Ok(promise)) = restored else { return Err(LOST.to_owned()) };
                let outcome = promise.result::<Value<'_>>().ok_or(NEVER_KEPT)?;
                outcome.catch(&ctx).map(|_| ()).map_err(|error| self.clock.told(&error, Some(&browser)))
            })?;
        }
        let (rejected, reason) = &*self.rejections.borrow();
        if *rejected == 0 { Ok(()) } else { Err(reason.clone()) }
    }

    fn run_jobs(&self) -> Result<(), String> {
        loop {
            let outcome = self.runtime.execute_pending_job();
            if self.clock.is_over() {
                return Err(self.clock.too_slow());
            }
            match outcome {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(thrown) => return Err(thrown.0.with(|ctx| self.clock.told_thrown(ctx.catch(), None))),
            }
        }
    }

    /// Tells the page's objects that the page was changed behind their back.
    pub(super) fn look_again(&self) {
        self.context.with(|ctx| {
            if let Ok(browser) = self.browser.clone().restore(&ctx) {
                // The function counts up; if that fails, so will the next filter.
                let _ = browser.get::<_, Function<'_>>("look").and_then(|look| look.call::<_, ()>(()));
            }
        });
    }
}

const LOST: &str = "the engine lost its page";
const NEVER_KEPT: &str = "what it promises never comes: there is no network and no timer here";

fn bound(runtime: &Runtime, clock: Clock, folder: Folder, rejections: &Rejections) {
    runtime.set_memory_limit(clock.limits.memory_bytes);
    runtime.set_interrupt_handler(Some(Box::new(move || clock.is_over())));
    runtime.set_loader(folder.clone(), folder);
    let rejections = Rc::clone(rejections);
    runtime.set_host_promise_rejection_tracker(Some(Box::new(move |_, _, reason, is_handled| {
        let (count, last) = &mut *rejections.borrow_mut();
        if is_handled {
            *count = count.saturating_sub(1);
        } else {
            *count += 1;
            *last = clock.told_thrown(reason, None);
        }
    })));
}

type Loading = (Persistent<Object<'static>>, Persistent<Promise<'static>>);

fn evaluated(ctx: &Ctx<'_>, source: Source) -> rquickjs::Result<Loading> {
    let (module, promise) = Module::declare(ctx.clone(), source.name, source.text)?.eval()?;
    Ok((Persistent::save(ctx, module.namespace()?), Persistent::save(ctx, promise)))
}

fn called<'js>(
    ctx: &Ctx<'js>,
    browser: &Object<'js>,
    function: Value<'js>,
    filter: &FilterUse,
    about: &Json,
) -> rquickjs::Result<Option<Persistent<Promise<'static>>>> {
    if function.is_undefined() {
        return Ok(None);
    }
    let call: Function<'js> = browser.get("call")?;
    let params = match &filter.params {
        Some(params) => ctx.json_parse(params.to_string())?,
        None => Value::new_undefined(ctx.clone()),
    };
    let outcome: Value<'js> = call.call((function, params, ctx.json_parse(about.to_string())?))?;
    Ok(outcome.into_promise().map(|promise| Persistent::save(ctx, promise)))
}

impl Clock {
    fn is_over(&self) -> bool {
        Instant::now() > self.until
    }

    fn too_slow(&self) -> String {
        too_slow(self.limits.duration)
    }

    /// An error in words, as JavaScript would print it.
    fn told<'js>(&self, error: &CaughtError<'js>, browser: Option<&Object<'js>>) -> String {
        match error {
            CaughtError::Exception(exception) => self.told_thrown(exception.as_object().clone().into_value(), browser),
            CaughtError::Value(value) => self.told_thrown(value.clone(), browser),
            CaughtError::Error(error) => error.to_string(),
        }
    }

    fn told_thrown<'js>(&self, thrown: Value<'js>, browser: Option<&Object<'js>>) -> String {
        // QuickJS throws `null` when not even an error has room any more.
        let is_null = thrown.is_null();
        let said = if self.is_over() { None } else { text_of(thrown, browser) };
        match said {
            _ if self.is_over() => self.too_slow(),
            _ if is_null => format!("it throws null, as if {}", too_large(self.limits.memory_bytes)),
            Some(said) if said.ends_with("out of memory") => too_large(self.limits.memory_bytes),
            Some(said) => said,
            None => "it throws something that cannot be told".to_owned(),
        }
    }
}

/// What was thrown as text.
fn text_of<'js>(thrown: Value<'js>, browser: Option<&Object<'js>>) -> Option<String> {
    const LONGEST: usize = 2_000;
    let text: String = match browser {
        Some(browser) => browser.get::<_, Function<'js>>("tell").ok()?.call((thrown,)).ok()?,
        None => thrown.get::<Coerced<String>>().ok()?.0,
    };
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
