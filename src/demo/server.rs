//! Serves the fictional web over HTTP on the loopback interface, one host name per platform.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use encoding_rs::WINDOWS_1252;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::platform::{Answer, Format, Page, Platform, at};
use super::{pdf, web};

/// What a frame shows in place of a page that is not there.
const ERROR_PAGE: &str = "<main><h1>Page not found</h1><p>The page you asked for is not available.</p></main>";

/// The fictional web, served until dropped.
pub struct Web {
    address: SocketAddr,
    site: Arc<Site>,
    server: JoinHandle<()>,
}

/// What all requests share: where in time the web stands, and who came by.
struct Site {
    revision: AtomicUsize,
    visits: Mutex<HashMap<(&'static str, &'static str), usize>>,
}

impl Web {
    /// Serves the web's first revision on a port of the loopback interface; 0 chooses a free one.
    ///
    /// Needs a tokio runtime, on which it runs.
    pub async fn serve(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let site = Arc::new(Site { revision: AtomicUsize::new(1), visits: Mutex::default() });
        let router = Router::new().fallback(respond).with_state(Arc::clone(&site));
        let server = tokio::spawn(async move {
            // axum retries failed accepts itself and returns only when told to.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, site, server })
    }

    /// Where the web is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Shows the web as it stands at a revision, from the next request on.
    pub fn turn_to(&self, revision: usize) {
        self.site.revision.store(revision, Ordering::Relaxed);
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Site {
    /// Counts a visit to a page, the first being 1.
    fn visit(&self, platform: &'static Platform, page: &'static Page) -> usize {
        let mut visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        let count = visits.entry((platform.host, page.path)).or_default();
        *count += 1;
        *count
    }
}

async fn respond(State(site): State<Arc<Site>>, request: Request) -> Response<Body> {
    let Some(platform) = host(&request).and_then(web::platform) else {
        return response(StatusCode::NOT_FOUND, "text/plain", "no such platform".into());
    };
    let revision = site.revision.load(Ordering::Relaxed);
    let Some(page) = platform.pages.iter().find(|page| page.path == request.uri().path()) else {
        return error(platform, revision, StatusCode::NOT_FOUND);
    };
    tokio::time::sleep(page.delay).await;
    match page.answer(revision) {
        Answer::Contents => contents(platform, page, revision, site.visit(platform, page)),
        Answer::Error(status) => error(platform, revision, StatusCode::from_u16(status).unwrap_or_default()),
        Answer::MovedTo(path) => redirection(StatusCode::MOVED_PERMANENTLY, path),
        Answer::SeeOther(path) => redirection(StatusCode::FOUND, path),
        Answer::Nothing => response(StatusCode::OK, "text/html; charset=utf-8", Vec::new()),
    }
}

/// The first label of the host that was asked for.
fn host(request: &Request) -> Option<&str> {
    request.headers().get(header::HOST)?.to_str().ok()?.split('.').next()
}

fn contents(platform: &Platform, page: &Page, revision: usize, visit: usize) -> Response<Body> {
    let Some(content) = page.content(revision, visit) else {
        return error(platform, revision, StatusCode::NOT_FOUND);
    };
    match page.format {
        Format::Pdf => response(StatusCode::OK, "application/pdf", pdf::file(content)),
        Format::Html => {
            let html = framed(platform, revision, content, visit);
            response(StatusCode::OK, "text/html; charset=utf-8", html.into_bytes())
        }
        Format::HtmlInWindows1252 => {
            let html = framed(platform, revision, content, visit);
            response(StatusCode::OK, "text/html", WINDOWS_1252.encode(&html).0.into_owned())
        }
    }
}

fn error(platform: &Platform, revision: usize, status: StatusCode) -> Response<Body> {
    let html = framed(platform, revision, ERROR_PAGE, 0);
    response(status, "text/html; charset=utf-8", html.into_bytes())
}

/// A page inside its platform's frame, with a mark of this very visit wherever one is wanted.
fn framed(platform: &Platform, revision: usize, content: &str, visit: usize) -> String {
    let frame = at(platform.frame, revision).unwrap_or("{{page}}");
    frame.replace("{{page}}", content.trim_end()).replace("{{visit}}", &visitor_mark(visit))
}

/// Looks drawn by lot, yet is the same on every run of the demo.
fn visitor_mark(visit: usize) -> String {
    /// 2^64 divided by the golden ratio: multiples of it spread evenly.
    const STRIDE: u64 = 0x9E37_79B9_7F4A_7C15;
    format!("{:016x}", (visit as u64).wrapping_mul(STRIDE))
}

fn redirection(status: StatusCode, path: &str) -> Response<Body> {
    let mut redirection = response(status, "text/plain", Vec::new());
    let location = path.parse().expect("the tables hold plain paths");
    redirection.headers_mut().insert(header::LOCATION, location);
    redirection
}

fn response(status: StatusCode, content_type: &str, body: Vec<u8>) -> Response<Body> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::from(body))
        .expect("status and type are valid header values")
}
