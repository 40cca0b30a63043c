//! Style, script and icon, each under an address that changes with its content, so that browsers may keep it for good.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::web::Served;

pub static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("style", "css", "text/css; charset=utf-8", include_str!("assets/style.css")));
pub static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("site", "js", "text/javascript; charset=utf-8", include_str!("assets/site.js")));
pub static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_str!("assets/icon.svg")));

/// A file that belongs to every page.
pub struct Asset {
    address: String,
    mime: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(name: &str, extension: &str, mime: &'static str, content: &'static str) -> Self {
        let digest = Sha256::digest(content.as_bytes());
        let digits: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Self { address: format!("/assets/{name}-{digits}.{extension}"), mime, content }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    fn response(&self) -> impl IntoResponse + use<> {
        let headers = [
            (header::CONTENT_TYPE, self.mime),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (headers, self.content)
    }
}

/// All of them.
pub fn all() -> [&'static Asset; 3] {
    [&STYLE, &SCRIPT, &ICON]
}

pub fn routes() -> Router<Served> {
    all()
        .into_iter()
        .fold(Router::new(), |routes, asset| routes.route(&asset.address, get(move || async { asset.response() })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_together_are_light() {
        assert!(STYLE.content.len() + SCRIPT.content.len() < 30_000);
    }
}
