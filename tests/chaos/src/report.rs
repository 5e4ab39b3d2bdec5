//! What a mode has found: its figures as plain lines, and whether each is what it must be.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::Instant;

/// See the module.
#[derive(Debug)]
pub(crate) struct Report {
    mode: &'static str,
    since: Instant,
    lines: Vec<String>,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Report {
    pub(crate) fn new(mode: &'static str) -> Self {
        Self {
            mode,
            since: Instant::now(),
            lines: Vec::new(),
            passed: 0,
            failed: 0,
        }
    }

    /// A figure that may be anything.
    pub(crate) fn figure(&mut self, name: &str, value: impl Display) {
        self.lines.push(format!("{name}: {value}"));
    }

    /// A figure that must be this one.
    pub(crate) fn must<T: Display + PartialEq>(&mut self, name: &str, value: T, expected: T) {
        let holds = value == expected;
        self.check(&format!("{name}: {value}"), &format!("must be {expected}"), holds);
    }

    /// A figure that must be so.
    pub(crate) fn check(&mut self, figure: &str, must: &str, holds: bool) {
        if holds {
            self.passed += 1;
            self.lines.push(figure.to_owned());
        } else {
            self.failed += 1;
            self.lines.push(format!("{figure}   FAILED, {must}"));
        }
    }

    /// The mode could not be carried through.
    pub(crate) fn broke(&mut self, error: &anyhow::Error) {
        self.failed += 1;
        self.lines.push(format!("FAILED: {error:#}"));
    }

    /// Prints everything in one piece, so that modes may run side by side.
    pub(crate) fn print(&self) {
        let mode = self.mode;
        let text: Vec<String> = self
            .lines
            .iter()
            .map(|line| format!("{mode}: {line}\n"))
            .collect();
        let text = text.concat();
        let seconds = self.since.elapsed().as_secs_f64();
        let verdict = if self.failed == 0 { "held" } else { "DID NOT HOLD" };
        print!("{text}{mode}: {verdict} ({seconds:.1} s)\n\n");
    }
}

/// Seconds with two places.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// Median and largest.
pub(crate) fn median_and_max(times: &[Duration]) -> (Duration, Duration) {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let median = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    (median, sorted.last().copied().unwrap_or_default())
}
