//! Whatever the network does, the timeline ends as the server's log.

use proptest::prelude::*;
use shopbell_protocol::{Direction, ShownAction};
use shopbell_sync::Input;

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
    ]
}

fn run(world: &mut World, ops: Vec<Op>) {
    for (n, op) in ops.into_iter().enumerate() {
        match op {
            Op::Send => world.send(&format!("send-{n}")),
            Op::Answer => world.server.answer(&format!("answer {n}")),
            Op::Note => world.server.note(),
            Op::OtherTab => {
                let content = shopbell_protocol::MessageContent::text("other tab");
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
        }
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reordered_repeated_and_lost_frames_and_reconnects_at_any_point_end_in_the_servers_timeline(
        before in 0_usize..12,
        ops in prop::collection::vec(op(), 0..120),
    ) {
        let mut world = World::new();
        for n in 0..before {
            world.server.answer(&format!("before {n}"));
        }
        world.start();
        run(&mut world, ops);
        // A lost frame is noticed by the one that follows it.
        world.exchange_all();
        world.server.answer("last");
        world.calm();
        world.assert_converged();
    }
}
