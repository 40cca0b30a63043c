//! Brings an address below the base to the form in which routes are written: as clients of Open Terms Archive's
//! engine know it, names of routes have no case, and a slash may follow.

use std::str::FromStr;

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// A request for the same thing by its canonical address.
pub fn request(mut request: Request, base: &str) -> Request {
    if let Some(path) = canonical(request.uri().path(), base) {
        let query = request.uri().query().map_or(String::new(), |query| format!("?{query}"));
        let mut parts = request.uri().clone().into_parts();
        if let Ok(path_and_query) = PathAndQuery::from_str(&(path + &query)) {
            parts.path_and_query = Some(path_and_query);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
    }
    request
}

/// The canonical form of a path below `base`, where it is another.
fn canonical(path: &str, base: &str) -> Option<String> {
    let (head, rest) = path.split_at_checked(base.len())?;
    if !head.eq_ignore_ascii_case(base) || !(rest.is_empty() || rest.starts_with('/')) {
        return None;
    }
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let Some(rest) = rest.strip_prefix('/') else { return Some(base.to_owned()) };
    let (name, names) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Some(format!("{base}/{}{names}", name.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_of_routes_and_a_final_slash_do_not_matter() {
        for (path, expected) in [
            ("/v1", "/v1"),
            ("/v1/", "/v1"),
            ("/V1/SERVICES", "/v1/services"),
            ("/v1/Service/Acme/", "/v1/service/Acme"),
            ("/v1//services", "/v1//services"),
            ("/v1/feed/Acme//", "/v1/feed/Acme/"),
        ] {
            assert_eq!(canonical(path, "/v1").as_deref(), Some(expected), "{path}");
        }
    }

    #[test]
    fn other_addresses_stay_as_they_are() {
        for path in ["/", "/v", "/v10/services", "/services/", "/é1/"] {
            assert_eq!(canonical(path, "/v1"), None, "{path}");
        }
    }
}
