//! Progress on the terminal: each step says what it does when it starts and how long it took when it ends.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Runs one step; its heading comes first, so that a long one shows what is being waited for.
///
/// The step answers with a word about what it did ("built", "unchanged"), printed with its time.
pub(crate) fn step(name: &str, run: impl FnOnce() -> Result<String>) -> Result<()> {
    let watch = Stopwatch::start();
    println!("▸ {name}");
    match run() {
        Ok(outcome) => {
            println!("  ✓ {outcome} ({})", watch.shown());
            Ok(())
        }
        Err(error) => {
            println!("  ✗ {name} ({})", watch.shown());
            Err(error)
        }
    }
}

/// Time since a moment, for people to read.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "wall time of a build step, shown to a person and nothing else"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn shown(&self) -> String {
        shown(self.0.elapsed())
    }
}

fn shown(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 60 {
        format!("{} min {} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_a_person_would_say_them() {
        assert_eq!(shown(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(shown(Duration::from_secs(315)), "5 min 15 s");
    }
}
