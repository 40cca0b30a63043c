//! Listens, answers, and ends gracefully.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::connection::{BoundedListener, Bounds, PATIENCE, Peer};
use super::{Served, observe};

/// How long requests may still take once the server shall end.
const GRACE: Duration = Duration::from_secs(10);

/// Most connections for figures.
const MOST_FOR_FIGURES: usize = 16;

/// Where to listen.
pub struct Listeners {
    /// For everybody.
    pub public: TcpListener,
    /// For figures, if they are wanted.
    pub metrics: Option<TcpListener>,
}

/// Serves until `stop` is done and the requests under way are answered.
///
/// # Errors
/// When listening fails.
pub async fn serve(listeners: Listeners, served: Served, stop: impl Future<Output = ()>) -> io::Result<()> {
    let (stopper, stopped) = watch::channel(());
    let bounds = |most| Bounds { most, trusted: served.config().trusted_proxies.clone(), patience: PATIENCE };
    let public = BoundedListener::new(listeners.public, bounds(served.config().max_connections));
    let public = listen(public, super::router(&served), stopped.clone());
    let metrics = async {
        match listeners.metrics {
            Some(listener) => {
                let listener = BoundedListener::new(listener, bounds(MOST_FOR_FIGURES));
                listen(listener, observe::router(&served), stopped).await
            }
            None => Ok(()),
        }
    };
    let servers = async { tokio::try_join!(public, metrics).map(|((), ())| ()) };
    tokio::pin!(servers);
    tokio::select! {
        ended = &mut servers => return ended,
        () = served.follow() => {}
        () = stop => {}
    }
    // Dropping it is the word to end.
    drop(stopper);
    tokio::time::timeout(GRACE, servers).await.unwrap_or_else(|_| {
        tracing::warn!("requests took longer than {GRACE:?} and were cut off");
        Ok(())
    })
}

async fn listen(listener: BoundedListener, router: Router, mut stopped: watch::Receiver<()>) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<Peer>();
    let stop = async move { while stopped.changed().await.is_ok() {} };
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
