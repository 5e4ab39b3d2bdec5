//! The release binary at work, for suites whose programs call it from outside.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A server with an empty data folder takes these as its first key and password; nobody else ever reaches it.
const KEY: &str = "tests-0123456789abcdef0123456789abcdef";
const PASSWORD: &str = "only-for-a-test";

/// The release binary with a data folder of its own; both are gone when this is dropped.
pub(crate) struct Server {
    child: Child,
    data: PathBuf,
    url: String,
}

impl Server {
    /// Starts it on a free port. `name` tells its folder from that of another suite; `settings` is its configuration.
    pub(crate) fn start(name: &str, binary: &Path, settings: &str) -> Result<Self> {
        let data = env::temp_dir().join(format!("shopbell-{name}-{}", std::process::id()));
        fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;
        let config = data.join("settings.toml");
        fs::write(&config, settings).with_context(|| format!("cannot write {}", config.display()))?;
        let mut command = Command::new(binary);
        // What the caller's shell configures for another server must not reach this one.
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SHOPBELL_")) {
            command.env_remove(name);
        }
        let child = command
            .args(["serve", "--addr", "127.0.0.1:0", "--data"])
            .arg(&data)
            .arg("--config")
            .arg(&config)
            // The tests receive its webhooks on this machine.
            .args(["--webhooks-allow", "127.0.0.0/8"])
            .env("SHOPBELL_API_KEY", KEY)
            .env("SHOPBELL_OWNER_PASSWORD", PASSWORD)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let mut server = Self {
            child,
            data,
            url: String::new(),
        };
        let output = server.child.stdout.as_mut();
        for line in BufReader::new(output.context("the server has no standard output")?).lines() {
            if let Some(url) = line?.strip_prefix("ready ") {
                url.trim().clone_into(&mut server.url);
                return Ok(server);
            }
        }
        bail!("the server ended before it was ready ({})", server.child.wait()?);
    }

    /// Tells a program where the server is and who may call it.
    pub(crate) fn tell(&self, program: &mut Command) {
        program
            .env("SHOPBELL_URL", &self.url)
            .env("SHOPBELL_API_KEY", KEY)
            .env("SHOPBELL_OWNER_PASSWORD", PASSWORD);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Only its own process, and only its own folder; one that is gone already is as good.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
        let _gone = fs::remove_dir_all(&self.data);
    }
}
