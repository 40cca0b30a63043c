//! A small web on the loopback interface whose pages a test writes and rewrites.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, header};
use tokio::runtime::Runtime;

/// Serves pages until it is dropped.
pub struct Site {
    port: u16,
    shared: Arc<Mutex<Shared>>,
    _runtime: Runtime,
}

/// What a page answers.
#[derive(Clone)]
pub struct Page {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
    pub location: Option<String>,
    pub delay: Duration,
    /// More headers.
    pub headers: Vec<(&'static str, String)>,
    /// Whether who does not look like a browser is refused.
    pub is_for_browsers: bool,
}

#[derive(Default)]
struct Shared {
    pages: HashMap<String, Page>,
    /// What the next visitor of a path sees instead.
    once: HashMap<String, Page>,
    visits: Vec<String>,
    /// The headers of the last request for each path.
    requests: HashMap<String, HeaderMap>,
}

impl Page {
    pub fn html(body: &str) -> Self {
        Self {
            status: 200,
            content_type: "text/html; charset=utf-8",
            body: body.as_bytes().to_vec(),
            location: None,
            delay: Duration::ZERO,
            headers: Vec::new(),
            is_for_browsers: false,
        }
    }

    /// A page of terms: some navigation, and `text` in a `main` element.
    pub fn terms(text: &str) -> Self {
        Self::html(&format!("<html><body><nav>Home Shop</nav><main><h1>Terms</h1><p>{text}</p></main></body></html>"))
    }

    /// The page with an entity tag, by which visitors may ask whether it changed.
    pub fn with_etag(self, etag: &str) -> Self {
        Self { headers: vec![("etag", etag.to_owned())], ..self }
    }

    pub fn status(status: u16) -> Self {
        Self { status, ..Self::html("<p>Sorry</p>") }
    }
}

impl Site {
    /// A site without pages, on a free port.
    pub fn serve() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { port, shared, _runtime: runtime }
    }

    pub fn put(&self, path: &str, page: Page) {
        self.shared.lock().unwrap().pages.insert(path.to_owned(), page);
    }

    /// Shows the next visitor of a path another page.
    pub fn put_once(&self, path: &str, page: Page) {
        self.shared.lock().unwrap().once.insert(path.to_owned(), page);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The same page under another host name.
    pub fn url_at(&self, host: &str, path: &str) -> String {
        format!("http://{host}.localhost:{}{path}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// A header of the last request for a path; nothing if it had none.
    pub fn header(&self, path: &str, name: &str) -> String {
        let shared = self.shared.lock().unwrap();
        let value = shared.requests.get(path).and_then(|headers| headers.get(name));
        value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    /// How often a path was asked for.
    pub fn visits(&self, path: &str) -> usize {
        self.shared.lock().unwrap().visits.iter().filter(|visited| *visited == path).count()
    }
}

async fn answer(State(shared): State<Arc<Mutex<Shared>>>, request: Request) -> Response<Body> {
    let (path, headers) = (request.uri().path().to_owned(), request.headers().clone());
    drop(request);
    let page = {
        let mut shared = shared.lock().unwrap();
        shared.visits.push(path.clone());
        shared.requests.insert(path.clone(), headers.clone());
        let once = shared.once.remove(&path);
        once.or_else(|| shared.pages.get(&path).cloned()).unwrap_or_else(|| Page::status(404))
    };
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let page = match page {
        page if page.is_for_browsers && !header(header::USER_AGENT).contains("Chrome/") => Page::status(403),
        page => page,
    };
    tokio::time::sleep(page.delay).await;
    let mut response = Response::builder().status(page.status);
    if !page.content_type.is_empty() {
        response = response.header(header::CONTENT_TYPE, page.content_type);
    }
    if let Some(location) = page.location {
        response = response.header(header::LOCATION, location);
    }
    for (name, value) in page.headers {
        if name == "etag" && header(header::IF_NONE_MATCH) == value {
            return response.status(304).header(name, value).body(Body::empty()).unwrap();
        }
        response = response.header(name, value);
    }
    response.body(Body::from(page.body)).unwrap()
}
