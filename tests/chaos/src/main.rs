//! Faults against the real program, with the product's own clients on both sides: `cargo xtask chaos`.
//!
//! A [`page`] is the widget's or the inbox's state machine with a socket and a timer instead of a browser; a [`world`] is
//! a server, a [`proxy`] and people on pages; each of the [`modes`] does something to it and then asks, in the
//! [`audit`], whether what was acknowledged is stored once and shown once.

mod audit;
mod log;
mod modes;
mod page;
mod program;
mod proxy;
mod report;
mod socket;
mod talk;
mod world;

use std::process::ExitCode;

use clap::Parser;
use futures_util::future::join_all;

use crate::modes::{Mode, Size};

/// Breaks connections, processes and disks under a running server, and counts what was lost
#[derive(Debug, Parser)]
struct Options {
    /// Which; all of them where none is named
    modes: Vec<Mode>,
    /// Small, and all side by side
    #[arg(long)]
    short: bool,
    /// kills: how many
    #[arg(long)]
    kills: Option<u32>,
    /// transcripts: messages, both sides together
    #[arg(long)]
    messages: Option<u64>,
    /// transcripts: conversations
    #[arg(long)]
    conversations: Option<usize>,
    /// half-open, two-staff: rounds
    #[arg(long)]
    rounds: Option<u32>,
}

impl Options {
    fn size(&self) -> Size {
        let size = if self.short { Size::SHORT } else { Size::FULL };
        Size {
            kills: self.kills.unwrap_or(size.kills),
            messages: self.messages.unwrap_or(size.messages),
            conversations: self.conversations.unwrap_or(size.conversations),
            half_open_rounds: self.rounds.unwrap_or(size.half_open_rounds),
            staff_rounds: self.rounds.unwrap_or(size.staff_rounds),
            ..size
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let size = options.size();
    let modes = if options.modes.is_empty() {
        Mode::ALL.to_vec()
    } else {
        options.modes.clone()
    };
    let reports = if options.short {
        join_all(modes.into_iter().map(|mode| mode.run(size))).await
    } else {
        let mut reports = Vec::new();
        for mode in modes {
            reports.push(mode.run(size).await);
        }
        reports
    };
    let passed: usize = reports.iter().map(|report| report.passed).sum();
    let failed: usize = reports.iter().map(|report| report.failed).sum();
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    println!("test result: {verdict}. {passed} passed; {failed} failed");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
