//! Connections of clients: only so many at once, of each client only some, and none that is idle or slow for long.

use std::collections::HashMap;
use std::future::Future;
use std::io::{self, IoSlice};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

use super::TrustedProxies;
use super::limit::network;

/// How long a client may take to send a request or to read an answer. An answer takes less to be made.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// Of all connections, the part that one client may have: one in this many.
const SHARE: usize = 4;

/// What connections there may be.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Most of them at once; further clients wait until one ends.
    pub most: usize,
    /// Machines that ask for many clients.
    pub trusted: TrustedProxies,
    pub patience: Duration,
}

/// Takes connections within bounds.
pub struct BoundedListener {
    listener: TcpListener,
    bounds: Bounds,
    turns: Arc<Semaphore>,
    clients: Arc<Clients>,
}

/// Who is connected.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// How many connections each client has.
#[derive(Default)]
struct Clients(Mutex<HashMap<IpAddr, usize>>);

/// A connection that counts until it ends.
struct Counted {
    client: IpAddr,
    clients: Arc<Clients>,
}

/// A connection that ends by itself when its client neither asks nor reads for long.
pub struct Connection {
    stream: TcpStream,
    patience: Duration,
    /// When last something was written, or else when the connection was made.
    served: Instant,
    /// Whether something was written since something was read.
    is_answered: bool,
    end: Pin<Box<Sleep>>,
    _turn: OwnedSemaphorePermit,
    _counted: Option<Counted>,
}

impl BoundedListener {
    pub fn new(listener: TcpListener, bounds: Bounds) -> Self {
        let turns = Arc::new(Semaphore::new(bounds.most.max(1)));
        Self { listener, bounds, turns, clients: Arc::default() }
    }

    fn share(&self) -> usize {
        self.bounds.most.div_ceil(SHARE)
    }
}

impl Listener for BoundedListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            let turn = Arc::clone(&self.turns).acquire_owned().await.expect("the semaphore is never closed");
            let (stream, peer) = Listener::accept(&mut self.listener).await;
            let is_proxy = self.bounds.trusted.has(peer.ip());
            let counted = (!is_proxy).then(|| Counted::of(network(peer.ip()), &self.clients));
            if counted.as_ref().is_some_and(|counted| counted.number() > self.share()) {
                tracing::debug!(%peer, "a client has too many connections");
                continue;
            }
            // Small answers must not wait for more to send.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection may answer late");
            }
            return (Connection::new(stream, self.bounds.patience, turn, counted), peer);
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, BoundedListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, BoundedListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl Counted {
    fn of(client: IpAddr, clients: &Arc<Clients>) -> Self {
        *clients.lock().entry(client).or_default() += 1;
        Self { client, clients: Arc::clone(clients) }
    }

    fn number(&self) -> usize {
        self.clients.lock().get(&self.client).copied().unwrap_or_default()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut clients = self.clients.lock();
        if let Some(number) = clients.get_mut(&self.client) {
            *number -= 1;
            if *number == 0 {
                clients.remove(&self.client);
            }
        }
    }
}

impl Clients {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    fn new(stream: TcpStream, patience: Duration, turn: OwnedSemaphorePermit, counted: Option<Counted>) -> Self {
        let served = Instant::now();
        let end = Box::pin(tokio::time::sleep_until(served + patience));
        Self { stream, patience, served, is_answered: false, end, _turn: turn, _counted: counted }
    }

    /// Ready with an error once the client has been waited for long enough.
    fn poll_patience<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        while self.end.as_mut().poll(context).is_ready() {
            let end = self.served + self.patience;
            if end <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.end.as_mut().reset(end);
        }
        Poll::Pending
    }

    /// Notes that the client took something, or looks how long it has not.
    fn after_write(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => self.poll_patience(context),
            Poll::Ready(written) => {
                self.served = Instant::now();
                self.is_answered = true;
                Poll::Ready(written)
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_read(context, into) {
            Poll::Pending => this.poll_patience(context),
            read => {
                // The next request has its time from its first byte on.
                if std::mem::take(&mut this.is_answered) {
                    this.served = Instant::now();
                }
                read
            }
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.after_write(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, slices);
        this.after_write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    async fn serving(most: usize, patience: Duration, trusted: TrustedProxies) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = axum::Router::new().route("/", axum::routing::get(async || "hello"));
        let listener = BoundedListener::new(listener, Bounds { most, trusted, patience });
        let service = router.into_make_service_with_connect_info::<Peer>();
        tokio::spawn(async { axum::serve(listener, service).await });
        address
    }

    /// All that is answered until the server ends the connection.
    async fn heard(stream: &mut TcpStream) -> String {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn a_client_that_sends_its_request_drop_by_drop_is_not_waited_for() {
        let address = serving(10, Duration::from_millis(50), TrustedProxies::default()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n").await.unwrap();

        assert_eq!(heard(&mut stream).await, "", "the rest of the head never comes");
    }

    #[tokio::test]
    async fn a_connection_that_is_used_stays() {
        let address = serving(10, LONG, TrustedProxies::default()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();

        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();

        assert_eq!(heard(&mut stream).await.matches("hello").count(), 2);
    }

    #[tokio::test]
    async fn one_client_does_not_get_all_connections() {
        let nobody = TrustedProxies::named(&[]).unwrap();
        let address = serving(4, LONG, nobody).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();

        let refused = heard(&mut second).await;
        first.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();

        assert_eq!(refused, "");
        assert!(heard(&mut first).await.ends_with("hello"));
    }

    #[tokio::test]
    async fn further_clients_wait_until_a_connection_ends() {
        let address = serving(1, LONG, TrustedProxies::default()).await;
        let first = TcpStream::connect(address).await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();

        drop(first);

        assert!(heard(&mut second).await.ends_with("hello"));
    }
}
