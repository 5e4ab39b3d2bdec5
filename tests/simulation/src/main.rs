//! Simulated runs: widgets, staff, a program and the real server with its real store, in one process on a seeded clock,
//! network and scheduler. `--runs N` runs seeds on all cores, `--seed S` replays one and prints its history.
//!
//! Reading order: `world` (everybody and the loop), `script` (what people do and what goes wrong), `check` (what has to
//! hold), `hub` (chance, time, network), `server`, `desk`, `disk`. Nothing here depends on anything but the seed.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::significant_drop_tightening,
    reason = "a run that cannot go on has nothing to handle; who starts one reads what it prints"
)]

mod check;
mod desk;
mod disk;
mod hub;
mod rng;
mod run;
mod script;
mod server;
mod totals;
mod world;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use totals::Totals;

/// Lines of a failed run's history that are printed.
const TAIL: usize = 60;

struct Wanted {
    from: u64,
    runs: u64,
    seed: Option<u64>,
    until_violation: bool,
}

fn main() -> ExitCode {
    let Some(wanted) = read(std::env::args().skip(1)) else {
        println!("usage: shopbell-simulation [--runs N] [--from SEED] [--seed SEED] [--until-violation]");
        return ExitCode::FAILURE;
    };
    match wanted.seed {
        Some(seed) => replay(seed),
        None => many(&wanted),
    }
}

fn read(arguments: impl Iterator<Item = String>) -> Option<Wanted> {
    let mut wanted = Wanted {
        from: 0,
        runs: 2_000,
        seed: None,
        until_violation: false,
    };
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => wanted.runs = arguments.next()?.parse().ok()?,
            "--from" => wanted.from = arguments.next()?.parse().ok()?,
            "--seed" => wanted.seed = Some(arguments.next()?.parse().ok()?),
            "--until-violation" => wanted.until_violation = true,
            _ => return None,
        }
    }
    Some(wanted)
}

/// Runs one seed twice: a run that cannot be repeated proves nothing.
fn replay(seed: u64) -> ExitCode {
    let first = run::run(seed, &run::beginning(), true);
    let second = run::run(seed, &run::beginning(), true);
    for line in &first.log {
        println!("{line}");
    }
    println!("seed {seed}, run hash {:016x}", first.hash);
    if first.hash != second.hash {
        println!("NOT REPEATABLE: the second time {:016x}", second.hash);
        let differs = first
            .log
            .iter()
            .zip(&second.log)
            .find(|(one, other)| one != other);
        println!("{differs:#?}");
        return ExitCode::FAILURE;
    }
    told(&first.totals);
    for violation in &first.violations {
        println!("violated: {violation}");
    }
    println!("{} violations", first.violations.len());
    if first.violations.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn many(wanted: &Wanted) -> ExitCode {
    let watch = stopwatch();
    let next = AtomicU64::new(wanted.from);
    let until = wanted.from.saturating_add(wanted.runs);
    let stop = AtomicBool::new(false);
    let done = Mutex::new((0_u64, Totals::default(), Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let beginning = run::beginning();
                while !stop.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= until {
                        break;
                    }
                    let outcome = run::run(seed, &beginning, false);
                    let mut done = done.lock().expect("the other threads live");
                    done.0 += 1;
                    done.1.add(&outcome.totals);
                    if !outcome.violations.is_empty() {
                        done.2.push((seed, outcome.violations));
                        stop.fetch_or(wanted.until_violation, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let seconds = watch.elapsed().as_secs_f64();
    let (runs, totals, mut violated) = done.into_inner().expect("the other threads live");
    violated.sort_by_key(|(seed, _)| *seed);
    told(&totals);
    for (seed, violations) in violated.iter().take(20) {
        for violation in violations.iter().take(3) {
            println!("seed {seed}: {}", violation.chars().take(600).collect::<String>());
        }
    }
    if let (Some((seed, _)), false) = (violated.first(), wanted.until_violation) {
        let log = run::run(*seed, &run::beginning(), true).log;
        println!("the end of seed {seed}; all of it: cargo xtask simulate --seed {seed}");
        for line in log.iter().skip(log.len().saturating_sub(TAIL)) {
            println!("  {line}");
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = runs as f64 / seconds.max(0.001);
    println!(
        "{runs} runs (seeds {} to {}) on {threads} cores in {seconds:.1} s: {rate:.0} runs/s",
        wanted.from,
        until.saturating_sub(1)
    );
    println!(
        "test result: {} passed; {} failed; simulated runs",
        runs - violated.len() as u64,
        violated.len()
    );
    if violated.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn told(totals: &Totals) {
    for (words, count) in totals.lines() {
        println!("{count:>12}  {words}");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time that the runs really took, for people to read"
)]
fn stopwatch() -> std::time::Instant {
    std::time::Instant::now()
}
