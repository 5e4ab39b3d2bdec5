//! Two members of the staff answer the same conversation at the same moment, again and again, while the visitor
//! writes. Blind is an answer that was stored behind a message of somebody else's that was not on its writer's screen
//! when they pressed.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use shopbell_inbox::state::desk::{Input as DeskInput, ThreadInput};
use shopbell_protocol::{ConversationId, Direction, Sequence};
use tokio::time::{Instant, sleep};

use crate::audit::Audit;
use crate::page::Page;
use crate::page::rows::text_of;
use crate::page::staff::{Manner, Staff};
use crate::report::Report;
use crate::talk::Talk;
use crate::world::World;
use shopbell_process::Http;
use shopbell_process::sign_in;
use shopbell_process::{PASSWORD, Settings};

/// Conversations, each with two members of the staff, side by side.
const CONVERSATIONS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(30);

/// What was on the screen when an answer was pressed, by what it says.
type OnScreen = HashMap<String, Vec<Sequence>>;

#[derive(Debug, Default)]
struct Outcome {
    refused: u64,
    sent_after_refusal: u64,
    given_up: u64,
    notes: u64,
    on_screen: OnScreen,
}

pub(crate) async fn run(report: &mut Report, rounds: u32) -> Result<()> {
    let mut world = World::start(CONVERSATIONS, Settings::Crowd).await?;
    hire(&world)?;
    let owner = sign_in(&Http::new(world.server.addr), "owner@localhost", PASSWORD).await?;
    let colleague = sign_in(&Http::new(world.server.addr), "colleague@localhost", PASSWORD).await?;
    let each = rounds.div_ceil(u32::try_from(CONVERSATIONS)?);
    let mut desks = Vec::new();
    for id in &world.conversations {
        let pair = [&owner, &colleague].map(|cookie| world.staff_page(cookie, Manner::Waits));
        for page in &pair {
            page.follow(id.clone(), Sequence(0), Talk::new("", 0)).await?;
        }
        desks.push(pair);
    }
    let scripts = world
        .conversations
        .iter()
        .zip(&desks)
        .enumerate()
        .map(|(number, (id, pair))| script(&world, number, id, pair, each));
    let outcomes = futures_util::future::try_join_all(scripts).await?;
    world.quiet(PATIENCE).await?;
    let audit = Audit::of(&world).await?;
    let (mut answers, mut blind) = (0, 0);
    for (id, outcome) in world.conversations.iter().zip(&outcomes) {
        let (theirs, unseen) = blind_answers(&world, id, &outcome.on_screen).await?;
        answers += theirs;
        blind += unseen;
    }
    let sum = |of: fn(&Outcome) -> u64| outcomes.iter().map(of).sum::<u64>();
    report.figure("rounds", u64::from(each) * outcomes.len() as u64);
    report.figure("answers stored", answers);
    report.figure("notes stored", sum(|outcome| outcome.notes));
    report.figure(
        "refused because the conversation had moved on",
        sum(|outcome| outcome.refused),
    );
    report.figure(
        "sent after a refusal, with what was missed on the screen",
        sum(|outcome| outcome.sent_after_refusal),
    );
    report.figure("given up after a refusal", sum(|outcome| outcome.given_up));
    report.must("blind double replies", blind, 0);
    audit.tell(report);
    world.server.stop().await
}

/// A second member of the staff; there is no call for it yet.
fn hire(world: &World) -> Result<()> {
    let path = world.folder.path().join("data").join("shopbell.db");
    let db = rusqlite::Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.execute(
        "INSERT INTO staff (id, site_id, email, password_hash, name, owner, created)
         SELECT '00000000-0000-4000-8000-000000000002', site_id, 'colleague@localhost', password_hash, 'Colleague', 0,
         created FROM staff WHERE owner = 1",
        [],
    )?;
    Ok(())
}

async fn script(
    world: &World,
    number: usize,
    id: &ConversationId,
    pair: &[Page<Staff>; 2],
    rounds: u32,
) -> Result<Outcome> {
    let visitor = world.visitors.get(number).context("no such visitor")?;
    let mut outcome = Outcome::default();
    for round in 0..rounds {
        visitor.with(|visitor| visitor.talk.say(1)).await?;
        sleep(Duration::from_millis(fastrand::u64(0..40))).await;
        // Sometimes they go on writing while the staff press.
        if fastrand::bool() {
            visitor.with(|visitor| visitor.talk.say(1)).await?;
        }
        let mut pressed = Vec::new();
        for (writer, page) in pair.iter().enumerate() {
            if fastrand::u8(0..4) == 0 {
                press(page, id, &format!("note-{number}-{round}-{writer}"), true).await?;
                outcome.notes += 1;
                sleep(Duration::from_millis(fastrand::u64(0..4))).await;
            }
            let text = format!("answer-{number}-{round}-{writer}");
            let seen = press(page, id, &text, false).await?;
            outcome.on_screen.insert(text.clone(), seen);
            pressed.push((page, text));
        }
        for (page, text) in pressed {
            settle(page, id, &text, &mut outcome).await?;
        }
    }
    Ok(outcome)
}

/// Presses send; answers what was on the screen in that moment.
async fn press(page: &Page<Staff>, id: &ConversationId, text: &str, note: bool) -> Result<Vec<Sequence>> {
    let (id, text) = (id.clone(), text.to_owned());
    page.with(move |staff| staff.press(&id, &text, note)).await
}

/// Waits for the answer's fate; one that is refused is read up on and sent, or given up.
async fn settle(page: &Page<Staff>, id: &ConversationId, text: &str, outcome: &mut Outcome) -> Result<()> {
    let since = Instant::now();
    let mut refusals = 0;
    while since.elapsed() < PATIENCE {
        let wanted = id.clone();
        let (empty, refused) = page
            .with(move |staff| {
                let empty = staff
                    .thread(&wanted)
                    .is_some_and(shopbell_sync::Thread::is_outbox_empty);
                let open = staff.open.get_mut(&wanted);
                (empty, open.and_then(|open| open.refused.pop()))
            })
            .await?;
        if let Some((item, reason)) = refused {
            if reason.code != shopbell_protocol::code::THREAD_MOVED_ON {
                bail!("{text} was refused: {} {}", reason.code, reason.message);
            }
            outcome.refused += 1;
            refusals += 1;
            if refusals == 1 && fastrand::u8(0..4) == 0 {
                page.input(DeskInput::Thread(id.clone(), ThreadInput::Discard(item)));
                outcome.given_up += 1;
                outcome.on_screen.remove(text);
                return Ok(());
            }
            // Reads what came, then presses once more.
            sleep(Duration::from_millis(fastrand::u64(0..60))).await;
            let wanted = id.clone();
            let seen = page.with(move |staff| staff.press_again(&wanted, item)).await?;
            outcome.on_screen.insert(text.to_owned(), seen);
        } else if empty {
            outcome.sent_after_refusal += u64::from(refusals > 0);
            return Ok(());
        }
        sleep(Duration::from_millis(2)).await;
    }
    bail!("{text} is neither stored nor refused")
}

/// How many answers are stored, and how many of them behind something that their writer could not know.
async fn blind_answers(world: &World, id: &ConversationId, on_screen: &OnScreen) -> Result<(u64, u64)> {
    let history = world.history(id).await?;
    let (mut answers, mut blind) = (0, 0);
    for (place, answer) in history.iter().enumerate() {
        let text = text_of(&answer.shown);
        let Some(seen) = on_screen.get(&text) else {
            continue;
        };
        if answer.shown.direction != Direction::BusinessToParticipant {
            continue;
        }
        answers += 1;
        let oldest = seen.iter().min().copied().unwrap_or_default();
        let before = history.get(..place).unwrap_or_default().iter().rev();
        let unseen = before
            .take_while(|message| message.shown.sequence > oldest)
            .filter(|message| message.staff_id != answer.staff_id || message.staff_id.is_none())
            .find(|message| !seen.contains(&message.shown.sequence));
        if let Some(unseen) = unseen {
            blind += 1;
            eprintln!("blind: {text} behind {}", text_of(&unseen.shown));
        }
    }
    Ok((answers, blind))
}
