//! The OpenAPI document against the running server: schemathesis, with `tests/api`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::running::Server;
use crate::tally::Tally;
use crate::{process, server, steps, workspace};

/// One caller sends thousands of requests as fast as it can: what is refused for being too fast is not looked at.
const SETTINGS: &str = "[rates]\nparticipant_per_s = 100000\nparticipant_burst = 100000\n\
                        participant_kib_per_minute = 1000000\nstaff_per_s = 100000\nstaff_burst = 100000\n\
                        app_per_s = 100000\napp_burst = 100000\n\
                        [media]\nuploads_mib_per_day = 100000\n";

/// Installs schemathesis, starts the release binary on a free port and holds its document against it.
pub(crate) fn run() -> Result<Tally> {
    let python = ensure_schemathesis()?;
    let server = Server::start("api", &server::build_binary()?, SETTINGS)?;
    let mut run = Command::new(python);
    run.arg(workspace::root().join("tests").join("api").join("run.py"));
    server.tell(&mut run);
    process::run(&mut run).map(|()| Tally::PASSED)
}

/// The python that has the packages of requirements.txt, once per user and version.
fn ensure_schemathesis() -> Result<PathBuf> {
    let list = workspace::root()
        .join("tests")
        .join("api")
        .join("requirements.txt");
    let wanted = fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let version = version(&wanted).context("requirements.txt names no schemathesis")?;
    let dir = workspace::tool_dir("schemathesis", version)?;
    let python = dir.join("bin").join("python");
    steps::step(&format!("schemathesis {version}"), || {
        if fs::read_to_string(dir.join("installed.txt")).is_ok_and(|found| found == wanted) {
            return Ok("there".to_owned());
        }
        if dir.exists() {
            fs::remove_dir_all(&dir).with_context(|| format!("cannot replace {}", dir.display()))?;
        }
        make_environment(&dir)?;
        process::output(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--requirement"])
                .arg(&list),
        )
        .context("cannot install schemathesis: is the Python package index reachable?")?;
        // Last, so that an installation that broke off is never taken for a whole one.
        fs::write(dir.join("installed.txt"), &wanted)?;
        Ok("installed".to_owned())
    })?;
    Ok(python)
}

fn make_environment(dir: &std::path::Path) -> Result<()> {
    let make = || process::output(Command::new("python3").args(["-m", "venv"]).arg(dir));
    if make().is_ok() {
        return Ok(());
    }
    if process::may_install_packages() {
        println!("  installing Debian's python3-venv");
        process::apt_install(&["python3", "python3-venv"])?;
    }
    match make() {
        Ok(_) => Ok(()),
        Err(error) => bail!(
            "cannot make a Python environment: {error:#}\n  mend it: sudo apt-get install python3 python3-venv (or your system's like)"
        ),
    }
}

fn version(requirements: &str) -> Option<&str> {
    requirements
        .lines()
        .find_map(|line| line.strip_prefix("schemathesis=="))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn the_version_that_is_wanted_is_read() {
        assert_eq!(
            version("requests==2.34.2\nschemathesis==4.32.5\n"),
            Some("4.32.5")
        );
        assert_eq!(version("hypothesis==6\n"), None);
    }
}
