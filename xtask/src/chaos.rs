//! `chaos`: faults against the release binary, with the product's own clients on both sides (`tests/chaos`).

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::tally::{self, Tally};
use crate::{pages, process, server, workspace};

/// At full size; arguments go to the program.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    pages::build()?;
    let mut chaos = program(arguments)?;
    Ok(if chaos.status()?.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Every mode, small and side by side, as counted checks.
pub(crate) fn short() -> Result<Tally> {
    tally::run(&mut program(&["--short".to_owned()])?)
}

fn program(arguments: &[String]) -> Result<Command> {
    let binary = server::build_binary()?;
    let mut chaos = Command::new(process::program(&workspace::root(), "shopbell-chaos")?);
    chaos.args(arguments).env("SHOPBELL_BINARY", binary);
    Ok(chaos)
}
