//! Settings: compiled-in defaults, then a file, then the command line and environment.
//!
//! One struct per subsystem. An unknown key or a value of the wrong type stops the start with a sentence that names it.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::webhook::address::Allowed;

/// Every key with meaning, unit and default; `shopbell config` prints it.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// All settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where and what to serve.
    pub server: ServerConfig,
    /// TCP and request limits.
    pub http: HttpConfig,
    /// How many requests per second.
    pub rates: RateConfig,
    /// Socket timing and bounds.
    pub socket: SocketConfig,
    /// Uploads.
    pub media: MediaConfig,
    /// Calls to the business's programs.
    pub webhooks: WebhookConfig,
    /// What is logged.
    pub log: LogConfig,
}

/// Where and what to serve.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Where to listen.
    #[serde(deserialize_with = "addr_of_text")]
    pub addr: SocketAddr,
    /// Folder for database and media.
    pub data: PathBuf,
    /// How visitors reach this server; empty for `http://` and `addr`.
    pub public_url: String,
    /// Serve the demonstration shop at `/`.
    pub demo: bool,
    /// Seconds given to open requests and sockets at the end.
    pub stop_within_s: u64,
}

/// TCP and request limits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Open TCP connections at once.
    pub connections_max: usize,
    /// Open TCP connections from one address; 0 for no limit.
    pub connections_per_address: usize,
    /// Seconds for the head of a request.
    pub head_within_s: u64,
    /// Seconds for a JSON body.
    pub body_within_s: u64,
    /// Take the client's address from `X-Forwarded-For`.
    pub trust_forwarded_for: bool,
}

/// Sustained rates and bursts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateConfig {
    /// Requests per second of one API key.
    pub app_per_s: u32,
    /// At once.
    pub app_burst: u32,
    /// Requests per second of one participant.
    pub participant_per_s: u32,
    /// At once.
    pub participant_burst: u32,
    /// KiB of messages per minute of one participant.
    pub participant_kib_per_minute: u32,
    /// Requests per second of one staff member.
    pub staff_per_s: u32,
    /// At once.
    pub staff_burst: u32,
    /// Requests per second without a valid credential from one address.
    pub address_per_s: u32,
    /// At once.
    pub address_burst: u32,
    /// Wrong attempts to sign in per minute from one address.
    pub sign_in_per_minute: u32,
    /// At once.
    pub sign_in_burst: u32,
    /// Wrong attempts to sign in per minute with one login.
    pub sign_in_login_per_minute: u32,
    /// At once.
    pub sign_in_login_burst: u32,
}

/// Socket timing and bounds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SocketConfig {
    /// Seconds until the first frame.
    pub hello_within_s: u64,
    /// Seconds of silence before a ping.
    pub ping_after_s: u64,
    /// Seconds of silence before the end.
    pub silent_after_s: u64,
    /// Seconds between looks that nothing asked for.
    pub look_again_s: u64,
    /// Sockets of one participant.
    pub per_participant: usize,
    /// Sockets of one staff member.
    pub per_staff: usize,
    /// Frames that wait for a slow reader.
    pub queue_frames: usize,
}

/// Calls to the business's programs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// Networks and addresses that may be called beside the public internet; `private` for all private ones.
    pub allow: Vec<String>,
    /// Seconds that an endpoint may take to answer.
    pub answer_within_s: u64,
}

/// Uploads.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaConfig {
    /// Largest upload.
    pub upload_max_bytes: u64,
    /// Seconds an upload may take.
    pub upload_within_s: u64,
    /// Seconds an upload may stand still.
    pub upload_idle_s: u64,
    /// Uploads at once.
    pub uploads_at_once: usize,
    /// Uploads at once of one visitor or staff member.
    pub uploads_per_caller: usize,
    /// MiB that one visitor may upload in a day.
    pub uploads_mib_per_day: u32,
    /// Hours for which a file is kept that no message names, and an upload with which nobody goes on.
    pub keep_unsent_h: u32,
}

/// What is logged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// As in `RUST_LOG`.
    pub filter: String,
}

/// What the command line and the environment say; `None` leaves the file's value.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--addr`
    pub addr: Option<SocketAddr>,
    /// `--data`
    pub data: Option<PathBuf>,
    /// `--public-url`
    pub public_url: Option<String>,
    /// `--demo`
    pub demo: Option<bool>,
    /// `--webhooks-allow`
    pub webhooks_allow: Option<Vec<String>>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the settings file {path}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not TOML, an unknown key, or a value of the wrong type.
    #[error("{origin}: {detail}\n  every key and its default: shopbell config")]
    Invalid {
        /// File or defaults.
        origin: String,
        /// What is wrong.
        detail: String,
    },
    /// A value is out of bounds.
    #[error("settings: {key} {rule}")]
    OutOfBounds {
        /// `section.key`
        key: &'static str,
        /// What it must be.
        rule: &'static str,
    },
}

impl Config {
    /// Defaults, the file if one is given, then the overrides.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and key.
    pub fn load(file: Option<&Path>, overrides: Overrides) -> Result<Self, ConfigError> {
        let given = match file {
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
                    path: path.to_owned(),
                    source,
                })?;
                Some((path.display().to_string(), text))
            }
            None => None,
        };
        let mut config = Self::parse(
            given
                .as_ref()
                .map(|(origin, text)| (origin.as_str(), text.as_str())),
        )?;
        config.server.addr = overrides.addr.unwrap_or(config.server.addr);
        config.server.data = overrides.data.unwrap_or(config.server.data);
        config.server.public_url = overrides.public_url.unwrap_or(config.server.public_url);
        config.server.demo = overrides.demo.unwrap_or(config.server.demo);
        config.webhooks.allow = overrides.webhooks_allow.unwrap_or(config.webhooks.allow);
        config.check()?;
        Ok(config)
    }

    /// The compiled-in defaults.
    ///
    /// # Errors
    /// Never in a released build: a test reads them.
    pub fn defaults() -> Result<Self, ConfigError> {
        Self::parse(None)
    }

    fn parse(file: Option<(&str, &str)>) -> Result<Self, ConfigError> {
        let mut table = read_table("config.default.toml", DEFAULTS)?;
        let mut origin = "config.default.toml".to_owned();
        if let Some((name, text)) = file {
            overlay(&mut table, read_table(name, text)?);
            name.clone_into(&mut origin);
        }
        serde_path_to_error::deserialize(toml::Value::Table(table)).map_err(|error| {
            let path = error.path().to_string();
            let detail = error.into_inner().to_string();
            ConfigError::Invalid {
                origin,
                detail: format!("{path}: {}", detail.trim()),
            }
        })
    }

    fn check(&self) -> Result<(), ConfigError> {
        let least_one: [(&'static str, u64); 23] = [
            ("webhooks.answer_within_s", self.webhooks.answer_within_s),
            ("http.connections_max", self.http.connections_max as u64),
            ("http.head_within_s", self.http.head_within_s),
            ("http.body_within_s", self.http.body_within_s),
            ("rates.app_per_s", self.rates.app_per_s.into()),
            ("rates.app_burst", self.rates.app_burst.into()),
            ("rates.participant_per_s", self.rates.participant_per_s.into()),
            ("rates.participant_burst", self.rates.participant_burst.into()),
            (
                "rates.participant_kib_per_minute",
                self.rates.participant_kib_per_minute.into(),
            ),
            ("rates.staff_per_s", self.rates.staff_per_s.into()),
            ("rates.staff_burst", self.rates.staff_burst.into()),
            ("rates.address_per_s", self.rates.address_per_s.into()),
            ("rates.address_burst", self.rates.address_burst.into()),
            ("rates.sign_in_per_minute", self.rates.sign_in_per_minute.into()),
            ("rates.sign_in_burst", self.rates.sign_in_burst.into()),
            (
                "rates.sign_in_login_per_minute",
                self.rates.sign_in_login_per_minute.into(),
            ),
            ("rates.sign_in_login_burst", self.rates.sign_in_login_burst.into()),
            ("socket.hello_within_s", self.socket.hello_within_s),
            ("socket.ping_after_s", self.socket.ping_after_s),
            ("socket.look_again_s", self.socket.look_again_s),
            ("socket.queue_frames", self.socket.queue_frames as u64),
            ("media.uploads_at_once", self.media.uploads_at_once as u64),
            ("media.uploads_mib_per_day", self.media.uploads_mib_per_day.into()),
        ];
        if let Some((key, _)) = least_one.into_iter().find(|(_, value)| *value == 0) {
            return Err(ConfigError::OutOfBounds {
                key,
                rule: "must be at least 1",
            });
        }
        if self.socket.silent_after_s <= self.socket.ping_after_s {
            let rule = "must be above socket.ping_after_s, or nobody could answer in time";
            return Err(ConfigError::OutOfBounds {
                key: "socket.silent_after_s",
                rule,
            });
        }
        if self.media.keep_unsent_h < 24 {
            let rule = "must be at least 24: what a visitor has uploaded in a day is counted by what is kept";
            return Err(ConfigError::OutOfBounds {
                key: "media.keep_unsent_h",
                rule,
            });
        }
        if self.media.upload_max_bytes > shopbell_protocol::limits::UPLOAD_MAX_BYTES {
            let rule = "must be at most 26214400, which is what pages check for";
            return Err(ConfigError::OutOfBounds {
                key: "media.upload_max_bytes",
                rule,
            });
        }
        if Allowed::read(&self.webhooks.allow).is_err() {
            let rule = "must be a list of networks like \"10.1.0.0/16\", addresses, or \"private\"";
            return Err(ConfigError::OutOfBounds {
                key: "webhooks.allow",
                rule,
            });
        }
        if !self.server.public_url.is_empty() && public_origin(&self.server.public_url).is_none() {
            let rule = "must be an http or https address without a path, like https://chat.example.com";
            return Err(ConfigError::OutOfBounds {
                key: "server.public_url",
                rule,
            });
        }
        Ok(())
    }

    /// How visitors reach this server: `https://chat.example.com`, without a slash at the end.
    pub fn public_origin(&self) -> String {
        public_origin(&self.server.public_url).unwrap_or_else(|| {
            let mut addr = self.server.addr;
            if addr.ip().is_unspecified() {
                addr.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
            }
            format!("http://{addr}")
        })
    }

    /// Time given to open requests and sockets at the end.
    pub fn stop_within(&self) -> Duration {
        Duration::from_secs(self.server.stop_within_s)
    }
}

/// `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`. Of a name's addresses the first of IPv4 is taken, because that is
/// what a proxy on the same machine is usually told; without one, the first.
///
/// # Errors
/// A sentence that says what to write instead.
pub fn parse_addr(text: &str) -> Result<SocketAddr, String> {
    if let Ok(addr) = text.parse() {
        return Ok(addr);
    }
    let (host, port) = text
        .rsplit_once(':')
        .ok_or("expected an address and a port, like 127.0.0.1:8080")?;
    if host.is_empty() {
        let every =
            format!("expected an address before the port, like 127.0.0.1:{port} for this machine alone");
        return Err(format!(
            "{every}, or 0.0.0.0:{port} for every address that it has"
        ));
    }
    if port.parse::<u16>().is_err() {
        return Err("expected a port from 0 to 65535 at the end, like 127.0.0.1:8080".to_owned());
    }
    let found: Vec<SocketAddr> = text
        .to_socket_addrs()
        .map_err(|error| {
            format!("the name {host} was not found ({error}); an address works too, like 127.0.0.1:{port}")
        })?
        .collect();
    let chosen = found.iter().find(|addr| addr.is_ipv4()).or_else(|| found.first());
    chosen
        .copied()
        .ok_or_else(|| format!("the name {host} has no address; write one, like 127.0.0.1:{port}"))
}

fn addr_of_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    parse_addr(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

fn public_origin(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    plain.then(|| url.origin().ascii_serialization())
}

fn read_table(origin: &str, text: &str) -> Result<toml::Table, ConfigError> {
    text.parse::<toml::Table>().map_err(|error| ConfigError::Invalid {
        origin: origin.to_owned(),
        detail: error.to_string().trim().to_owned(),
    })
}

fn overlay(base: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(value)) => overlay(inner, value),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Config::parse(Some(("mine.toml", text)))
            .and_then(|config| config.check().map(|()| config))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn the_compiled_in_defaults_are_valid() {
        let config = Config::defaults().unwrap();
        config.check().unwrap();
        assert_eq!(config.server.addr.to_string(), "127.0.0.1:8080");
        assert_eq!(config.public_origin(), "http://127.0.0.1:8080");
    }

    #[test]
    fn a_file_needs_only_what_differs() {
        let config = Config::parse(Some((
            "mine.toml",
            "[server]\npublic_url = \"https://chat.example.com/\"",
        )))
        .unwrap();
        config.check().unwrap();
        assert_eq!(config.public_origin(), "https://chat.example.com");
        assert_eq!(config.socket.ping_after_s, 5);
    }

    #[test]
    fn an_address_may_be_a_name_and_what_is_none_says_how_one_looks() {
        let addr = |text| parse_addr(text).map(|addr| addr.to_string());
        assert_eq!(addr("[::1]:80").as_deref(), Ok("[::1]:80"));
        assert_eq!(addr("localhost:8080").as_deref(), Ok("127.0.0.1:8080"));
        for wrong in [
            ":8080",
            "8080",
            "localhost",
            "localhost:http",
            "",
            "127.0.0.1:99999",
        ] {
            let said = addr(wrong).unwrap_err();
            assert!(said.contains("like 127.0.0.1:"), "{wrong}: {said}");
        }
        let config = Config::parse(Some(("mine.toml", "[server]\naddr = \"localhost:81\""))).unwrap();
        assert_eq!(config.server.addr.to_string(), "127.0.0.1:81");
        let said = refusal("[server]\naddr = \":81\"");
        assert!(
            said.contains("server.addr") && said.contains("127.0.0.1:81"),
            "{said}"
        );
    }

    #[test]
    fn an_unknown_key_or_a_wrong_type_stops_the_start_and_is_named() {
        assert!(refusal("[socket]\npign_after_s = 3").contains("pign_after_s"));
        assert!(refusal("[sockets]\nping_after_s = 3").contains("sockets"));
        let wrong = refusal("[socket]\nping_after_s = \"soon\"");
        assert!(
            wrong.contains("mine.toml") && wrong.contains("socket.ping_after_s"),
            "{wrong}"
        );
        assert!(refusal("[socket]\nping_after_s = 0").contains("socket.ping_after_s"));
        assert!(refusal("[server]\npublic_url = \"chat.example.com/x\"").contains("server.public_url"));
        assert!(refusal("[media]\nupload_max_bytes = 99999999").contains("media.upload_max_bytes"));
        assert!(refusal("[webhooks]\nallow = [\"all\"]").contains("webhooks.allow"));
        assert!(refusal("nonsense").contains("mine.toml"));
    }
}
