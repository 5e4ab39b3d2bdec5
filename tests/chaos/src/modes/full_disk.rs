//! The disk fills up under load, stays full for a while, and is given room again.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::audit::Audit;
use crate::report::{Report, seconds};
use crate::world::World;
use shopbell_process::{Server, Settings};

const VISITORS: usize = 4;
/// Enough for the database, its log beside it and what is said until the ballast goes in.
const DISK_MIB: u32 = 48;

/// A small disk in memory.
struct Disk(PathBuf);

impl Disk {
    fn mount(place: &Path) -> Result<Self> {
        fs::create_dir_all(place)?;
        let mounted = Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={DISK_MIB}m"),
                "shopbell-chaos",
            ])
            .arg(place)
            .output()
            .context("cannot start mount")?;
        ensure!(
            mounted.status.success(),
            "{}",
            String::from_utf8_lossy(&mounted.stderr).trim()
        );
        Ok(Self(place.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a server that is still ending may hold it.
        let _left_mounted = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

pub(crate) async fn run(report: &mut Report, full_for: Duration) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let place = folder.path().join("disk");
    let disk = match Disk::mount(&place) {
        Ok(disk) => disk,
        Err(error) => {
            report.figure("skipped, nothing can be mounted here", error);
            return Ok(());
        }
    };
    let server = Server::start(folder.path(), &place.join("data"), Settings::Crowd).await?;
    let mut world = World::around(server, folder, VISITORS).await?;
    world.say(u64::MAX / 4).await?;
    sleep(Duration::from_secs(1)).await;
    let ballast = place.join("ballast");
    let filled = fill(&ballast)?;
    // What the log of the database has room for goes on being stored for a moment.
    let stalled = stalled(&world).await?;
    let at_full = world.log.count();
    sleep(full_for).await;
    let refusal = refusal(&world).await?;
    let reasons = reasons(&world).await?;
    let ready = shopbell_process::Http::new(world.server.addr)
        .get("/readyz")
        .await?
        .status;
    let while_full = world.log.count() - at_full;
    fs::remove_file(&ballast)?;
    let freed = Instant::now();
    let at_freed = world.log.count();
    while world.log.count() < at_freed + VISITORS {
        ensure!(
            freed.elapsed() < Duration::from_mins(1),
            "nothing is stored although there is room again:\n{}",
            world.server.log()
        );
        sleep(Duration::from_millis(10)).await;
    }
    let back = freed.elapsed();
    world.hush().await?;
    world.quiet(Duration::from_mins(2)).await?;
    let audit = Audit::of(&world).await?;
    report.figure(
        "disk",
        format_args!("{DISK_MIB} MiB, ballast {} KiB", filled / 1024),
    );
    report.check(
        &format!(
            "everybody is refused after: {}",
            stalled.map_or("never".to_owned(), seconds)
        ),
        "must come to that",
        stalled.is_some(),
    );
    report.figure("full for", seconds(full_for));
    report.figure("stored meanwhile", while_full);
    report.check(
        &format!("answer to a program while full: {refusal}"),
        "must be 503 UNAVAILABLE",
        refusal.starts_with("503 UNAVAILABLE"),
    );
    report.check(
        &format!("what a visitor is told: {reasons}"),
        "must be UNAVAILABLE",
        reasons.starts_with("UNAVAILABLE"),
    );
    report.must("/readyz while full", ready, 503);
    report.figure("room made to going on", seconds(back));
    audit.tell(report);
    report.must(
        "said and not stored in the end",
        world.said().await? - u64::try_from(audit.acknowledged)?,
        0,
    );
    world.server.stop().await?;
    drop(disk);
    Ok(())
}

/// Writes until there is no room left; answers how much it was.
fn fill(ballast: &Path) -> Result<u64> {
    let mut file = File::create(ballast)?;
    let mut filled = 0;
    for size in [65_536_usize, 4_096] {
        let block = vec![0_u8; size];
        while file.write_all(&block).is_ok() {
            filled += u64::try_from(size)?;
        }
    }
    Ok(filled)
}

/// Waits until nothing more is acknowledged; answers how long that took.
async fn stalled(world: &World) -> Result<Option<Duration>> {
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(30) {
        let before = world.log.count();
        sleep(Duration::from_millis(1_500)).await;
        if world.log.count() == before {
            return Ok(Some(since.elapsed()));
        }
    }
    Ok(None)
}

async fn refusal(world: &World) -> Result<String> {
    let body = json!({
        "conversationId": world.conversations.first(),
        "message": {
            "content": {"basic": {"items": [{"text": "is there room?"}]}},
            "visibility": "BUSINESS_AND_PARTICIPANT",
            "direction": "BUSINESS_TO_PARTICIPANT",
            "targetChannels": ["CHAT"],
        },
    });
    let answer = world.auditor().post("/inbox/v2/messages", &body).await?;
    let told = answer.refusal();
    let told = told.map(|error| format!("{} {}", error.code(), error.message));
    Ok(format!("{} {}", answer.status, told.unwrap_or(answer.body)))
}

async fn reasons(world: &World) -> Result<String> {
    let mut reasons = Vec::new();
    for page in &world.visitors {
        reasons.extend(page.with(|visitor| visitor.refusals.clone()).await?);
    }
    let mut told: Vec<String> = reasons
        .into_iter()
        .map(|reason| format!("{} {}", reason.code, reason.message))
        .collect();
    told.sort();
    told.dedup();
    Ok(told.join("; "))
}
