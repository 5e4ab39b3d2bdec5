//! The examples, started as their page says, against the running server.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::running::Server;
use crate::tally::{self, Tally};
use crate::{node, process, server, workspace};

fn folder() -> PathBuf {
    workspace::root().join("examples").join("node")
}

/// What the journeys with a booking bot need: the bot in Rust, and the packages of the one in Node.
pub(crate) fn prepare() -> Result<()> {
    node::ensure_node()?;
    node::ensure_packages(&folder())?;
    // Without TLS, which would have to be compiled once more for it alone.
    process::run(process::cargo().args([
        "build",
        "-p",
        "shopbell-example-booking-bot",
        "--no-default-features",
    ]))
}

/// The examples in Node, with node's own runner.
pub(crate) fn run() -> Result<Tally> {
    node::ensure_node()?;
    node::ensure_packages(&folder())?;
    let server = Server::start("examples", &server::build_binary()?, "")?;
    let mut node = Command::new("node");
    node.current_dir(folder())
        .args(["--test", "--test-reporter=tap", "test/examples.test.mjs"]);
    server.tell(&mut node);
    let tally = tally::run(&mut node)?;
    if tally == Tally::default() {
        bail!("no test of the examples ran");
    }
    Ok(tally)
}
