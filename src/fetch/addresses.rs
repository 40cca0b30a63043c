//! Resolves host names, and keeps declared URLs from reaching into the operator's own network.
//!
//! Names are checked after they are resolved and by the resolver that the connection uses, so that a name
//! cannot point elsewhere between check and use.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// A host that resolved to an address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct PrivateTarget(pub String);

/// A host name that has no address.
#[derive(Debug, thiserror::Error)]
#[error("no address for this host name")]
pub struct UnknownHost {
    /// Whether the name service itself was out of reach, rather than the name unknown.
    pub is_temporary: bool,
}

/// Knows the addresses of host names.
#[async_trait]
pub trait Names: Send + Sync {
    async fn look_up(&self, name: &str) -> Result<Vec<SocketAddr>, UnknownHost>;

    /// Whether an address belongs to the public internet.
    fn is_public(&self, address: IpAddr) -> bool {
        is_public(address)
    }
}

/// The names that the system knows.
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn look_up(&self, name: &str) -> Result<Vec<SocketAddr>, UnknownHost> {
        look_up(name).await
    }
}

/// Resolves names for connections, and refuses private addresses unless they are allowed.
pub struct Resolver {
    pub names: Arc<dyn Names>,
    pub allow_private: bool,
    /// Hosts that are reached on the operator's own behalf, such as a proxy.
    pub trusted: Vec<String>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private || self.trusted.iter().any(|host| host == name.as_str());
        let names = Arc::clone(&self.names);
        Box::pin(async move {
            let found = names.look_up(name.as_str()).await?;
            if !allow_private && let Some(private) = found.iter().find(|address| !names.is_public(address.ip())) {
                return Err(PrivateTarget(format!("{} ({})", name.as_str(), private.ip())).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// The host of `url`, if it is known not to be on the public internet.
///
/// The connection's own resolver checks names too, but not those of proxies; and what goes through a proxy, it never
/// sees: then names have to be looked up here. One that does not resolve passes: behind a proxy it need not.
pub async fn private_target(names: &dyn Names, url: &Url, is_proxied: bool) -> Option<String> {
    match url.host()? {
        Host::Ipv4(address) => (!names.is_public(IpAddr::V4(address))).then(|| address.to_string()),
        Host::Ipv6(address) => (!names.is_public(IpAddr::V6(address))).then(|| address.to_string()),
        Host::Domain(name) if is_proxied || is_localhost(name) => {
            let found = names.look_up(name).await.ok()?;
            let private = found.iter().find(|address| !names.is_public(address.ip()))?;
            Some(format!("{name} ({})", private.ip()))
        }
        Host::Domain(_) => None,
    }
}

/// Whether a name means this machine (RFC 6761, section 6.3); few system resolvers know those below `localhost`.
fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// The addresses of a host name, through the system.
async fn look_up(name: &str) -> Result<Vec<SocketAddr>, UnknownHost> {
    if is_localhost(name) {
        return Ok(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))]);
    }
    let found = tokio::net::lookup_host((name, 0))
        .await
        .map_err(|error| UnknownHost { is_temporary: error.to_string().contains("Temporary failure") })?;
    Ok(found.collect())
}

/// Whether an address belongs to the public internet, by the IANA special-purpose address registries.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(inner) => is_public_v4(inner),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // shared address space, RFC 6598
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)); // benchmarking, RFC 2544
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_special = address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || first & 0xffc0 == 0xfec0 // site-local, RFC 3879
        || (first == 0x64 && second == 0xff9b) // local NAT64, RFC 8215
        || (first == 0x2001 && second == 0xdb8);
    !is_special
}

/// The IPv4 address inside a mapped, NAT64 or 6to4 one, which is where such an address leads.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, .., g, h] = address.segments();
    let from = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match (a, b) {
        (0x64, 0xff9b) if c == 0 && d == 0 => Some(from(g, h)),
        (0x2002, _) => Some(from(b, c)),
        _ => address.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_ones_own_network_are_not_public() {
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fec0::1",
            "64:ff9b:1::808:808",
        ];
        for address in private {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_refused() {
        let resolver = Resolver { names: Arc::new(SystemNames), allow_private: false, trusted: vec![] };

        let refused = resolver.resolve("acme.localhost".parse().unwrap()).await.err().unwrap();

        assert!(refused.is::<PrivateTarget>());
        assert_eq!(refused.to_string(), "acme.localhost (127.0.0.1)");
    }
}
