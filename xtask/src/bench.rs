//! `bench`: what the release binary takes, next to what the disk takes (`bench/`).

use std::process::ExitCode;

use anyhow::Result;

use crate::{pages, process, server};

/// Builds what is measured, and measures; arguments go to the program.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    pages::build()?;
    let binary = server::build_binary()?;
    let mut bench = process::cargo();
    bench
        .args(["run", "--quiet", "--release", "-p", "shopbell-bench", "--"])
        .args(arguments)
        .env("SHOPBELL_BINARY", binary);
    Ok(if bench.status()?.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
