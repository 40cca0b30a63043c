//! The browser's only way out: a SOCKS proxy on the loopback interface (RFC 1928) that lets nothing into one's own
//! network.
//!
//! Whatever a page asks for comes through here by name: pages, scripts, workers, sockets, and every hop of a redirect.
//! Names are resolved here, checked, and connected to as checked, so that none can point elsewhere in between. From
//! here on requests go through the operator's proxy, if there is one, with its credentials.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::upstream;
use crate::fetch::addresses::{Names, UnknownHost};
use crate::fetch::http::system_code;
use crate::fetch::{Fault, Proxies};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(15);

/// Connections open at once; Chromium itself opens no more than 32 through one proxy.
const MAX_CONNECTIONS: usize = 256;

/// Hosts whose faults are remembered.
const MAX_FAULTS: usize = 1_000;

/// Pause after a connection that could not be taken.
const BREATH: Duration = Duration::from_millis(100);

const VERSION: u8 = 5;
const NO_AUTHENTICATION: u8 = 0;
const CONNECT_COMMAND: u8 = 1;
const SUCCEEDED: u8 = 0;
const NOT_ALLOWED: u8 = 2;
const UNREACHABLE: u8 = 4;

/// A proxy that listens until it is dropped.
pub struct Door {
    address: SocketAddr,
    faults: Arc<Mutex<HashMap<String, Fault>>>,
    listening: JoinHandle<()>,
}

/// Who may pass, and which way.
struct Rules {
    names: Arc<dyn Names>,
    allow_private: bool,
    proxies: Proxies,
}

impl Door {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the loopback interface cannot be bound.
    pub async fn open(allow_private: bool, proxies: Proxies, names: Arc<dyn Names>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let faults = Arc::new(Mutex::new(HashMap::new()));
        let rules = Arc::new(Rules { names, allow_private, proxies });
        let listening = tokio::spawn(listen(listener, rules, Arc::clone(&faults)));
        Ok(Self { address, faults, listening })
    }

    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Why the last connection to a host was not made.
    pub fn fault(&self, host: &str, port: u16) -> Option<Fault> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).get(&place(host, port)).cloned()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, rules: Arc<Rules>, faults: Arc<Mutex<HashMap<String, Fault>>>) {
    // Dropped with this task, the set ends all connections.
    let mut connections = JoinSet::new();
    loop {
        let Ok((browser, _)) = listener.accept().await else {
            // Out of descriptors, say, for a while.
            tokio::time::sleep(BREATH).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        if connections.len() < MAX_CONNECTIONS {
            let (rules, faults) = (Arc::clone(&rules), Arc::clone(&faults));
            // A connection that breaks is the browser's to notice.
            connections.spawn(async move { serve(browser, &rules, &faults).await.unwrap_or_default() });
        }
    }
}

async fn serve(mut browser: TcpStream, rules: &Rules, faults: &Mutex<HashMap<String, Fault>>) -> io::Result<()> {
    let (host, port) = tokio::time::timeout(CONNECT, asked_for(&mut browser)).await??;
    let connected = tokio::time::timeout(CONNECT, rules.connect(&host, port)).await;
    let fault = match connected.unwrap_or(Err(Fault::TimedOut { after: CONNECT })) {
        Ok(mut server) => {
            faults.lock().unwrap_or_else(PoisonError::into_inner).remove(&place(&host, port));
            browser.write_all(&reply(SUCCEEDED)).await?;
            copy_bidirectional(&mut browser, &mut server).await?;
            return Ok(());
        }
        Err(fault) => fault,
    };
    let code = if matches!(fault, Fault::PrivateAddress { .. }) { NOT_ALLOWED } else { UNREACHABLE };
    {
        let mut faults = faults.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.len() < MAX_FAULTS {
            faults.insert(place(&host, port), fault);
        }
    }
    browser.write_all(&reply(code)).await
}

/// Reads what the browser wants to be connected to.
async fn asked_for(browser: &mut TcpStream) -> io::Result<(String, u16)> {
    let [version, methods] = read(browser).await?;
    let mut offered = vec![0; usize::from(methods)];
    browser.read_exact(&mut offered).await?;
    if version != VERSION || !offered.contains(&NO_AUTHENTICATION) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    browser.write_all(&[VERSION, NO_AUTHENTICATION]).await?;
    let [_, command, _, kind] = read(browser).await?;
    let host = match kind {
        1 => IpAddr::V4(Ipv4Addr::from(read::<4>(browser).await?)).to_string(),
        4 => IpAddr::V6(Ipv6Addr::from(read::<16>(browser).await?)).to_string(),
        3 => {
            let [length] = read(browser).await?;
            let mut name = vec![0; usize::from(length)];
            browser.read_exact(&mut name).await?;
            String::from_utf8(name).map_err(|_| io::ErrorKind::InvalidData)?
        }
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    let port = u16::from_be_bytes(read(browser).await?);
    if command == CONNECT_COMMAND { Ok((host, port)) } else { Err(io::ErrorKind::InvalidData.into()) }
}

async fn read<const N: usize>(browser: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    browser.read_exact(&mut bytes).await?;
    Ok(bytes)
}

fn reply(code: u8) -> [u8; 10] {
    [VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0]
}

impl Rules {
    async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, Fault> {
        if let Some(way) = upstream::way_to(&self.proxies, host, port) {
            // Behind a proxy a name need not resolve here; one that leads home does.
            if let Ok(found) = self.addresses(host, port).await {
                self.permit(host, &found)?;
            }
            return upstream::connect(way, host, port).await;
        }
        let found = self.addresses(host, port).await?;
        self.permit(host, &found)?;
        TcpStream::connect(found.as_slice()).await.map_err(|error| match system_code(error.kind()) {
            Some(code) => Fault::Network { code },
            None => Fault::Protocol { reason: error.to_string() },
        })
    }

    async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Fault> {
        if let Ok(literal) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(literal, port)]);
        }
        let unknown = |unknown: UnknownHost| Fault::Name { is_temporary: unknown.is_temporary };
        let found = self.names.look_up(host).await.map_err(unknown)?;
        Ok(found.into_iter().map(|address| SocketAddr::new(address.ip(), port)).collect())
    }

    fn permit(&self, host: &str, found: &[SocketAddr]) -> Result<(), Fault> {
        match found.iter().find(|address| !self.allow_private && !self.names.is_public(address.ip())) {
            Some(private) if private.ip().to_string() == host => Err(Fault::PrivateAddress { target: host.to_owned() }),
            Some(private) => Err(Fault::PrivateAddress { target: format!("{host} ({})", private.ip()) }),
            None => Ok(()),
        }
    }
}

fn place(host: &str, port: u16) -> String {
    format!("{}:{port}", host.trim_matches(['[', ']']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::addresses::SystemNames;
    use crate::fetch::rebinding::{HOME, PUBLIC, Rebinding};

    /// Asks a door for a host by name, and gives the code it answers with.
    async fn ask(door: &Door, host: &str, port: u16) -> u8 {
        let mut browser = TcpStream::connect(door.address).await.unwrap();
        browser.write_all(&[5, 1, 0]).await.unwrap();
        assert_eq!(read::<2>(&mut browser).await.unwrap(), [5, 0]);
        let name = [&[5, 1, 0, 3, u8::try_from(host.len()).unwrap()], host.as_bytes(), &port.to_be_bytes()].concat();
        browser.write_all(&name).await.unwrap();
        read::<10>(&mut browser).await.unwrap()[1]
    }

    #[tokio::test]
    async fn nothing_leads_into_ones_own_network() {
        let inside = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = inside.local_addr().unwrap().port();
        let door = Door::open(false, Proxies::default(), Arc::new(SystemNames)).await.unwrap();

        for host in ["127.0.0.1", "acme.localhost", "169.254.169.254", "::1"] {
            assert_eq!(ask(&door, host, port).await, NOT_ALLOWED, "{host}");
        }

        let fault = Fault::PrivateAddress { target: "acme.localhost (127.0.0.1)".to_owned() };
        assert_eq!(door.fault("acme.localhost", port), Some(fault));
    }

    #[tokio::test]
    async fn where_it_is_allowed_it_leads_there() {
        let inside = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = inside.local_addr().unwrap().port();
        let door = Door::open(true, Proxies::default(), Arc::new(SystemNames)).await.unwrap();

        assert_eq!(ask(&door, "acme.localhost", port).await, SUCCEEDED);

        drop(inside);
        assert_eq!(ask(&door, "acme.localhost", port).await, UNREACHABLE);
        assert_eq!(door.fault("acme.localhost", port), Some(Fault::Network { code: "ECONNREFUSED" }));
    }

    #[tokio::test]
    async fn a_name_that_changes_leads_to_what_was_checked_and_never_home() {
        let public = TcpListener::bind((PUBLIC, 0)).await.unwrap();
        let port = public.local_addr().unwrap().port();
        let door =
            Door::open(false, Proxies::default(), Arc::new(Rebinding::over(&[&[PUBLIC], &[HOME]]))).await.unwrap();

        let (first, reached) = tokio::join!(ask(&door, "acme.example", port), public.accept());

        assert_eq!(first, SUCCEEDED);
        assert!(reached.is_ok());
        assert_eq!(ask(&door, "acme.example", port).await, NOT_ALLOWED);
        let fault = Fault::PrivateAddress { target: "acme.example (127.0.0.1)".to_owned() };
        assert_eq!(door.fault("acme.example", port), Some(fault));
    }
}
