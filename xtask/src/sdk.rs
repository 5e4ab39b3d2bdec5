//! The official packages of the Inbox API, as they are published, against the running server: `tests/sdk`.

use std::process::Command;

use anyhow::{Result, bail};

use crate::running::Server;
use crate::tally::{self, Tally};
use crate::{node, server, workspace};

/// Installs the packages, starts the release binary on a free port and runs the tests with node's own runner.
pub(crate) fn run() -> Result<Tally> {
    let tests = workspace::root().join("tests").join("sdk");
    node::ensure_node()?;
    node::ensure_packages(&tests)?;
    let server = Server::start("sdk", &server::build_binary()?, "")?;
    let mut node = Command::new("node");
    node.current_dir(&tests).args(["--test", "--test-reporter=tap"]);
    server.tell(&mut node);
    let tally = tally::run(&mut node)?;
    if tally == Tally::default() {
        bail!("no test of the SDK ran");
    }
    Ok(tally)
}
