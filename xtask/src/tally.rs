//! Counting what the test runners report.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// How many tests or checks passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Tally {
    pub(crate) const PASSED: Self = Self { passed: 1, failed: 0 };
    pub(crate) const FAILED: Self = Self { passed: 0, failed: 1 };

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Adds what one line of a runner says: cargo's `test result: ok. 12 passed; 0 failed; …`, or node's `# pass 12`.
    fn read(&mut self, line: &str) {
        if let Some((word, count)) = line.strip_prefix("# ").and_then(|rest| rest.split_once(' ')) {
            if let Ok(count) = count.parse::<usize>() {
                match word {
                    "pass" => self.passed += count,
                    "fail" | "cancelled" => self.failed += count,
                    _ => {}
                }
            }
            return;
        }
        let Some((_, counts)) = line.split_once("test result: ") else {
            return;
        };
        let words: Vec<&str> = counts.split_whitespace().collect();
        for pair in words.windows(2) {
            if let [count, word] = pair
                && let Ok(count) = count.parse::<usize>()
            {
                match word.trim_end_matches(';') {
                    "passed" => self.passed += count,
                    "failed" => self.failed += count,
                    _ => {}
                }
            }
        }
    }
}

/// Runs a test runner, shows its lines as they come, and counts. A runner that fails without having counted a failure
/// (it did not compile, it was killed) is one failure.
pub(crate) fn run(command: &mut Command) -> Result<Tally> {
    let mut runner = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the test runner")?;
    let mut tally = Tally::default();
    if let Some(output) = runner.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.context("cannot read the test runner's output")?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            tally.read(&line);
        }
    }
    let status = runner.wait().context("the test runner went away")?;
    if !status.success() && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_added_up_from_every_result_line() {
        let mut tally = Tally::default();
        tally.read(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.02s",
        );
        tally.read("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out");
        tally.read("test sums::of_5 passed ... ok");
        assert_eq!(
            tally,
            Tally {
                passed: 15,
                failed: 2
            }
        );
    }

    #[test]
    fn the_counts_of_nodes_runner_are_read_too() {
        let mut tally = Tally::default();
        for line in [
            "# tests 9",
            "# suites 0",
            "# pass 6",
            "# fail 2",
            "# cancelled 1",
            "# pass the salt",
            "ok 1 - # pass 3",
        ] {
            tally.read(line);
        }
        assert_eq!(tally, Tally { passed: 6, failed: 3 });
    }

    #[test]
    fn a_runner_that_dies_without_a_count_is_a_failure() {
        assert_eq!(run(&mut Command::new("false")).unwrap(), Tally::FAILED);
        assert_eq!(run(&mut Command::new("true")).unwrap(), Tally::default());
    }
}
