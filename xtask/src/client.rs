//! The TypeScript client: its types are written from the server's own description, and its tests call the server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::running::Server;
use crate::tally::{self, Tally};
use crate::{node, process, server, steps, workspace};

fn folder() -> PathBuf {
    workspace::root().join("clients").join("typescript")
}

/// `client`: writes the types anew.
pub(crate) fn generate() -> Result<ExitCode> {
    let document = process::output(process::cargo().args([
        "run",
        "--quiet",
        "-p",
        "shopbell-server",
        "--bin",
        "shopbell",
        "openapi",
    ]))?;
    prepare()?;
    let written = types(&document)?;
    let place = folder().join("src").join("schema.ts");
    fs::write(&place, written).with_context(|| format!("cannot write {}", place.display()))?;
    println!("{}", place.display());
    Ok(ExitCode::SUCCESS)
}

/// Whether the types are those of the server as it is, and whether the package works against it.
pub(crate) fn test() -> Result<Tally> {
    let binary = server::build_binary()?;
    prepare()?;
    let mut tally = same_types(&binary)?;
    process::run(npm().args(["run", "--silent", "build"]))?;
    let server = Server::start("client", &binary, "")?;
    let mut node = Command::new("node");
    node.current_dir(folder())
        .args(["--test", "--test-reporter=tap", "test/client.test.mjs"]);
    server.tell(&mut node);
    let tests = tally::run(&mut node)?;
    if tests == Tally::default() {
        bail!("no test of the client ran");
    }
    tally.add(tests);
    Ok(tally)
}

fn prepare() -> Result<()> {
    node::ensure_node()?;
    node::ensure_packages(&folder())
}

fn same_types(binary: &Path) -> Result<Tally> {
    let mut same = false;
    steps::step("types of the client", || {
        let wanted = types(&process::output(Command::new(binary).arg("openapi"))?)?;
        let place = folder().join("src").join("schema.ts");
        let found = fs::read_to_string(&place).with_context(|| format!("cannot read {}", place.display()))?;
        same = found == wanted;
        Ok(if same {
            "as the server describes itself"
        } else {
            "not what the server's description says: cargo xtask client"
        }
        .to_owned())
    })?;
    Ok(if same { Tally::PASSED } else { Tally::FAILED })
}

/// What the generator makes of the document.
fn types(document: &str) -> Result<String> {
    let (from, to) = (folder().join("openapi.json"), folder().join("openapi.ts"));
    fs::write(&from, document).with_context(|| format!("cannot write {}", from.display()))?;
    process::output(npm().args(["run", "--silent", "generate"]))?;
    let text = fs::read_to_string(&to).with_context(|| format!("cannot read {}", to.display()))?;
    fs::remove_file(&from)?;
    fs::remove_file(&to)?;
    Ok(text)
}

fn npm() -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder());
    npm
}
