//! Leads a browser's connection through the operator's proxy (RFC 9110, section 9.3.6).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::fetch::proxies::{Named, Proxies, Way};
use crate::fetch::{Fault, http::system_code};

/// Largest head of a proxy's answer, in bytes.
const MAX_HEAD_BYTES: usize = 8 * 1024;

const HTTP_PORT: u16 = 80;

/// The proxy that connections to this host go through, if any.
pub fn way_to<'a>(proxies: &'a Proxies, host: &str, port: u16) -> Option<&'a Named> {
    proxies.to(if port == HTTP_PORT { "http" } else { "https" }, host)
}

/// Has the proxy connect to a host.
pub async fn connect(named: &Named, host: &str, port: u16) -> Result<TcpStream, Fault> {
    let way = named.way().ok_or_else(|| refused("its address is none"))?;
    if way.is_tls {
        return Err(refused("one that is itself spoken to over TLS cannot serve the browser"));
    }
    let unreachable = |error: std::io::Error| match system_code(error.kind()) {
        Some(code) => named.lost(code),
        None => named.lost(&error.to_string()),
    };
    let lost = |error: std::io::Error| match system_code(error.kind()) {
        Some(code) => refused(&format!("Network system error {code}")),
        None => refused(&error.to_string()),
    };
    let mut proxy = TcpStream::connect((way.host.as_str(), way.port)).await.map_err(unreachable)?;
    proxy.write_all(request(&way, host, port).as_bytes()).await.map_err(lost)?;
    let mut head = Vec::new();
    // Byte by byte: what follows the head is the server's, and must stay in the stream.
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == MAX_HEAD_BYTES {
            return Err(refused("its answer is too long"));
        }
        head.push(proxy.read_u8().await.map_err(lost)?);
    }
    let status = String::from_utf8_lossy(&head).split_whitespace().nth(1).unwrap_or_default().to_owned();
    if status.starts_with('2') { Ok(proxy) } else { Err(refused(&format!("it answered {status}"))) }
}

fn request(way: &Way, host: &str, port: u16) -> String {
    let target = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let authorization = way.credentials.as_ref().map(|(user, password)| {
        format!("Proxy-Authorization: Basic {}\r\n", BASE64_STANDARD.encode(format!("{user}:{password}")))
    });
    format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{}\r\n", authorization.unwrap_or_default())
}

fn refused(reason: &str) -> Fault {
    Fault::Proxy { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_to_the_proxy() {
        let way = Way::parse("http://ada:lovelace@proxy.example:3128").unwrap();

        let request = request(&way, "acme.example", 443);

        assert!(request.starts_with("CONNECT acme.example:443 HTTP/1.1\r\n"));
        assert!(request.contains("Proxy-Authorization: Basic YWRhOmxvdmVsYWNl\r\n"), "{request}");
    }
}
