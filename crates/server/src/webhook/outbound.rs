//! One request to an endpoint: resolved, judged, and sent to exactly the address that was judged.

use std::convert::Infallible;
use std::fmt::Debug;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONNECTION, HOST, RETRY_AFTER, USER_AGENT};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::address::{Allowed, is_public};

/// Longest address of an endpoint.
pub const URL_MAX: usize = 2_000;
/// Of a name's addresses so many are tried.
const ADDRESSES_MAX: usize = 3;
/// Bytes of an answer's head; its body is not read.
const HEAD_BYTES: usize = 16_384;

/// Turns a name into addresses.
#[async_trait]
pub trait Resolve: Debug + Send + Sync {
    /// Every address of `host`.
    ///
    /// # Errors
    /// There is none, or nobody to ask.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// As the system does.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((host, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// Why an address is not called. Reads well after the field's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not an address at all.
    #[error("must be an address like https://shop.example.com/hooks of at most {URL_MAX} characters")]
    NotAnAddress,
    /// Not `http` or `https`.
    #[error("must begin with https://")]
    Scheme,
    /// `http` out of the operator's own networks: messages would travel in clear.
    #[error("must begin with https://, as messages of customers travel to it")]
    Clear,
    /// Name or password in it.
    #[error("must not contain a name or password")]
    Credentials,
    /// A port of something that is no program's.
    #[error("has the port {0}, expected 80, 443 or one from 1024 on")]
    Port(u16),
    /// The name has no address.
    #[error("names {0}, which was not found")]
    Unknown(String),
    /// Every address is outside of the public internet.
    #[error(
        "leads to {0}, which is not in the public internet; the operator can allow it with the setting webhooks.allow"
    )]
    NotPublic(IpAddr),
}

/// Why there is no status.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Not called at all.
    #[error("not called: the address {0}")]
    Refused(#[from] Refused),
    /// No connection.
    #[error("no connection: {0}")]
    Connect(String),
    /// No TLS.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// Not an HTTP answer.
    #[error("no answer in HTTP: {0}")]
    Answer(String),
    /// Too late.
    #[error("no answer within {} s", .0.as_secs())]
    Late(Duration),
}

/// What an endpoint answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// When it wants to be asked again.
    pub retry_after: Option<Duration>,
}

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Post {
    /// Where to.
    pub url: String,
    /// Beside those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// What.
    pub body: String,
}

/// Calls endpoints. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbound {
    allowed: Allowed,
    resolver: Arc<dyn Resolve>,
    answer_within: Duration,
    /// Made with the first secure connection: most servers never need one.
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl Default for Outbound {
    fn default() -> Self {
        Self::new(
            Allowed::default(),
            Arc::new(SystemResolver),
            Duration::from_secs(10),
        )
    }
}

/// An address that was judged.
struct Target {
    host: Host<String>,
    secure: bool,
    addresses: Vec<SocketAddr>,
    /// As in the header `Host`.
    authority: String,
    path: String,
}

impl Outbound {
    /// A caller that may reach the public internet and what is `allowed`.
    pub fn new(allowed: Allowed, resolver: Arc<dyn Resolve>, answer_within: Duration) -> Self {
        Self {
            allowed,
            resolver,
            answer_within,
            tls: Arc::default(),
        }
    }

    /// Whether an address could be called now.
    ///
    /// # Errors
    /// [`Refused`] says why not.
    pub async fn check(&self, url: &str) -> Result<(), Refused> {
        self.target(url).await.map(drop)
    }

    /// Sends a request and reads the head of the answer. Follows no redirect.
    ///
    /// # Errors
    /// [`Failed`], for the log of attempts.
    pub async fn post(&self, post: Post) -> Result<Answered, Failed> {
        tokio::time::timeout(self.answer_within, self.send(post))
            .await
            .unwrap_or(Err(Failed::Late(self.answer_within)))
    }

    async fn send(&self, post: Post) -> Result<Answered, Failed> {
        let target = self.target(&post.url).await?;
        let stream = connect(&target.addresses).await?;
        if !target.secure {
            return exchange(stream, &target, post).await;
        }
        let name = match &target.host {
            Host::Domain(name) => {
                ServerName::try_from(name.clone()).map_err(|error| Failed::Tls(error.to_string()))?
            }
            Host::Ipv4(address) => ServerName::from(IpAddr::V4(*address)),
            Host::Ipv6(address) => ServerName::from(IpAddr::V6(*address)),
        };
        let stream = TlsConnector::from(self.tls()?)
            .connect(name, stream)
            .await
            .map_err(|error| Failed::Tls(error.to_string()))?;
        exchange(stream, &target, post).await
    }

    /// The one place where a name becomes an address: what is returned is what is connected to.
    async fn target(&self, text: &str) -> Result<Target, Refused> {
        let url = read(text)?;
        let host = url.host().ok_or(Refused::NotAnAddress)?.to_owned();
        let port = url.port_or_known_default().ok_or(Refused::NotAnAddress)?;
        let found = match &host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => self.resolver.resolve(name).await.unwrap_or_default(),
        };
        let Some(first) = found.first().copied() else {
            return Err(Refused::Unknown(host.to_string()));
        };
        let secure = url.scheme() == "https";
        let good: Vec<IpAddr> = found
            .into_iter()
            .filter(|address| self.allowed.contains(*address) || is_public(*address))
            .take(ADDRESSES_MAX)
            .collect();
        if good.is_empty() {
            return Err(Refused::NotPublic(first));
        }
        if !secure && !good.iter().all(|address| self.allowed.contains(*address)) {
            return Err(Refused::Clear);
        }
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        Ok(Target {
            secure,
            addresses: good
                .into_iter()
                .map(|address| SocketAddr::new(address, port))
                .collect(),
            authority,
            path,
            host,
        })
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, Failed> {
        if let Some(config) = self.tls.get() {
            return Ok(Arc::clone(config));
        }
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Failed::Tls(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::clone(self.tls.get_or_init(|| Arc::new(config))))
    }
}

/// The address, if its form is good. `url` writes every spelling of an IPv4 address (decimal, octal, hexadecimal, short)
/// in the usual one, so none of them is a name.
fn read(text: &str) -> Result<Url, Refused> {
    if text.chars().count() > URL_MAX {
        return Err(Refused::NotAnAddress);
    }
    let url = Url::parse(text).map_err(|_| Refused::NotAnAddress)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refused::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::Credentials);
    }
    match url.port() {
        Some(port) if port < 1024 && !matches!(port, 80 | 443) => Err(Refused::Port(port)),
        Some(_) | None => Ok(url),
    }
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Failed> {
    let mut failed = Failed::Connect("no address".to_owned());
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = Failed::Connect(error.kind().to_string()),
        }
    }
    Err(failed)
}

async fn exchange<S>(stream: S, target: &Target, post: Post) -> Result<Answered, Failed>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let broken = |error: hyper::Error| Failed::Answer(error.to_string());
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(HEAD_BYTES)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    let mut request = Request::post(&target.path)
        .header(HOST, &target.authority)
        .header(USER_AGENT, concat!("Shopbell/", env!("CARGO_PKG_VERSION")))
        .header(CONNECTION, "close");
    for (name, value) in post.headers {
        request = request.header(name, value);
    }
    let request = request
        .body(Full::new(Bytes::from(post.body)))
        .map_err(|error| Failed::Answer(error.to_string()))?;
    // The connection lives as long as this call: whatever the body of the answer is, nobody reads it. Where it ends
    // without an answer, the sender is told why.
    let driven = async {
        let _told_to_the_sender = connection.await;
        std::future::pending::<Infallible>().await
    };
    let answer = tokio::select! {
        answer = sender.send_request(request) => answer.map_err(broken)?,
        never = driven => match never {},
    };
    Ok(Answered {
        status: answer.status().as_u16(),
        retry_after: retry_after(answer.status(), answer.headers()),
    })
}

/// Seconds; the form with a date is left to the usual schedule.
fn retry_after(status: StatusCode, headers: &hyper::HeaderMap) -> Option<Duration> {
    if status.is_success() {
        return None;
    }
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use rustls::ServerConfig;
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// Made for these tests, for the name `hooks.example.com`, and trusted by nobody else.
    const CERTIFICATE: &[u8] = include_bytes!("../../tests/tls/certificate.pem");
    const KEY: &[u8] = include_bytes!("../../tests/tls/key.pem");

    #[derive(Debug)]
    struct Here;

    #[async_trait]
    impl Resolve for Here {
        async fn resolve(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
            Ok(vec![IpAddr::from([127, 0, 0, 1])])
        }
    }

    fn outbound() -> Outbound {
        let allowed = Allowed::read(&["127.0.0.1".to_owned()]).unwrap();
        Outbound::new(allowed, Arc::new(Here), Duration::from_secs(10))
    }

    fn trusting_the_test() -> Outbound {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(CERTIFICATE).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let outbound = outbound();
        outbound.tls.set(Arc::new(config)).unwrap();
        outbound
    }

    /// Accepts everything over TLS; its port.
    async fn secure_server() -> u16 {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()],
                PrivateKeyDer::from_pem_slice(KEY).unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let _read = stream.read(&mut [0; 4096]).await;
                    let _gone = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
                }
            }
        });
        port
    }

    async fn post(outbound: &Outbound, url: String) -> Result<Answered, Failed> {
        let post = Post {
            url,
            headers: Vec::new(),
            body: "{}".to_owned(),
        };
        outbound.post(post).await
    }

    #[tokio::test]
    async fn a_secure_endpoint_is_called_if_its_certificate_is_good_for_its_name() {
        let port = secure_server().await;
        let good = format!("https://hooks.example.com:{port}/");
        assert_eq!(
            post(&trusting_the_test(), good.clone()).await.unwrap().status,
            204
        );
        let wrong_name = format!("https://shop.example.com:{port}/");
        for (outbound, url) in [(trusting_the_test(), wrong_name), (outbound(), good)] {
            let refused = post(&outbound, url).await;
            assert!(matches!(refused, Err(Failed::Tls(_))), "{refused:?}");
        }
    }
}
