//! Whatever the network does, the timeline ends as the server's log.

use proptest::prelude::*;
use shopbell_protocol::{Direction, MessageContent, Sequence, ShownAction};
use shopbell_sync::{Deed, Input, Kept};

use super::world::World;

#[derive(Debug, Clone, Copy)]
enum Op {
    Send,
    Answer,
    Note,
    OtherTab,
    Press,
    Exchange,
    AnswerRequest,
    LoseRequest,
    LoseFrame,
    RepeatFrame,
    ReorderFrames,
    Cut,
    Resync,
    Offline,
    Online,
    BlockSockets,
    Pass(u64),
    LoadEarlier,
    Look,
    Sleep,
    Write,
    RefuseWrite,
    Restore,
    Reload,
    /// Another tab types, and what it types waits there.
    OtherTypes,
    OtherSends,
    OtherDies,
    OtherDiscards,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => Just(Op::Send),
        4 => Just(Op::Answer),
        1 => Just(Op::Note),
        1 => Just(Op::OtherTab),
        2 => Just(Op::Press),
        12 => Just(Op::Exchange),
        6 => Just(Op::AnswerRequest),
        1 => Just(Op::LoseRequest),
        2 => Just(Op::LoseFrame),
        2 => Just(Op::RepeatFrame),
        2 => Just(Op::ReorderFrames),
        2 => Just(Op::Cut),
        1 => Just(Op::Resync),
        1 => Just(Op::Offline),
        1 => Just(Op::Online),
        1 => Just(Op::BlockSockets),
        4 => (0_u64..20_000).prop_map(Op::Pass),
        1 => Just(Op::LoadEarlier),
        1 => Just(Op::Look),
        1 => Just(Op::Sleep),
        8 => Just(Op::Write),
        1 => Just(Op::Reload),
        2 => Just(Op::Restore),
        1 => Just(Op::OtherTypes),
        1 => Just(Op::OtherSends),
        1 => Just(Op::OtherDies),
        1 => Just(Op::OtherDiscards),
    ]
}

fn with_failing_storage() -> impl Strategy<Value = Op> {
    prop_oneof![20 => op(), 1 => Just(Op::RefuseWrite)]
}

fn run(world: &mut World, ops: Vec<Op>) {
    let mut other: Vec<Kept<MessageContent>> = Vec::new();
    for (n, op) in ops.into_iter().enumerate() {
        match op {
            Op::Send => world.send(&format!("send-{n}")),
            Op::Answer => world.server.answer(&format!("answer {n}")),
            Op::Note => world.server.note(),
            Op::OtherTab => {
                let content = MessageContent::text("other tab");
                world.server.accept(&format!("other-{n}").into(), content);
            }
            Op::Press => press_any(world, n),
            Op::Exchange => {
                world.exchange();
            }
            Op::AnswerRequest => {
                world.answer_request();
            }
            Op::LoseRequest => world.lose_request(),
            Op::LoseFrame => world.lose_frame(),
            Op::RepeatFrame => world.repeat_frame(),
            Op::ReorderFrames => world.reorder_frames(),
            Op::Cut => world.cut(),
            Op::Resync => world.resync(),
            Op::Offline => {
                world.network = false;
                world.input(Input::Network(false));
            }
            Op::Online => {
                world.network = true;
                world.sockets_blocked = false;
                world.input(Input::Network(true));
            }
            Op::BlockSockets => {
                world.sockets_blocked = true;
                world.cut();
            }
            Op::Pass(ms) => world.pass(ms),
            Op::LoadEarlier => world.input(Input::LoadEarlier),
            Op::Look => world.look(),
            Op::Sleep => {
                world.now_ms += 3_600_000;
                world.input(Input::Wake);
            }
            Op::Write => {
                world.write();
            }
            Op::RefuseWrite => world.refuse_write(),
            Op::Restore => world.restore(),
            Op::Reload => {
                world.reload();
                for kept in &other {
                    world.input(Input::Elsewhere(kept.clone()));
                }
            }
            Op::OtherTypes => {
                let kept = typed_elsewhere(&format!("elsewhere-{n}"));
                world.input(Input::Elsewhere(kept.clone()));
                other.push(kept);
            }
            Op::OtherSends => {
                if let Some(kept) = other.pop() {
                    world
                        .server
                        .accept(&kept.client_id, MessageContent::text("elsewhere"));
                }
            }
            Op::OtherDies => {
                if let Some(kept) = other.pop() {
                    world.storage.push(kept.clone());
                    world.input(Input::Restored(vec![kept]));
                }
            }
            Op::OtherDiscards => {
                if let Some(kept) = other.pop() {
                    world.input(Input::Gone(kept.client_id));
                }
            }
        }
    }
    for kept in other {
        world.storage.push(kept.clone());
        world.input(Input::Restored(vec![kept]));
    }
}

fn typed_elsewhere(client_id: &str) -> Kept<MessageContent> {
    Kept {
        client_id: client_id.into(),
        created_date: "elsewhere".into(),
        deed: Deed::Send {
            draft: MessageContent::text("elsewhere"),
            seen: Sequence(0),
            ready: true,
        },
    }
}

fn press_any(world: &mut World, n: usize) {
    let item = world.shown.iter().find(|item| {
        item.message.direction == Direction::BusinessToParticipant
            && item
                .message
                .content
                .buttons()
                .iter()
                .any(|button| match &button.action {
                    ShownAction::Postback { button_id, state } => {
                        item.button_face(button_id, *state).can_press()
                    }
                    ShownAction::Link(_) | ShownAction::Unsupported => false,
                })
    });
    if let Some(id) = item.and_then(shopbell_sync::Item::message_id) {
        world.press(&format!("press-{n}"), id);
    }
}

fn converge(before: usize, ops: Vec<Op>) {
    let mut world = World::keeping();
    for n in 0..before {
        world.server.answer(&format!("before {n}"));
    }
    world.start();
    run(&mut world, ops);
    world.restore();
    // A lost frame is noticed by the one that follows it.
    world.exchange_all();
    world.server.answer("last");
    world.calm();
    world.assert_converged();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reordered_repeated_and_lost_frames_and_reconnects_at_any_point_end_in_the_servers_timeline(
        before in 0_usize..12,
        ops in prop::collection::vec(op(), 0..120),
    ) {
        converge(before, ops);
    }

    #[test]
    fn the_same_where_the_storage_refuses_now_and_then(
        before in 0_usize..12,
        ops in prop::collection::vec(with_failing_storage(), 0..120),
    ) {
        converge(before, ops);
    }
}
