//! Who asks: the address of the client, also behind proxies that are trusted to tell it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

use super::connection::Peer;

/// Most proxies that a request may have come through.
const MAX_HOPS: usize = 16;

/// Machines that are believed when they say for whom they ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

/// A text names no machine or network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an IP address nor a network such as `10.0.0.0/8`")]
pub struct InvalidNetwork(pub String);

impl Default for TrustedProxies {
    /// This machine: proxies commonly run beside.
    fn default() -> Self {
        let loopback = [(IpAddr::from(Ipv4Addr::new(127, 0, 0, 0)), 8), (IpAddr::from(Ipv6Addr::LOCALHOST), 128)];
        Self(loopback.into_iter().map(|(address, bits)| Network { address, bits }).collect())
    }
}

impl TrustedProxies {
    /// The machines named, and no others.
    ///
    /// # Errors
    /// The first name that is none.
    pub fn named(names: &[String]) -> Result<Self, InvalidNetwork> {
        names.iter().map(|name| name.parse()).collect::<Result<_, _>>().map(Self)
    }

    /// The machines by the names that [`named`](Self::named) reads.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(|network| format!("{}/{}", network.address, network.bits)).collect()
    }

    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.has(address))
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let refused = || InvalidNetwork(text.to_owned());
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| refused())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| refused())?;
        if bits > most { Err(refused()) } else { Ok(Self { address, bits }) }
    }
}

impl Network {
    fn has(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (own.to_bits() ^ other.to_bits()).checked_shr(32 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (own.to_bits() ^ other.to_bits()).checked_shr(128 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// Who is connected; nobody in tests that ask without a connection.
fn peer(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<Peer>>().map(|ConnectInfo(Peer(address))| address.ip())
}

/// Whether what a request says of who asks is to be believed.
pub fn is_behind_trusted_proxy(extensions: &Extensions, trusted: &TrustedProxies) -> bool {
    peer(extensions).is_some_and(|peer| trusted.has(peer))
}

/// Who asks: the last address in `X-Forwarded-For` that is no trusted proxy, if a trusted proxy is connected.
pub fn client(extensions: &Extensions, headers: &HeaderMap, trusted: &TrustedProxies) -> Option<IpAddr> {
    let peer = peer(extensions)?;
    if !trusted.has(peer) {
        return Some(peer.to_canonical());
    }
    let forwarded = headers.get_all("x-forwarded-for").into_iter().filter_map(|value| value.to_str().ok());
    let named: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut client = peer;
    for name in named.into_iter().rev().take(MAX_HOPS) {
        let Ok(address) = name.parse::<IpAddr>() else { break };
        client = address;
        if !trusted.has(address) {
            break;
        }
    }
    Some(client.to_canonical())
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn asked(peer: &str, forwarded: &str) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(Peer(SocketAddr::new(peer.parse().unwrap(), 1))));
        let headers = [("x-forwarded-for".parse().unwrap(), forwarded.parse().unwrap())].into_iter().collect();
        client(&extensions, &headers, &TrustedProxies::default()).unwrap().to_string()
    }

    #[test]
    fn a_proxy_on_this_machine_is_believed_and_strangers_are_not() {
        assert_eq!(asked("127.0.0.1", "203.0.113.7"), "203.0.113.7");
        assert_eq!(asked("203.0.113.9", "203.0.113.7"), "203.0.113.9");
    }

    #[test]
    fn what_clients_claim_before_the_proxy_is_not_believed() {
        assert_eq!(asked("127.0.0.1", "10.1.1.1, 203.0.113.7, 127.0.0.1"), "203.0.113.7");
        assert_eq!(asked("127.0.0.1", "nonsense"), "127.0.0.1");
    }

    #[test]
    fn networks_have_the_machines_in_them() {
        let trusted = TrustedProxies::named(&["10.0.0.0/8".to_owned(), "fd00::/8".to_owned()]).unwrap();

        assert!(trusted.has("10.200.3.4".parse().unwrap()));
        assert!(trusted.has("::ffff:10.0.0.1".parse().unwrap()));
        assert!(trusted.has("fd12::1".parse().unwrap()));
        assert!(!trusted.has("11.0.0.1".parse().unwrap()));
        assert!(TrustedProxies::named(&["0.0.0.0/0".to_owned()]).unwrap().has("8.8.8.8".parse().unwrap()));
        assert_eq!(TrustedProxies::named(&["10.0.0.0/33".to_owned()]), Err(InvalidNetwork("10.0.0.0/33".to_owned())));
    }
}
