//! Pairs that write to each other: closed loop (the next message leaves on an acknowledgement) or on a schedule.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use shopbell_process::{Http, PASSWORD, Server, sign_in};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::machine::usage;
use crate::seat::{Conversation, Seat};
use crate::text::{client_number, find};

const TEXT_BYTES: usize = 300;
const WARM: Duration = Duration::from_secs(2);
/// For what is under way when the measuring ends.
const DRAIN: Duration = Duration::from_secs(3);

/// How messages leave.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// So many under way for each seat.
    Window(u32),
    /// So many a second, all seats together; what is late counts from when it was due.
    PerSecond(u32),
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outcome {
    pub(crate) acknowledged_per_s: f64,
    pub(crate) cpu_us_per_message: f64,
    /// Send to the other side's socket.
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Acknowledged, and not brought to the other side when all was over.
    pub(crate) missing: u64,
    pub(crate) repeated: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Wait,
    Send,
    Drain,
    Over,
}

#[derive(Debug, Default)]
struct Tally {
    acknowledged: u64,
    acknowledged_in_time: u64,
    received: u64,
    repeated: u64,
    took_us: Vec<u32>,
}

/// Measures for `time`, after a warm-up.
pub(crate) async fn run(server: &Server, pairs: u32, pace: Pace, time: Duration) -> Result<Outcome> {
    let seats = seats(server.addr, pairs).await?;
    let start = Instant::now();
    let (phase, phases) = watch::channel(Phase::Wait);
    let (from, until) = (start + WARM, start + WARM + time);
    let mut running = JoinSet::new();
    for seat in seats {
        let task = Task {
            phases: phases.clone(),
            start,
            from,
            until,
            pace,
            seats: pairs * 2,
        };
        running.spawn(task.run(seat));
    }
    phase.send(Phase::Send)?;
    sleep_until(from).await;
    let before = usage(server.id());
    sleep_until(until).await;
    let after = usage(server.id());
    phase.send(Phase::Drain)?;
    sleep(DRAIN).await;
    phase.send(Phase::Over)?;
    let mut all = Tally::default();
    while let Some(tally) = running.join_next().await {
        let tally = tally??;
        all.acknowledged += tally.acknowledged;
        all.acknowledged_in_time += tally.acknowledged_in_time;
        all.received += tally.received;
        all.repeated += tally.repeated;
        all.took_us.extend(tally.took_us);
    }
    all.took_us.sort_unstable();
    let acknowledged = f64::from(u32::try_from(all.acknowledged_in_time)?);
    Ok(Outcome {
        acknowledged_per_s: acknowledged / time.as_secs_f64(),
        cpu_us_per_message: (after.cpu_s - before.cpu_s) * 1e6 / acknowledged.max(1.0),
        p50_ms: quantile(&all.took_us, 50),
        p99_ms: quantile(&all.took_us, 99),
        missing: all.acknowledged.saturating_sub(all.received),
        repeated: all.repeated,
    })
}

async fn seats(addr: SocketAddr, pairs: u32) -> Result<Vec<Seat>> {
    let cookie = sign_in(&Http::new(addr), "owner@localhost", PASSWORD).await?;
    let mut seats = Vec::new();
    for pair in 0..pairs {
        let conversation = Conversation::begin(addr).await?;
        seats.push(Seat::visitor(addr, pair * 2, &conversation.token).await?);
        seats.push(Seat::staff(addr, pair * 2 + 1, &cookie, &conversation.id).await?);
    }
    Ok(seats)
}

struct Task {
    phases: watch::Receiver<Phase>,
    start: Instant,
    from: Instant,
    until: Instant,
    pace: Pace,
    seats: u32,
}

impl Task {
    async fn run(mut self, mut seat: Seat) -> Result<Tally> {
        let mut tally = Tally::default();
        let mut seen = Vec::new();
        let mut last = 0;
        let mut phase = Phase::Wait;
        let mut due = self.first_due(seat.number);
        loop {
            tokio::select! {
                changed = self.phases.changed() => {
                    changed.context("the measuring was given up")?;
                    phase = *self.phases.borrow_and_update();
                    if phase == Phase::Over {
                        return Ok(tally);
                    }
                    if let (Phase::Send, Pace::Window(window)) = (phase, self.pace) {
                        for _ in 0..window {
                            self.send(&mut seat, &mut last, Instant::now()).await?;
                        }
                        seat.flush().await?;
                    }
                }
                () = sleep_until(due), if phase == Phase::Send && matches!(self.pace, Pace::PerSecond(_)) => {
                    self.send(&mut seat, &mut last, due).await?;
                    seat.flush().await?;
                    due += self.between();
                }
                frame = seat.hear() => {
                    let frame = frame?;
                    if frame.starts_with(r#"{"type":"ack""#) {
                        self.acknowledged(&frame, &mut tally);
                        if phase == Phase::Send && matches!(self.pace, Pace::Window(_)) {
                            self.send(&mut seat, &mut last, Instant::now()).await?;
                            seat.flush().await?;
                        }
                    } else if frame.starts_with(r#"{"type":"message""#) {
                        self.received(&frame, seat.number, &mut seen, &mut tally);
                    } else if frame.starts_with(r#"{"type":"reject""#) {
                        anyhow::bail!("refused: {frame}");
                    }
                }
            }
        }
    }

    /// Seats take turns, so that the schedule is even.
    fn first_due(&self, seat: u32) -> Instant {
        self.start + self.between().mul_f64(f64::from(seat) / f64::from(self.seats))
    }

    fn between(&self) -> Duration {
        match self.pace {
            Pace::PerSecond(rate) => Duration::from_secs(1).mul_f64(f64::from(self.seats) / f64::from(rate)),
            Pace::Window(_) => Duration::from_hours(1),
        }
    }

    async fn send(&self, seat: &mut Seat, last: &mut u32, due: Instant) -> Result<()> {
        *last += 1;
        let due = due.saturating_duration_since(self.start);
        seat.send(*last, u64::try_from(due.as_nanos())?, TEXT_BYTES).await
    }

    fn acknowledged(&self, frame: &str, tally: &mut Tally) {
        if client_number(frame).is_none() {
            return;
        }
        let now = Instant::now();
        tally.acknowledged += 1;
        tally.acknowledged_in_time += u64::from(now >= self.from && now < self.until);
    }

    fn received(&self, frame: &str, own: u32, seen: &mut Vec<bool>, tally: &mut Tally) {
        let Some((seat, number, due)) = find(frame) else {
            return;
        };
        if seat == own {
            return;
        }
        let place = usize::try_from(number).unwrap_or_default();
        if seen.len() <= place {
            seen.resize(place + 1, false);
        }
        if seen
            .get_mut(place)
            .is_some_and(|seen| std::mem::replace(seen, true))
        {
            tally.repeated += 1;
            return;
        }
        tally.received += 1;
        let due = self.start + Duration::from_nanos(due);
        if due >= self.from && due < self.until {
            let took = due.elapsed().as_micros();
            tally.took_us.push(u32::try_from(took).unwrap_or(u32::MAX));
        }
    }
}

/// In milliseconds.
fn quantile(sorted_us: &[u32], percent: usize) -> f64 {
    let place = (sorted_us.len() * percent / 100).min(sorted_us.len().saturating_sub(1));
    f64::from(sorted_us.get(place).copied().unwrap_or_default()) / 1_000.0
}

/// Idle visitors: KiB that each of `count` costs, its share of what opening grew included.
pub(crate) async fn idle(server: &Server, count: u32) -> Result<f64> {
    let before = usage(server.id()).rss_kib;
    let mut seats = Vec::new();
    for number in 0..count {
        let token = crate::seat::visitor(server.addr).await?;
        seats.push(Seat::visitor(server.addr, number, &token).await?);
    }
    sleep(DRAIN).await;
    let after = usage(server.id()).rss_kib;
    Ok((after - before) / f64::from(count))
}

/// From a kill to the first acknowledgement for a client that tries again at once.
pub(crate) async fn back_after_kill(server: &mut Server) -> Result<Duration> {
    let conversation = Conversation::begin(server.addr).await?;
    let mut seat = Seat::visitor(server.addr, 0, &conversation.token).await?;
    seat.send(1, 0, TEXT_BYTES).await?;
    seat.flush().await?;
    server.kill().await?;
    let killed = Instant::now();
    server.begin_again()?;
    loop {
        if let Ok(mut seat) = Seat::visitor(server.addr, 0, &conversation.token).await {
            // The same as before the kill: it may be stored, and is acknowledged once more.
            seat.send(1, 0, TEXT_BYTES).await?;
            seat.flush().await?;
            while !seat.hear().await?.starts_with(r#"{"type":"ack""#) {}
            return Ok(killed.elapsed());
        }
        sleep(Duration::from_millis(5)).await;
    }
}
