//! The three engines that browsers are made of, and the programs that drive them.

use std::env;
use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

use serde_json::{Map, Value, json};

const CHROMIUM_FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
    "--lang=en-US",
];

/// What a browser is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, Chrome, Edge.
    #[default]
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari, and every browser on an iPhone.
    WebKit,
}

impl Display for Engine {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        })
    }
}

impl Engine {
    /// Whether this machine has it. `cargo xtask test` installs what is missing, and says so where it cannot.
    pub fn is_there(self) -> bool {
        match self {
            Self::Chromium => true,
            Self::Firefox => program("FIREFOX", "firefox-esr").is_file() && self.driver().is_file(),
            Self::WebKit => xvfb().is_file() && self.driver().is_file(),
        }
    }

    pub(crate) fn driver(self) -> PathBuf {
        match self {
            Self::Chromium => program("CHROMEDRIVER", "chromedriver"),
            Self::Firefox => program("GECKODRIVER", "geckodriver"),
            Self::WebKit => program("WEBKIT_DRIVER", "WebKitWebDriver"),
        }
    }

    pub(crate) fn driver_arguments(self, port: u16) -> Vec<String> {
        match self {
            Self::Chromium | Self::WebKit => vec![format!("--port={port}")],
            Self::Firefox => ["--port", &port.to_string(), "--log", "fatal"]
                .map(str::to_owned)
                .to_vec(),
        }
    }

    /// What a new session is asked for. `more` are flags of Chromium's.
    pub(crate) fn capabilities(self, more: Vec<String>) -> Value {
        match self {
            Self::Chromium => {
                let mut flags = CHROMIUM_FLAGS.map(str::to_owned).to_vec();
                flags.extend(more);
                let mut options = Map::from_iter([("args".to_owned(), json!(flags))]);
                if let Some(chromium) = env::var_os("CHROMIUM") {
                    options.insert("binary".to_owned(), json!(chromium.to_string_lossy()));
                }
                json!({"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}})
            }
            Self::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": {
                    "binary": program("FIREFOX", "firefox-esr").to_string_lossy(),
                    "args": ["-headless", "-width", "1280", "-height", "900"],
                    "prefs": {"intl.accept_languages": "en-US"},
                },
            }),
            Self::WebKit => json!({}),
        }
    }
}

/// A display, for the engine that has no headless form.
pub(crate) fn xvfb() -> PathBuf {
    program("XVFB", "Xvfb")
}

/// The program that a variable names, or that is on PATH; else a name that is no file.
fn program(variable: &str, name: &str) -> PathBuf {
    if let Some(named) = env::var_os(variable) {
        return PathBuf::from(named);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .unwrap_or_else(|| PathBuf::from(name))
}
