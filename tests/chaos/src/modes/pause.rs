//! The server stands still for a while (SIGSTOP) under load: a virtual machine that is moved, a laptop lid, a debugger.

use std::time::Duration;

use anyhow::{Context, Result};
use shopbell_process::Signal;
use tokio::time::{Instant, sleep, timeout};

use crate::audit::Audit;
use crate::report::{Report, seconds};
use crate::world::World;
use shopbell_process::Settings;

const VISITORS: usize = 8;
const ENDLESS: u64 = u64::MAX / 4;

pub(crate) async fn run(report: &mut Report, pause: Duration) -> Result<()> {
    let mut world = World::start(VISITORS, Settings::Crowd).await?;
    world.say(ENDLESS).await?;
    sleep(Duration::from_secs(2)).await;
    let before = world.log.count();
    world.server.signal(Signal::STOP)?;
    sleep(pause).await;
    world.server.signal(Signal::CONT)?;
    let resumed = Instant::now();
    let at_resume = world.log.count();
    timeout(Duration::from_mins(1), async {
        while world.log.count() < at_resume + VISITORS {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .with_context(|| format!("nothing goes on after the pause:\n{}", world.server.log()))?;
    let back = resumed.elapsed();
    sleep(Duration::from_secs(2)).await;
    world.hush().await?;
    world.quiet(Duration::from_mins(2)).await?;
    let audit = Audit::of(&world).await?;
    report.figure("stood still for", seconds(pause));
    report.figure("acknowledged before", before);
    report.figure("end of the pause to going on", seconds(back));
    audit.tell(report);
    report.must(
        "said and not acknowledged",
        world.said().await? - u64::try_from(audit.acknowledged)?,
        0,
    );
    world.server.stop().await
}
