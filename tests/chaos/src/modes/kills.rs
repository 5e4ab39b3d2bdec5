//! `kill -9` of the server in the middle of a closed-loop load of people and programs that send again what was not
//! acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use shopbell_protocol::{ButtonState, ConversationId, ShownAction};
use tokio::time::{Instant, sleep, timeout};

use crate::audit::{Audit, press_events};
use crate::log::Whom;
use crate::program::{Program, send_all};
use crate::report::{Report, median_and_max, seconds};
use crate::world::World;
use shopbell_process::Settings;

const VISITORS: usize = 8;
/// More than anybody says between two kills.
const ENDLESS: u64 = u64::MAX / 4;
/// For the first acknowledgement after a kill, on a busy machine.
const BACK_WITHIN: Duration = Duration::from_mins(1);

pub(crate) async fn run(report: &mut Report, kills: u32) -> Result<()> {
    let mut world = World::start(VISITORS, Settings::Crowd).await?;
    world.say(ENDLESS).await?;
    let over = Arc::new(AtomicBool::new(false));
    let mut programs = Vec::new();
    for number in 0..2 {
        let conversations: Vec<ConversationId> = world
            .conversations
            .iter()
            .skip(number)
            .step_by(2)
            .cloned()
            .collect();
        let program = Program {
            http: world.program(),
            name: format!("app{number}"),
            conversations,
            log: Arc::clone(&world.log),
            over: Arc::clone(&over),
        };
        programs.push(tokio::spawn(send_all(program)));
    }
    let (mut program_waits, mut page_waits) = (Vec::new(), Vec::new());
    for _ in 0..kills {
        sleep(Duration::from_millis(fastrand::u64(50..1_000))).await;
        world.server.kill().await?;
        let killed = Instant::now();
        world.server.begin_again()?;
        let first = timeout(BACK_WITHIN, async {
            tokio::join!(
                world.log.first_after(Whom::Program, killed),
                world.log.first_after(Whom::Page, killed),
            )
        });
        let (program, page) = first
            .await
            .with_context(|| format!("no acknowledgement after a kill:\n{}", world.server.log()))?;
        program_waits.push(program - killed);
        page_waits.push(page - killed);
    }
    over.store(true, Ordering::Relaxed);
    let mut cards = 0;
    for program in programs {
        cards += program.await??;
    }
    world.hush().await?;
    world.quiet(Duration::from_mins(2)).await?;
    let audit = Audit::of(&world).await?;
    let (begun, done) = presses(&world).await?;
    report.figure("kills", kills);
    audit.tell(report);
    for (whom, waits) in [("a program", program_waits), ("a page", page_waits)] {
        let (median, longest) = median_and_max(&waits);
        let times = format!("median {}, longest {}", seconds(median), seconds(longest));
        report.figure(&format!("kill to first acknowledgement of {whom}"), times);
    }
    report.figure("buttons sent", cards);
    report.figure("buttons pressed, twice each", begun);
    report.must("buttons that are done on the visitor's screen", done, cards);
    report.must("presses in the event log", press_events(&world).await?, cards);
    world.server.stop().await
}

/// Presses begun, and buttons that are done, once every press has its answer.
async fn presses(world: &World) -> Result<(u64, usize)> {
    let since = Instant::now();
    loop {
        let (mut begun, mut done, mut open) = (0, 0, 0);
        for page in &world.visitors {
            let (theirs_begun, states) = page
                .with(|visitor| {
                    let buttons = visitor
                        .rows
                        .items
                        .iter()
                        .flat_map(|item| item.message.content.buttons());
                    let states: Vec<ButtonState> = buttons
                        .filter_map(|button| match &button.action {
                            ShownAction::Postback { state, .. } => Some(*state),
                            ShownAction::Link(_) | ShownAction::Unsupported => None,
                        })
                        .collect();
                    (visitor.presses, states)
                })
                .await?;
            begun += theirs_begun;
            done += states.iter().filter(|state| **state == ButtonState::Done).count();
            open += states.iter().filter(|state| **state != ButtonState::Done).count();
        }
        if open == 0 || since.elapsed() > Duration::from_secs(40) {
            return Ok((begun, done));
        }
        // A press that got no answer in 15 s is given back to its visitor, who presses again.
        for page in &world.visitors {
            page.with(crate::page::visitor::Visitor::press_again).await?;
        }
        sleep(Duration::from_millis(500)).await;
    }
}
