//! The accept loop: connections with bounds and times, and an end that leaves nobody hanging.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::config::HttpConfig;
use crate::http::extract::client::{Held, Hold, PeerAddress, network};
use crate::http::places::{Place, Places};
use crate::http::state::AppState;

/// Header lines and their bytes that one request may have; a cookie jar or a token fits many times.
const HEAD_BYTES: usize = 32_768;

/// Serves until the app is told to stop, then lets what is open end, for as long as the settings say.
pub async fn serve(listener: TcpListener, state: AppState) {
    let config = &state.config().http;
    let router = crate::http::router(state.clone());
    let (stopping, tasks) = (state.stopping().clone(), state.tasks().clone());
    tasks.spawn(state.service().clone().relay_webhooks(stopping.clone()));
    let places = Places::default();
    let connections = Arc::new(Semaphore::new(config.connections_max));
    // Ends what has not ended by itself in time.
    let ending = CancellationToken::new();
    loop {
        let room = tokio::select! {
            room = Arc::clone(&connections).acquire_owned() => room,
            () = stopping.cancelled() => break,
        };
        let Ok(room) = room else { break };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    after_failure(&error).await;
                    continue;
                }
            },
            () = stopping.cancelled() => break,
        };
        let address = network(peer.ip());
        let Ok(place) = place(&places, address, config) else {
            tasks.spawn(refuse(stream));
            continue;
        };
        let connection = Connection {
            stream,
            address: peer.ip(),
            hold: Hold(Some(Arc::new(Held {
                _room: room,
                _place: place,
            }))),
            router: router.clone(),
            head_within: config.head_within_s,
        };
        let (stopping, ending) = (stopping.clone(), ending.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = connection.run(stopping) => {}
                () = ending.cancelled() => {}
            }
        });
    }
    drop(listener);
    tasks.close();
    if tokio::time::timeout(state.config().stop_within(), tasks.wait())
        .await
        .is_err()
    {
        tracing::warn!(
            connections = tasks.len(),
            "connections did not end in time and are cut"
        );
        ending.cancel();
    }
}

struct TooMany;

fn place(
    places: &Places<IpAddr>,
    address: IpAddr,
    config: &HttpConfig,
) -> Result<Option<Place<IpAddr>>, TooMany> {
    if config.connections_per_address == 0 || address.is_loopback() {
        return Ok(None);
    }
    places
        .take(address, config.connections_per_address)
        .map(Some)
        .ok_or(TooMany)
}

/// Too many connections from one address: said in the one shape of errors, without reading what was asked.
async fn refuse(stream: TcpStream) {
    use tokio::io::AsyncWriteExt as _;

    let body = shopbell_protocol::ErrorBody::application(
        shopbell_protocol::code::RESOURCE_EXHAUSTED,
        "Too many connections from one address",
    )
    .with_data("limit", "http.connections_per_address")
    .with_data("retryAfterMs", 5_000);
    let body = serde_json::to_string(&body).unwrap_or_default();
    let answer = format!(
        "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json; charset=utf-8\r\nRetry-After: 5\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = stream;
    let said = async {
        let _gone = stream.write_all(answer.as_bytes()).await;
        let _gone = stream.shutdown().await;
    };
    let _in_time_or_not = tokio::time::timeout(Duration::from_secs(2), said).await;
}

/// A failed accept is about one connection, or about the whole process having no room: then waiting is all that helps.
async fn after_failure(error: &io::Error) {
    let about_one = matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    );
    if !about_one {
        tracing::error!(%error, "cannot accept connections; raise the limit of open files (ulimit -n)");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

struct Connection {
    stream: TcpStream,
    address: IpAddr,
    hold: Hold,
    router: Router,
    head_within: u64,
}

impl Connection {
    async fn run(self, stopping: CancellationToken) {
        // Frames are small and each is awaited: waiting to fill a packet would only add latency.
        let _kept_default = self.stream.set_nodelay(true);
        let (address, hold) = (self.address, self.hold);
        let service = self.router.map_request(move |request: Request<Incoming>| {
            let mut request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(PeerAddress(address));
            request.extensions_mut().insert(hold.clone());
            request
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(self.head_within))
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(self.stream), TowerToHyperService::new(service))
            .with_upgrades();
        tokio::pin!(connection);
        let served = tokio::select! {
            served = &mut connection => served,
            () = stopping.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = served {
            tracing::trace!(%error, "a connection ended badly");
        }
    }
}
