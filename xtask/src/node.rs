//! Node and the packages of a folder.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{process, steps};

/// The oldest node whose test runner prints counts that [`Tally`](crate::tally::Tally) reads.
const NODE_MAJOR: u32 = 18;

/// Node with npm: those on PATH, or Debian's where we may install.
pub(crate) fn ensure_node() -> Result<()> {
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
pub(crate) fn ensure_packages(folder: &Path) -> Result<()> {
    steps::step(&format!("packages of {}", folder.display()), || {
        let lock = folder.join("package-lock.json");
        let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
        let installed = folder.join("node_modules").join(".installed-lock");
        if fs::read(&installed).is_ok_and(|found| found == wanted) {
            return Ok("there".to_owned());
        }
        process::output(Command::new("npm").current_dir(folder).args([
            "ci",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]))
        .context("cannot install the packages: is the npm registry reachable?")?;
        // Last, so that an installation that broke off is never taken for a whole one.
        fs::write(&installed, wanted).with_context(|| format!("cannot write {}", installed.display()))?;
        Ok("installed".to_owned())
    })
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
