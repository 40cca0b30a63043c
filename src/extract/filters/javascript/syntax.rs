//! Reads a module of filters, and what it imports, without running any of it.

use std::path::Path;

use rquickjs::{CatchResultExt, CaughtError, Context, Module, Runtime};

use super::modules::Modules;

/// Memory for reading modules, and how deep their code may nest, in bytes of stack: less than any thread has.
const MEMORY_BYTES: usize = 64 << 20;
const STACK_BYTES: usize = 512 << 10;

/// Why a module cannot be read as JavaScript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxFault {
    /// The module at fault, which may be one that is imported.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub message: String,
}

/// What keeps a module from being read as JavaScript, if anything; of one that is no file, nothing is said.
pub fn syntax_fault(module: &Path) -> Option<SyntaxFault> {
    let modules = Modules::of(module, None).ok()?;
    let source = modules.current?;
    let runtime = Runtime::new().ok()?;
    runtime.set_memory_limit(MEMORY_BYTES);
    runtime.set_max_stack_size(STACK_BYTES);
    runtime.set_loader(modules.folder.clone(), modules.folder);
    let context = Context::full(&runtime).ok()?;
    context.with(|ctx| match Module::declare(ctx.clone(), source.name, source.text).catch(&ctx) {
        Err(CaughtError::Exception(exception)) => {
            let (file, line) = place(&exception.stack()?)?;
            Some(SyntaxFault { file, line, message: exception.message()? })
        }
        _ => None,
    })
}

/// The first place that a stack names: `    at Acme.filters.js:3:5`.
fn place(stack: &str) -> Option<(String, usize)> {
    let mut parts = stack.lines().next()?.trim().strip_prefix("at ")?.rsplitn(3, ':');
    let (_column, line) = (parts.next()?, parts.next()?);
    Some((parts.next()?.to_owned(), line.parse().ok()?))
}
