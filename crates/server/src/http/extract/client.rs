//! Where a request comes from: the address of the connection, or what a trusted proxy says.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use tokio::sync::OwnedSemaphorePermit;

use crate::http::error::ApiError;
use crate::http::places::Place;
use crate::http::state::AppState;

/// Address of the TCP connection; put into each request by the accept loop.
#[derive(Debug, Clone, Copy)]
pub struct PeerAddress(pub IpAddr);

/// What a TCP connection holds of the server's bounds; a socket takes it over when HTTP is done with the connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hold(
    #[expect(dead_code, reason = "held, not read: dropping it is what it is for")]
    pub(crate)  Option<Arc<Held>>,
);

/// Given back when the last holder is gone.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) _room: OwnedSemaphorePermit,
    pub(crate) _place: Option<Place<IpAddr>>,
}

impl<S: Sync> FromRequestParts<S> for Hold {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// Address of the client, for limits only; it is never logged or stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl ClientAddress {
    /// Of a request.
    pub(crate) fn of(parts: &Parts, trust_forwarded_for: bool) -> Self {
        let peer = parts
            .extensions
            .get::<PeerAddress>()
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0);
        let told = trust_forwarded_for.then(|| forwarded(&parts.headers)).flatten();
        Self(network(told.unwrap_or(peer)))
    }

    /// This machine: a reverse proxy, a test, the owner trying it out.
    pub(crate) fn is_local(self) -> bool {
        self.0.is_loopback()
    }
}

/// The last entry: the one that our own proxy wrote. What stands before it is the client's word.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()?
        .to_str()
        .ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// One customer holds a whole /64 of IPv6 addresses; counting single ones would count nothing.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None if v6.is_loopback() => address,
            None => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        },
    }
}

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Ok(Self::of(parts, state.config().http.trust_forwarded_for))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_entry_of_our_own_proxy_counts() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "203.0.113.9, 198.51.100.7".parse().unwrap());
        assert_eq!(forwarded(&headers), Some("198.51.100.7".parse().unwrap()));
        headers.append("x-forwarded-for", "nonsense".parse().unwrap());
        assert_eq!(forwarded(&headers), None);
    }

    #[test]
    fn ipv6_addresses_count_by_network() {
        let near = |text: &str| network(text.parse().unwrap());
        assert_eq!(near("2001:db8::1"), near("2001:db8::ffff"));
        assert_ne!(near("2001:db8:0:1::1"), near("2001:db8:0:2::1"));
        assert_eq!(near("::ffff:192.0.2.1"), near("192.0.2.1"));
        assert!(ClientAddress(near("::1")).is_local());
    }
}
