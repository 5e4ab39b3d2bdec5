//! The project's tasks, run as `cargo xtask TASK`.
//!
//! One module per thing a task needs: `tools` installs what is missing, `pages` builds what browsers load, `server`
//! builds and starts the binary, `suites` runs every check (`sdk`, `client`, `api` and `examples` with a server of their own, `running`), `size` weighs the pages. `steps` prints progress, `process`
//! starts programs. Nothing here knows the product; it only knows how to build it.

mod api;
mod bench;
mod chaos;
mod client;
mod compress;
mod examples;
mod files;
mod finish;
mod html;
mod imports;
mod mutants;
mod node;
mod order;
mod pages;
mod process;
mod running;
mod sdk;
mod server;
mod simulate;
mod size;
mod steps;
mod suites;
mod tally;
mod tools;
mod wasm;
mod widget;
mod words;
mod workspace;

use std::env;
use std::process::ExitCode;

use anyhow::Result;

const USAGE: &str = "\
usage: cargo xtask TASK

  serve [SERVER OPTIONS]  install what is missing, build everything, start the demo on http://127.0.0.1:8080
  test                    install what is missing (browser included), run every check, print one count
  check                   formatting, clippy and native tests: the fast inner loop, no browser
  chaos [MODE …] [--help]  kill -9, broken networks, SIGSTOP, a full disk against the release binary, at full size
  simulate [--runs N] [--from SEED] [--seed SEED] [--mutants]
                          widgets, staff and the server on a seeded clock and network, in one process; with
                          --mutants: whether it finds bugs that are planted
  bench [--quick] [--help] what the release binary takes next to what the disk takes
  client                  writes the types of the TypeScript client anew from the server's description
  build                   both pages and target/release/shopbell
  size                    what the pages weigh: raw, gzip and brotli per file, against the budgets
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let (task, rest) = match arguments {
        [] => ("help", &[][..]),
        [task, rest @ ..] => (task.as_str(), rest),
    };
    match task {
        "serve" => server::serve(rest),
        "test" => Ok(suites::test()),
        "check" => Ok(suites::check()),
        "client" => client::generate(),
        "bench" => bench::run(rest),
        "chaos" => chaos::run(rest),
        "simulate" => simulate::run(rest),
        "build" => server::build().map(|_binary| ExitCode::SUCCESS),
        "size" => size::run(),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        unknown => anyhow::bail!("there is no task `{unknown}`\n\n{USAGE}"),
    }
}
