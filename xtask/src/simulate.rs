//! `simulate`: seeded runs of clients and server in one process (`tests/simulation`).

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::mutants;
use crate::process;
use crate::tally::{self, Tally};
use crate::workspace;

/// Seeds of `cargo xtask test`: always the same.
const FIXED_SEEDS: &str = "2000";

/// As many as are asked for.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    if arguments.iter().any(|argument| argument == "--mutants") {
        let all_caught = mutants::run()?.failed == 0;
        return Ok(if all_caught {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    // Many runs are worth a long build.
    let mut simulation = process::cargo();
    simulation.args(["run", "--quiet", "--release", "-p", "shopbell-simulation", "--"]);
    let status = simulation.args(arguments).status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The same seeds each time; each counts as a check.
pub(crate) fn fixed_seeds() -> Result<Tally> {
    let program = process::program(&workspace::root(), "shopbell-simulation")?;
    tally::run(Command::new(program).args(["--runs", FIXED_SEEDS]))
}
