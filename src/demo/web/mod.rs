//! The platforms of the fictional web: a folder each, with its table, its pages by revision and its declaration.
//!
//! To change a page at a revision, write `<page>/<revision>.html` and list it in the platform's table. To add a
//! platform, add its folder, and its table here.

use super::platform::Platform;

mod bramble;
mod cloudberry;
mod florin;
mod hoshizora;
mod lumio;
mod marktkorb;
mod medlar;
mod northline;
mod parley;
mod quillpad;
mod rivages;
mod spool;

pub(super) static PLATFORMS: [Platform; 12] = [
    bramble::PLATFORM,
    cloudberry::PLATFORM,
    florin::PLATFORM,
    hoshizora::PLATFORM,
    lumio::PLATFORM,
    marktkorb::PLATFORM,
    medlar::PLATFORM,
    northline::PLATFORM,
    parley::PLATFORM,
    quillpad::PLATFORM,
    rivages::PLATFORM,
    spool::PLATFORM,
];

/// The platform under a host name's first label.
pub(super) fn platform(host: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|platform| platform.host == host)
}
