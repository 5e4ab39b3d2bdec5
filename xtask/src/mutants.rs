//! A test of the tests: bugs planted one at a time into a copy of the sources, each of which the simulation has to find.
//!
//! The copy lies in `target/mutants`; its own crates are built there into the same target folder, so that a mutant costs
//! only the crates that it changes. Nothing of a mutant is ever in the sources themselves.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::process;
use crate::steps::Stopwatch;
use crate::tally::Tally;
use crate::workspace;

/// A mutant that outlives this many seeds is a gap in the invariants.
const SEEDS: &str = "2000";

/// What no build of the simulation needs.
const LEFT_OUT: [&str; 5] = [".git", "target", "dist", "data", "node_modules"];

/// A planted bug: `find` stands exactly once in `file`.
struct Mutant {
    name: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
}

const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "acknowledged whatever became of the commit",
        file: "crates/server/src/store/sqlite/writer.rs",
        find: "Settled { group, outcome }",
        replace: "Settled { group, outcome: Ok(()) }",
    },
    Mutant {
        name: "a repeated send is not recognised",
        file: "crates/server/src/store/sqlite/append.rs",
        find: "let Some((sequence, digest)) = stored else {",
        replace: "let Some((sequence, digest)) = stored.filter(|_| false) else {",
    },
    Mutant {
        name: "a repeated send is looked for among everybody's",
        file: "crates/server/src/store/sqlite/append.rs",
        find: "WHERE conversation = ?1 AND client_scope = ?2 AND client_id = ?3",
        replace: "WHERE ?1 > 0 AND client_scope = ?2 AND client_id = ?3",
    },
    Mutant {
        name: "the precondition of an answer is ignored",
        file: "crates/server/src/store/sqlite/append.rs",
        find: "if !missed.is_empty() {",
        replace: "if missed.len() > 100_000 {",
    },
    Mutant {
        name: "a press is stored without its event",
        file: "crates/server/src/store/sqlite/press.rs",
        find: "    events::insert(db, found, &press.event_id, &body, press.now_micros)",
        replace: "    let _unwritten = (body, events::insert);\n    Ok(())",
    },
    Mutant {
        name: "resuming is off by one",
        file: "crates/server/src/store/sqlite/history.rs",
        find: "m.sequence > ?2{filter} ORDER BY m.sequence LIMIT",
        replace: "m.sequence > ?2 + 1{filter} ORDER BY m.sequence LIMIT",
    },
    Mutant {
        name: "hidden messages are not filtered",
        file: "crates/server/src/store/sqlite/history.rs",
        find: "Audience::Participant => \" AND m.visible = 1\",",
        replace: "Audience::Participant => \"\",",
    },
    Mutant {
        name: "once per group is once per button",
        file: "crates/server/src/store/button.rs",
        find: "PostbackUse::OncePerGroup => !presses.is_empty(),",
        replace: "PostbackUse::OncePerGroup => presses.iter().any(|press| press.button_id == id),",
    },
    Mutant {
        name: "previousSequence is ignored",
        file: "crates/sync/src/resume.rs",
        find: "Some(cursor) if !self.resyncing && (sequence <= cursor || previous <= cursor) => {",
        replace: "Some(cursor) if !self.resyncing => {",
    },
    Mutant {
        name: "a page of a refill is taken for all of it",
        file: "crates/sync/src/resume.rs",
        find: "self.cursor = Some(reached);",
        replace: "self.cursor = Some(reached.max(last_sequence));",
    },
    Mutant {
        name: "an unanswered send is never sent again",
        file: "crates/sync/src/outbox.rs",
        find: "State::Sent(at) => now_ms >= at.saturating_add(ANSWER_MS),",
        replace: "State::Sent(_) => false,",
    },
    Mutant {
        name: "the outbox loses its order",
        file: "crates/sync/src/outbox.rs",
        find: "self.entries.push_back(Entry {",
        replace: "self.entries.push_front(Entry {",
    },
    Mutant {
        name: "an acknowledgement makes a second row",
        file: "crates/sync/src/timeline.rs",
        find: "if let Some(from) = self.waiting_place(message.shown().client_id.as_ref()) {",
        replace: "if let Some(from) = self\n.waiting_place(message.shown().client_id.as_ref())\n.filter(|_| false) {",
    },
];

/// Plants each, and counts those that were found.
pub(crate) fn run() -> Result<Tally> {
    let copy = workspace::root().join("target/mutants");
    bring(&workspace::root(), &copy)?;
    let mut tally = Tally::default();
    let mut lines = Vec::new();
    for mutant in MUTANTS {
        let watch = Stopwatch::start();
        let found = try_out(mutant, &copy);
        let (passed, outcome) = match found {
            Ok(outcome) => (true, outcome),
            Err(error) => (false, format!("NOT CAUGHT: {error:#}")),
        };
        tally.add(if passed { Tally::PASSED } else { Tally::FAILED });
        let line = format!("{:<50} {outcome} ({})", mutant.name, watch.shown());
        println!("{line}");
        lines.push(line);
    }
    println!("mutants: {} of {} caught", tally.passed, lines.len());
    Ok(tally)
}

/// How it was caught.
fn try_out(mutant: &Mutant, copy: &Path) -> Result<String> {
    let path = copy.join(mutant.file);
    let sound = fs::read_to_string(&path).with_context(|| format!("cannot read {}", mutant.file))?;
    let places = sound.matches(mutant.find).count();
    ensure!(
        places == 1,
        "{} holds {:?} {places} times; the table of mutants is out of date",
        mutant.file,
        mutant.find
    );
    fs::write(&path, sound.replace(mutant.find, mutant.replace))?;
    let outcome = simulate(copy);
    fs::write(&path, sound)?;
    outcome
}

fn simulate(copy: &Path) -> Result<String> {
    let program = process::program(copy, "shopbell-simulation")?;
    let said = std::process::Command::new(program)
        .args(["--runs", SEEDS, "--until-violation"])
        .output()?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let violation = said.lines().find(|line| line.starts_with("seed "));
    let runs = said.lines().find(|line| line.contains(" runs (seeds "));
    match (violation, runs) {
        (Some(violation), Some(runs)) => {
            let runs = runs.split(' ').next().unwrap_or_default();
            let short: String = violation.chars().take(110).collect();
            Ok(format!("caught after {runs} runs, {short}"))
        }
        (None, Some(_)) => bail!("{SEEDS} seeds went by"),
        _ => bail!("the simulation did not end: {said}"),
    }
}

/// Copies what differs, so that what does not is not built again.
fn bring(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            if !LEFT_OUT.iter().any(|left_out| name == *left_out) {
                bring(&from.join(&name), &to.join(&name))?;
            }
        }
    } else if from.exists() {
        let content = fs::read(from)?;
        if fs::read(to).ok().as_ref() != Some(&content) {
            fs::write(to, content)?;
        }
    }
    Ok(())
}
