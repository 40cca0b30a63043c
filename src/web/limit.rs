//! How often one client may ask.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::client::client;
use super::{Problem, RateLimit, Served};

/// Clients remembered before those are forgotten that have not asked for a while.
const MAX_CLIENTS: usize = 50_000;

/// Counts the requests of each client.
pub struct Limiter {
    clients: Option<DefaultKeyedRateLimiter<IpAddr>>,
    clock: DefaultClock,
}

impl Limiter {
    pub fn new(limit: RateLimit) -> Self {
        let number = |number: usize| NonZeroU32::new(u32::try_from(number).unwrap_or(u32::MAX));
        let quota = number(limit.per_minute).and_then(|per_minute| {
            let quota = Quota::with_period(Duration::from_secs(60) / per_minute.get())?;
            Some(quota.allow_burst(number(limit.burst)?))
        });
        Self { clients: quota.map(RateLimiter::keyed), clock: DefaultClock::default() }
    }

    /// How long a client has to wait before it may ask again, if it has to.
    fn wait(&self, client: IpAddr) -> Option<Duration> {
        let clients = self.clients.as_ref()?;
        if clients.len() > MAX_CLIENTS {
            clients.retain_recent();
        }
        let refused = clients.check_key(&network(client)).err()?;
        Some(refused.wait_time_from(self.clock.now()))
    }
}

/// Whoever has an address of IPv6 has a whole network of them.
pub fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address => address,
    }
}

/// Lets a request pass, or tells its client to wait. This machine is not limited, unless it asks for others.
pub async fn admit(State(served): State<Served>, request: Request, next: Next) -> Response {
    let client = client(request.extensions(), request.headers(), &served.config().trusted_proxies);
    let wait = client.filter(|client| !client.is_loopback()).and_then(|client| served.limiter().wait(client));
    let Some(wait) = wait else { return next.run(request).await };
    let seconds = wait.as_secs() + 1;
    let detail = format!("you ask too often; ask again in {seconds} s");
    let mut response = Problem::new(StatusCode::TOO_MANY_REQUESTS, detail).into_response();
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    // Pages of other origins are to know that they have to wait, and for how long.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_asks_too_often_waits_and_others_do_not() {
        let limiter = Limiter::new(RateLimit { per_minute: 1, burst: 2 });
        let (one, other) = ("203.0.113.7".parse().unwrap(), "203.0.113.8".parse().unwrap());

        assert_eq!(limiter.wait(one), None);
        assert_eq!(limiter.wait(one), None);
        assert!(limiter.wait(one).is_some_and(|wait| wait > Duration::from_secs(30)));
        assert_eq!(limiter.wait(other), None);
    }

    #[test]
    fn addresses_of_one_network_are_one_client() {
        let limiter = Limiter::new(RateLimit { per_minute: 1, burst: 1 });

        assert_eq!(limiter.wait("2001:db8::1".parse().unwrap()), None);
        assert!(limiter.wait("2001:db8::2".parse().unwrap()).is_some());
        assert_eq!(limiter.wait("2001:db8:0:1::1".parse().unwrap()), None);
    }

    #[test]
    fn no_limit_is_no_limit() {
        let limiter = Limiter::new(RateLimit { per_minute: 0, burst: 1 });

        assert!((0..1_000).all(|_| limiter.wait("203.0.113.7".parse().unwrap()).is_none()));
    }
}
