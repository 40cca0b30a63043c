//! Tells what went wrong from the chain of causes that reqwest hands on.

use std::error::Error as StdError;
use std::io;

use crate::fetch::Fault;
use crate::fetch::addresses::{PrivateTarget, UnknownHost};
use crate::fetch::proxies::Named;

/// How the client begins to say that a proxy made no way to a host.
const TUNNEL: &str = "tunnel error: ";

/// What kept an answer from beginning.
pub fn explain(error: &reqwest::Error) -> Fault {
    if let Some(PrivateTarget(target)) = cause(error) {
        return Fault::PrivateAddress { target: target.clone() };
    }
    if let Some(unknown) = cause::<UnknownHost>(error) {
        return Fault::Name { is_temporary: unknown.is_temporary };
    }
    if let Some(refused) = cause::<rustls::Error>(error) {
        return Fault::Certificate { reason: refused.to_string() };
    }
    if let Some(reason) = causes(error).find_map(|cause| cause.to_string().strip_prefix(TUNNEL).map(str::to_owned)) {
        return Fault::Proxy { reason };
    }
    if error.is_timeout() {
        return Fault::Network { code: "ETIMEDOUT" };
    }
    if let Some(code) = cause::<io::Error>(error).and_then(|io| system_code(io.kind())) {
        return Fault::Network { code };
    }
    match innermost(error).as_str() {
        // A server that hangs up without a word is overloaded as often as not.
        "connection closed before message completed" => Fault::Network { code: "ECONNRESET" },
        "message head is too large" => Fault::HeadTooLarge,
        reason => Fault::Protocol { reason: reason.to_owned() },
    }
}

/// What kept an answer from beginning that a proxy was to bring: only the proxy is looked up and connected to.
pub fn explain_behind(proxy: &Named, error: &reqwest::Error) -> Fault {
    let code = match cause::<UnknownHost>(error) {
        Some(UnknownHost { is_temporary: true }) => Some("EAI_AGAIN"),
        Some(UnknownHost { is_temporary: false }) => Some("ENOTFOUND"),
        None => cause::<io::Error>(error).and_then(|io| system_code(io.kind())),
    };
    match code {
        Some(code @ ("EAI_AGAIN" | "ENOTFOUND" | "ECONNREFUSED" | "EHOSTUNREACH" | "ENETUNREACH")) => proxy.lost(code),
        Some(code @ "ETIMEDOUT") if error.is_connect() => proxy.lost(code),
        _ => explain(error),
    }
}

/// What kept a body from coming to its end.
pub fn explain_in_body(error: &reqwest::Error) -> Fault {
    match cause::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::UnexpectedEof) => Fault::CutShort,
        _ => explain(error),
    }
}

/// The name that Node.js gives a system error.
pub fn system_code(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::ConnectionRefused => Some("ECONNREFUSED"),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => Some("ECONNRESET"),
        io::ErrorKind::ConnectionAborted => Some("ECONNABORTED"),
        io::ErrorKind::BrokenPipe => Some("EPIPE"),
        io::ErrorKind::TimedOut => Some("ETIMEDOUT"),
        io::ErrorKind::HostUnreachable => Some("EHOSTUNREACH"),
        io::ErrorKind::NetworkUnreachable => Some("ENETUNREACH"),
        _ => None,
    }
}

fn cause<E: StdError + 'static>(error: &reqwest::Error) -> Option<&E> {
    causes(error).find_map(|cause| within(cause))
}

/// The error itself, or what errors of the system wrap without naming it as their source.
fn within<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    wrapped.and_then(|inner| within(inner)).or_else(|| error.downcast_ref::<E>())
}

fn innermost(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |error: &&(dyn StdError + 'static)| (*error).source())
}
