//! Many messages both ways through a rough network; at the end both sides' transcripts and the server's history are
//! compared byte for byte.

use std::time::Duration;

use anyhow::Result;

use crate::audit::Audit;
use crate::proxy::{CALM, ROUGH};
use crate::report::Report;
use crate::world::World;
use shopbell_process::Settings;

pub(crate) async fn run(report: &mut Report, messages: u64, conversations: usize) -> Result<()> {
    let mut world = World::start(conversations, Settings::Crowd).await?;
    // Both sides of each conversation; the first line of a visitor has been said.
    let sides = u64::try_from(conversations * 2)?;
    world.proxy.set_odds(ROUGH);
    world.say(messages.div_ceil(sides)).await?;
    world.quiet(Duration::from_hours(1)).await?;
    world.proxy.set_odds(CALM);
    let audit = Audit::of(&world).await?;
    report.figure("conversations", conversations);
    report.figure("messages said", world.said().await?);
    audit.tell(report);
    let acknowledged = u64::try_from(audit.acknowledged)?;
    report.must("said and not acknowledged", world.said().await? - acknowledged, 0);
    report.figure("bytes of each transcript, all conversations", audit.bytes);
    let mut moved_on = 0;
    for page in &world.staff {
        moved_on += page
            .with(|staff| staff.open.values().map(|open| open.moved_on).sum::<u64>())
            .await?;
    }
    report.figure(
        "answers refused because the visitor had written meanwhile, and sent after a look",
        moved_on,
    );
    for (fault, count) in world.proxy.faults() {
        report.figure(&format!("chunks or connections {fault}"), count);
    }
    world.server.stop().await
}
