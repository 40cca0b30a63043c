//! Listens, answers, and ends gracefully.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use super::Served;

/// How long requests may still take once the server shall end.
const GRACE: Duration = Duration::from_secs(10);

/// Serves on `listener` until `stop` is done and the requests under way are answered.
///
/// # Errors
/// When listening fails.
pub async fn serve(listener: TcpListener, served: Served, stop: impl Future<Output = ()>) -> io::Result<()> {
    let (stopper, stopped) = tokio::sync::watch::channel(());
    let mut hears = stopped.clone();
    let server = listen(listener, super::router(&served), async move {
        // The other end is dropped when the server shall end.
        let _ = hears.changed().await;
    });
    let follow = served.follow();
    tokio::pin!(server);
    tokio::select! {
        ended = &mut server => return ended,
        () = follow => {}
        () = stop => {}
    }
    drop(stopper);
    match tokio::time::timeout(GRACE, server).await {
        Ok(ended) => ended,
        Err(_) => {
            tracing::warn!("requests took longer than {GRACE:?} and were cut off");
            Ok(())
        }
    }
}

async fn listen(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // Small answers must not wait for more to send.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection may answer late");
        }
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
