//! Listens, answers, and ends gracefully.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{Served, observe};

/// How long requests may still take once the server shall end.
const GRACE: Duration = Duration::from_secs(10);

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
    let public = listen(listeners.public, super::router(&served), stopped.clone());
    let metrics = async {
        match listeners.metrics {
            Some(listener) => listen(listener, observe::router(&served), stopped).await,
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

async fn listen(listener: TcpListener, router: Router, mut stopped: watch::Receiver<()>) -> io::Result<()> {
    // Small answers must not wait for more to send.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection may answer late");
        }
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let stop = async move { while stopped.changed().await.is_ok() {} };
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
