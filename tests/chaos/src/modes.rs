//! The modes, one file each; [`Mode`] knows their sizes.

mod full_disk;
mod half_open;
mod kills;
mod pause;
mod transcripts;
mod two_staff;

use std::time::Duration;

use clap::ValueEnum;

use crate::report::Report;

/// What is done to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// kill -9 in the middle of a load
    Kills,
    /// One direction of a connection is lost
    HalfOpen,
    /// A rough network, transcripts compared byte for byte
    Transcripts,
    /// The server stands still (SIGSTOP)
    Pause,
    /// The disk is full for a while
    FullDisk,
    /// Two members of the staff answer at once
    TwoStaff,
}

/// How much of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) kills: u32,
    pub(crate) half_open_rounds: u32,
    pub(crate) messages: u64,
    pub(crate) conversations: usize,
    pub(crate) pause: Duration,
    pub(crate) full_for: Duration,
    pub(crate) staff_rounds: u32,
}

impl Size {
    /// What the figures in the documentation are of.
    pub(crate) const FULL: Self = Self {
        kills: 200,
        half_open_rounds: 10,
        messages: 100_000,
        conversations: 40,
        pause: Duration::from_secs(20),
        full_for: Duration::from_secs(10),
        staff_rounds: 1_000,
    };

    /// A run of all modes side by side that fits among the other tests.
    pub(crate) const SHORT: Self = Self {
        kills: 8,
        half_open_rounds: 1,
        messages: 2_000,
        conversations: 8,
        pause: Duration::from_secs(20),
        full_for: Duration::from_secs(3),
        staff_rounds: 80,
    };
}

impl Mode {
    pub(crate) const ALL: [Self; 6] = [
        Self::Kills,
        Self::HalfOpen,
        Self::Transcripts,
        Self::Pause,
        Self::FullDisk,
        Self::TwoStaff,
    ];

    /// Carries it out and prints what was found.
    pub(crate) async fn run(self, size: Size) -> Report {
        let mut report = Report::new(self.name());
        let outcome = match self {
            Self::Kills => kills::run(&mut report, size.kills).await,
            Self::HalfOpen => half_open::run(&mut report, size.half_open_rounds).await,
            Self::Transcripts => transcripts::run(&mut report, size.messages, size.conversations).await,
            Self::Pause => pause::run(&mut report, size.pause).await,
            Self::FullDisk => full_disk::run(&mut report, size.full_for).await,
            Self::TwoStaff => two_staff::run(&mut report, size.staff_rounds).await,
        };
        if let Err(error) = &outcome {
            report.broke(error);
        }
        report.print();
        report
    }

    fn name(self) -> &'static str {
        match self {
            Self::Kills => "kills",
            Self::HalfOpen => "half-open",
            Self::Transcripts => "transcripts",
            Self::Pause => "pause",
            Self::FullDisk => "full-disk",
            Self::TwoStaff => "two-staff",
        }
    }
}
