//! Reads the names that Chromium gives to what goes wrong on the network.

use crate::fetch::Fault;

/// What an error such as `net::ERR_CONNECTION_RESET` is here; `None` for those of a page that another takes the place
/// of. `status` is what the server answered, where it did.
pub fn fault(error: &str, status: Option<u16>) -> Option<Fault> {
    let name = error.trim_start_matches("net::").trim_start_matches("ERR_");
    let fault = match name {
        "" | "ABORTED" | "BLOCKED_BY_CLIENT" => return None,
        "HTTP_RESPONSE_CODE_FAILURE" => {
            Fault::Status { code: status.unwrap_or_default(), bot_check: None, retry_after: None }
        }
        "NAME_NOT_RESOLVED" => Fault::Name { is_temporary: false },
        "TIMED_OUT" | "CONNECTION_TIMED_OUT" => Fault::Network { code: "ETIMEDOUT" },
        "CONNECTION_RESET" | "CONNECTION_CLOSED" | "EMPTY_RESPONSE" => Fault::Network { code: "ECONNRESET" },
        "CONNECTION_REFUSED" | "SOCKS_CONNECTION_FAILED" | "SOCKS_CONNECTION_HOST_UNREACHABLE" => {
            Fault::Network { code: "ECONNREFUSED" }
        }
        "CONTENT_LENGTH_MISMATCH" | "INCOMPLETE_CHUNKED_ENCODING" => Fault::CutShort,
        "TOO_MANY_REDIRECTS" => Fault::Redirects,
        "UNSAFE_REDIRECT" | "DISALLOWED_URL_SCHEME" | "UNKNOWN_URL_SCHEME" => {
            Fault::Scheme { scheme: "forbidden".to_owned() }
        }
        "RESPONSE_HEADERS_TOO_BIG" => Fault::HeadTooLarge,
        other if other.starts_with("CERT_") || other.starts_with("SSL_") => {
            Fault::Certificate { reason: in_words(other) }
        }
        other => Fault::Protocol { reason: in_words(other) },
    };
    Some(fault)
}

fn in_words(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_network_become_faults() {
        assert_eq!(fault("net::ERR_EMPTY_RESPONSE", None), Some(Fault::Network { code: "ECONNRESET" }));
        assert_eq!(
            fault("net::ERR_CERT_DATE_INVALID", None),
            Some(Fault::Certificate { reason: "cert date invalid".to_owned() })
        );
        assert_eq!(fault("net::ERR_ABORTED", None), None);
    }
}
