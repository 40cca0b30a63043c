//! What the operating system lets a worker have.

use crate::extract::Config;

/// What a page may take as a tree, for each of its bytes.
#[cfg(target_os = "linux")]
const TREE_FACTOR: usize = 16;

/// What a worker needs besides: code, stacks, the text of the answer.
#[cfg(target_os = "linux")]
const OVERHEAD_BYTES: usize = 192 << 20;

/// Lets the worker write to what is open, and to no file. Filters have no way to files; this makes sure.
#[cfg(unix)]
pub(super) fn forbid_writing() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let nothing = || Rlimit { current: Some(0), maximum: Some(0) };
    // A system that refuses leaves the worker as safe as the engine itself is.
    let _ = setrlimit(Resource::Fsize, nothing());
    let _ = setrlimit(Resource::Core, nothing());
}

#[cfg(not(unix))]
pub(super) fn forbid_writing() {}

/// Limits the memory of the process to what it has and what one document may take.
#[cfg(target_os = "linux")]
pub(super) fn limit_memory(config: &Config, content_bytes: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Some(held) = held_bytes() else { return };
    let more = config.filter_memory_bytes + TREE_FACTOR * content_bytes + OVERHEAD_BYTES;
    let current = Some((held + more) as u64);
    let _ = setrlimit(Resource::As, Rlimit { current, maximum: getrlimit(Resource::As).maximum });
}

#[cfg(not(target_os = "linux"))]
pub(super) fn limit_memory(_: &Config, _: usize) {}

/// The size of the process's address space.
#[cfg(target_os = "linux")]
fn held_bytes() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = pages.split(' ').next()?.parse().ok()?;
    Some(pages * rustix::param::page_size())
}
