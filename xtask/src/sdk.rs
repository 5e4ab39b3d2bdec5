//! The official packages of the Inbox API, as they are published, against the running server: `tests/sdk`.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tally::{self, Tally};
use crate::{process, server, steps, workspace};

/// The oldest node whose test runner prints counts that [`Tally`] reads.
const NODE_MAJOR: u32 = 18;
/// A server with an empty data folder takes this as its first key; nobody else ever reaches it.
const KEY: &str = "sdk-tests-0123456789abcdef0123456789abcdef";

/// Installs the packages, starts the release binary on a free port and runs the tests with node's own runner.
pub(crate) fn run() -> Result<Tally> {
    let tests = workspace::root().join("tests").join("sdk");
    ensure_node()?;
    ensure_packages(&tests)?;
    let server = Server::start(&server::build_binary()?)?;
    let mut node = Command::new("node");
    node.current_dir(&tests)
        .args(["--test", "--test-reporter=tap"])
        .env("SHOPBELL_URL", &server.url)
        .env("SHOPBELL_API_KEY", KEY);
    let tally = tally::run(&mut node)?;
    if tally == Tally::default() {
        bail!("no test of the SDK ran");
    }
    Ok(tally)
}

/// Node with npm: those on PATH, or Debian's where we may install.
fn ensure_node() -> Result<()> {
    steps::step("node and npm", || {
        let there = || process::find("node").is_some() && process::find("npm").is_some();
        if !there() && process::may_install_packages() {
            println!("  installing Debian's nodejs and npm");
            process::apt_install(&["nodejs", "npm"])?;
        }
        if !there() {
            bail!(
                "no node and npm on PATH\n  mend it: sudo apt-get install nodejs npm (or your system's like)"
            );
        }
        let version = process::output(Command::new("node").arg("--version"))?;
        let version = version.trim();
        if major(version).is_none_or(|major| major < NODE_MAJOR) {
            bail!(
                "node {version} is too old, {NODE_MAJOR} or younger is needed\n  mend it: install it from https://nodejs.org"
            );
        }
        Ok(version.to_owned())
    })
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The packages exactly as package-lock.json pins them, installed again only where it has changed.
fn ensure_packages(tests: &Path) -> Result<()> {
    steps::step("the official packages", || {
        let lock = tests.join("package-lock.json");
        let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
        let installed = tests.join("node_modules").join(".installed-lock");
        if fs::read(&installed).is_ok_and(|found| found == wanted) {
            return Ok("there".to_owned());
        }
        process::output(Command::new("npm").current_dir(tests).args([
            "ci",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]))
        .context("cannot install the packages of tests/sdk: is the npm registry reachable?")?;
        // Last, so that an installation that broke off is never taken for a whole one.
        fs::write(&installed, wanted).with_context(|| format!("cannot write {}", installed.display()))?;
        Ok("installed".to_owned())
    })
}

/// The release binary with a data folder of its own; both are gone when this is dropped.
struct Server {
    child: Child,
    data: PathBuf,
    url: String,
}

impl Server {
    fn start(binary: &Path) -> Result<Self> {
        let data = env::temp_dir().join(format!("shopbell-sdk-{}", std::process::id()));
        let mut command = Command::new(binary);
        // What the caller's shell configures for another server must not reach this one.
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SHOPBELL_")) {
            command.env_remove(name);
        }
        let child = command
            .args(["serve", "--addr", "127.0.0.1:0", "--data"])
            .arg(&data)
            // The tests receive its webhooks on this machine.
            .args(["--webhooks-allow", "127.0.0.0/8"])
            .env("SHOPBELL_API_KEY", KEY)
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
}

impl Drop for Server {
    fn drop(&mut self) {
        // Only its own process, and only its own folder; one that is gone already is as good.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
        let _gone = fs::remove_dir_all(&self.data);
    }
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20.1.0"), None);
        assert_eq!(major("vnext"), None);
    }
}
