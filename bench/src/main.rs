//! What the server takes, next to what the disk takes, in one run on one disk: `cargo xtask bench`.
//!
//! [`raw`] is the disk alone; [`load`] drives the release binary over real sockets, each of its people a [`seat`]. Rounds
//! alternate between the two, and medians are told, because nobody has a machine to themselves. Nothing is judged here.

mod load;
mod machine;
mod raw;
mod seat;
mod text;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use shopbell_process::{Server, Settings};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::time::Instant;

use crate::load::{Outcome, Pace};

/// Where the record begins in the documentation.
const RECORD: &str = "## Record\n";

/// Measures the release binary on this machine
#[derive(Debug, Parser)]
struct Options {
    /// One short round: to see whether something has changed much
    #[arg(long)]
    quick: bool,
    /// Rounds; medians are told
    #[arg(long)]
    rounds: Option<usize>,
    /// Pairs of a visitor and a member of the staff
    #[arg(long, default_value_t = 50)]
    pairs: u32,
    /// Idle sockets
    #[arg(long)]
    idle: Option<u32>,
    /// Where the databases are: the disk that is measured
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Put the table into docs/benchmarks.md, too
    #[arg(long)]
    record: bool,
}

/// One round.
#[derive(Debug)]
struct Round {
    raw_small: f64,
    raw_large: f64,
    one: Outcome,
    sixteen: Outcome,
    paced: Outcome,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    // As many files as the system allows; with fewer the idle sockets are told by an error.
    let _as_it_is = rlimit::increase_nofile_limit(u64::MAX);
    let here = options.folder.clone().unwrap_or_else(results);
    std::fs::create_dir_all(&here)?;
    let folder = tempfile::Builder::new().prefix("run-").tempdir_in(&here)?;
    let time = Duration::from_secs(if options.quick { 3 } else { 8 });
    let rounds = options.rounds.unwrap_or(if options.quick { 1 } else { 5 });
    let load_before = machine::load();
    let mut all = Vec::new();
    for number in 1..=rounds {
        eprintln!("round {number} of {rounds} (load {})", machine::load());
        all.push(round(folder.path(), options.pairs, time).await?);
    }
    eprintln!("idle sockets, kills, start");
    let idle = options.idle.unwrap_or(if options.quick { 500 } else { 5_000 });
    let table = Table {
        rounds: &all,
        idle,
        rest: rest(folder.path(), idle).await?,
        load: format!("{load_before} before, {} after", machine::load()),
        pairs: options.pairs,
        seconds: time.as_secs(),
    };
    let text = table.text()?;
    print!("{text}");
    let name = OffsetDateTime::now_utc().unix_timestamp();
    std::fs::create_dir_all(results())?;
    std::fs::write(results().join(format!("{name}.md")), &text)?;
    if options.record {
        record(&text)?;
    }
    Ok(())
}

async fn round(folder: &Path, pairs: u32, time: Duration) -> Result<Round> {
    let raw = |batch: u64| {
        let folder = folder.to_owned();
        tokio::task::spawn_blocking(move || raw::rate(&folder, batch, 300, time.mul_f64(0.5)))
    };
    let raw_small = raw(u64::from(pairs) * 2).await??;
    let one = fresh(folder, pairs, Pace::Window(1), time).await?;
    let raw_large = raw(512).await??;
    let sixteen = fresh(folder, pairs, Pace::Window(16), time).await?;
    let paced = fresh(folder, pairs, Pace::PerSecond(1_000), time).await?;
    Ok(Round {
        raw_small,
        raw_large,
        one,
        sixteen,
        paced,
    })
}

/// Each measurement begins with an empty database.
async fn fresh(folder: &Path, pairs: u32, pace: Pace, time: Duration) -> Result<Outcome> {
    let run = tempfile::tempdir_in(folder)?;
    let mut server = Server::start(run.path(), &run.path().join("data"), Settings::Crowd).await?;
    let outcome = load::run(&server, pairs, pace, time).await?;
    server.stop().await?;
    Ok(outcome)
}

/// What needs no rounds.
#[derive(Debug)]
struct Rest {
    idle_mib: f64,
    kib_per_idle: f64,
    start: Vec<Duration>,
    back: Vec<Duration>,
}

async fn rest(folder: &Path, idle: u32) -> Result<Rest> {
    let run = tempfile::tempdir_in(folder)?;
    let data = run.path().join("data");
    let mut server = Server::start(run.path(), &data, Settings::Crowd).await?;
    let idle_mib = machine::usage(server.id()).rss_kib / 1_024.0;
    let kib_per_idle = load::idle(&server, idle).await?;
    let (mut start, mut back) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        back.push(load::back_after_kill(&mut server).await?);
        server.stop().await?;
        let since = Instant::now();
        server.begin_again()?;
        server.ready().await?;
        start.push(since.elapsed());
    }
    server.stop().await?;
    Ok(Rest {
        idle_mib,
        kib_per_idle,
        start,
        back,
    })
}

struct Table<'a> {
    rounds: &'a [Round],
    idle: u32,
    rest: Rest,
    load: String,
    pairs: u32,
    seconds: u64,
}

impl Table<'_> {
    fn median(&self, of: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(of).collect())
    }

    fn text(&self) -> Result<String> {
        let mut text = String::new();
        let date = OffsetDateTime::now_utc()
            .replace_nanosecond(0)?
            .format(&Rfc3339)?;
        writeln!(text, "### {date}, commit {}\n", machine::commit())?;
        writeln!(
            text,
            "{}; load {}; {} pairs, 300 bytes, {} rounds of {} s, medians.\n",
            machine::name(),
            self.load,
            self.pairs,
            self.rounds.len(),
            self.seconds
        )?;
        writeln!(text, "| what | figure |\n| --- | ---: |")?;
        let mut row = |what: &str, figure: String| writeln!(text, "| {what} | {figure} |");
        let small = self.median(|round| round.raw_small);
        let large = self.median(|round| round.raw_large);
        let batch = self.pairs * 2;
        row(
            &format!("raw SQLite, {batch} rows in a commit, rows/s"),
            whole(small),
        )?;
        row("raw SQLite, 512 rows in a commit, rows/s", whole(large))?;
        for (name, raw, of) in [
            (
                "1",
                "raw_small",
                (|round: &Round| round.one) as fn(&Round) -> Outcome,
            ),
            ("16", "raw_large", |round: &Round| round.sixteen),
        ] {
            let sends = self.median(|round| of(round).acknowledged_per_s);
            row(&format!("durable sends/s, {name} under way"), whole(sends))?;
            // Of the same round, because the disk changes from minute to minute.
            let ratio = self.median(|round| {
                let rate = if raw == "raw_small" {
                    round.raw_small
                } else {
                    round.raw_large
                };
                of(round).acknowledged_per_s / rate
            });
            row(
                &format!("of the raw rate, {name} under way"),
                format!("{ratio:.2}"),
            )?;
            let cpu = self.median(|round| of(round).cpu_us_per_message);
            row(
                &format!("CPU of the server per message, {name} under way, µs"),
                whole(cpu),
            )?;
        }
        let (p50, p99) = (
            self.median(|round| round.paced.p50_ms),
            self.median(|round| round.paced.p99_ms),
        );
        row(
            "send to the other side at 1,000 messages/s, p50, ms",
            format!("{p50:.1}"),
        )?;
        row(
            "send to the other side at 1,000 messages/s, p99, ms",
            format!("{p99:.1}"),
        )?;
        let cpu = self.median(|round| round.paced.cpu_us_per_message);
        row(
            "CPU of the server per message at 1,000 messages/s, µs",
            whole(cpu),
        )?;
        let outcomes = self
            .rounds
            .iter()
            .flat_map(|round| [round.one, round.sixteen, round.paced]);
        let (missing, repeated) = outcomes.fold((0, 0), |(missing, repeated), outcome| {
            (missing + outcome.missing, repeated + outcome.repeated)
        });
        row(
            "acknowledged and not brought to the other side, all rounds",
            missing.to_string(),
        )?;
        row("brought twice, all rounds", repeated.to_string())?;
        let per_idle = self.rest.kib_per_idle;
        row(
            &format!("memory per idle socket, {} of them, KiB", self.idle),
            format!("{per_idle:.1}"),
        )?;
        row(
            "memory of an idle server, MiB",
            format!("{:.1}", self.rest.idle_mib),
        )?;
        row("start to ready, ms", whole(median_ms(&self.rest.start)))?;
        row(
            "kill to first acknowledgement, ms",
            whole(median_ms(&self.rest.back)),
        )?;
        writeln!(text)?;
        Ok(text)
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

fn median_ms(times: &[Duration]) -> f64 {
    median(times.iter().map(|time| time.as_secs_f64() * 1_000.0).collect())
}

fn whole(figure: f64) -> String {
    format!("{figure:.0}")
}

fn results() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results")
}

/// The newest table stands first.
fn record(table: &str) -> Result<()> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/benchmarks.md");
    let text = std::fs::read_to_string(&page)?;
    let (before, after) = text
        .split_once(RECORD)
        .context("docs/benchmarks.md has no record")?;
    std::fs::write(
        &page,
        format!("{before}{RECORD}\n{}\n{}", table.trim_end(), after),
    )?;
    Ok(())
}
