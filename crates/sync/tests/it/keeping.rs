//! The outbox that outlives its page, told step by step.

use shopbell_protocol::{ClientFrame, ClientId, MessageContent, Sequence, ServerFrame};
use shopbell_sync::client::{Connection, Input, Output};
use shopbell_sync::{Deed, Effect, Kept, Status, Store};

use super::world::World;

fn online() -> World {
    let mut world = World::keeping();
    world.start();
    world.restore();
    world.exchange_all();
    world
}

fn shown(world: &World) -> Vec<(&str, &Status)> {
    let items = world.shown.iter();
    items.map(|item| (item.id.as_str(), &item.status)).collect()
}

fn sends(world: &World) -> Vec<&str> {
    let frames = world.outputs.iter().filter_map(|output| match output {
        Output::Frame(ClientFrame::Send { client_id, .. }) => Some(client_id.as_str()),
        _ => None,
    });
    frames.collect()
}

fn kept(client_id: &str, ready: bool) -> Kept<MessageContent> {
    Kept {
        client_id: client_id.into(),
        created_date: "then".into(),
        deed: Deed::Send {
            draft: MessageContent::text(client_id),
            seen: Sequence(0),
            ready,
        },
    }
}

#[test]
fn a_message_is_written_before_it_is_shown_and_forgotten_once_it_is_stored() {
    let mut world = online();
    world.send("a");
    assert_eq!(shown(&world), [], "it is not written yet");
    world.write();
    assert_eq!(shown(&world), [("a", &Status::Sending)]);
    world.exchange_all();
    assert_eq!(shown(&world), [("a", &Status::Sent)]);
    assert_eq!(world.storage, []);
}

#[test]
fn a_killed_page_goes_on_where_it_was_in_order_and_under_the_same_ids() {
    let mut world = online();
    world.network = false;
    world.cut();
    for id in ["a", "b", "c"] {
        world.send(id);
        world.write();
    }
    world.reload();
    world.network = true;
    // What is typed before the storage has answered stands behind what it holds.
    world.send("d");
    world.write();
    assert_eq!(shown(&world), []);
    world.restore();
    let ids: Vec<_> = shown(&world).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["a", "b", "c", "d"]);
    world.calm();
    world.assert_converged();
    let stored: Vec<_> = world.shown.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(stored, ["a", "b", "c", "d"]);
}

#[test]
fn what_the_server_has_already_is_found_in_history_and_not_sent_again() {
    let mut world = online();
    world.send("a");
    world.write();
    world.exchange();
    assert_eq!(
        world.server.log.len(),
        1,
        "stored, and the page dies before the ack"
    );
    world.reload();
    world.outputs.clear();
    world.restore();
    // The socket is there before the page of history.
    world.answer_request();
    while world.exchange() {}
    assert_eq!(world.client.connection(), Connection::Online);
    world.calm();
    assert_eq!(sends(&world), [] as [&str; 0]);
    assert_eq!(world.storage, []);
    world.assert_converged();
}

#[test]
fn what_the_server_has_further_back_than_the_first_page_leaves_the_end_of_the_timeline() {
    let mut world = online();
    world.send("a");
    world.write();
    world.exchange();
    for n in 0..7 {
        world.server.answer(&format!("answer {n}"));
    }
    world.reload();
    world.restore();
    assert_eq!(shown(&world), [("a", &Status::Sending)]);
    world.calm();
    assert_eq!(world.shown.len(), 3, "the newest page, without a gap before it");
    assert!(
        world
            .outputs
            .iter()
            .any(|output| matches!(output, Output::Show(Effect::Accepted(item)) if item.id.as_str() == "a"))
    );
    world.assert_converged();
}

#[test]
fn a_storage_that_refuses_or_hangs_is_told_of_once_and_the_messages_go_all_the_same() {
    let mut world = online();
    world.send("a");
    world.refuse_write();
    world.send("b");
    world.refuse_write();
    assert_eq!(world.memory_only, 1);
    world.send("c");
    world.pass(1_999);
    assert_eq!(world.shown.len(), 2);
    world.pass(1);
    assert_eq!(world.shown.len(), 3, "a storage that hangs holds nothing up");
    world.send("d");
    assert_eq!(world.shown.len(), 4);
    assert_eq!(world.memory_only, 1);
    world.calm();
    world.assert_converged();
}

#[test]
fn a_message_waits_for_its_files_and_those_behind_it_wait_too() {
    let mut world = online();
    world.input(Input::Send {
        client_id: "file".into(),
        content: MessageContent::text("on its way"),
        ready: false,
        created_date: String::new(),
    });
    world.send("b");
    world.exchange_all();
    assert_eq!(sends(&world), [] as [&str; 0]);
    world.input(Input::Complete {
        client_id: "file".into(),
        content: MessageContent::text("whole"),
    });
    world.exchange_all();
    assert_eq!(sends(&world), ["file", "b"]);
    assert!(world.outputs.iter().any(|output| matches!(output,
        Output::Store(Store::Put(Kept { deed: Deed::Send { draft, ready: true, .. }, .. }))
            if *draft == MessageContent::text("whole"))));
    world.assert_converged();
}

#[test]
fn a_message_whose_file_is_on_its_way_can_be_given_up() {
    let mut world = online();
    world.input(Input::Restored(vec![kept("file", false)]));
    world.input(Input::Discard("file".into()));
    world.input(Input::Complete {
        client_id: "file".into(),
        content: MessageContent::text("late"),
    });
    world.exchange_all();
    assert_eq!(shown(&world), []);
    world.assert_converged();
}

#[test]
fn what_waits_in_another_tab_is_shown_here_and_sent_there() {
    let mut world = online();
    world.input(Input::Elsewhere(kept("there", true)));
    world.send("here");
    world.exchange_all();
    assert_eq!(sends(&world), ["here"]);
    let there = ClientId::from("there");
    world.server.accept(&there, MessageContent::text("there"));
    world.exchange_all();
    assert_eq!(shown(&world), [("here", &Status::Sent), ("there", &Status::Sent)]);
    assert!(
        !world.outputs.iter().any(
            |output| matches!(output, Output::Show(Effect::Accepted(item)) if item.id.as_str() == "there")
        ),
        "the other tab tells its page"
    );
    // The broadcast comes late.
    world.input(Input::Elsewhere(kept("there", true)));
    world.input(Input::Gone(there));
    world.assert_converged();
}

#[test]
fn what_an_ended_tab_has_left_is_sent_from_here() {
    let mut world = online();
    world.input(Input::Elsewhere(kept("there", true)));
    world.storage.push(kept("there", true));
    world.input(Input::Restored(vec![kept("there", true)]));
    world.exchange_all();
    assert_eq!(sends(&world), ["there"]);
    world.assert_converged();
}

#[test]
fn a_press_outlives_its_page_and_counts_once() {
    let mut world = online();
    world.server.answer("buttons");
    world.exchange_all();
    let message = world.shown[0].message_id().unwrap();
    world.press("p1", message);
    world.press("p2", message);
    world.write();
    assert_eq!(world.storage.len(), 1, "the second press is the first");
    // The server takes it, and the page dies before it hears so.
    world.exchange();
    world.reload();
    world.restore();
    world.calm();
    assert_eq!(world.server.interactions, 1);
    world.assert_converged();
}

#[test]
fn signing_out_leaves_nothing_on_screen_or_in_the_storage() {
    let mut world = online();
    world.server.answer("secret");
    world.exchange_all();
    world.cut();
    world.send("waiting");
    world.write();
    world.sign_out();
    assert_eq!(shown(&world), []);
    assert!(world.outputs.contains(&Output::StoreToken(None)));
    world.write();
    assert_eq!(world.storage, []);
    world.input(Input::Frame(ServerFrame::Unknown));
    assert!(world.client.thread().is_outbox_empty());
    assert_eq!(world.client.token(), None);
}

#[test]
fn a_day_offline_costs_nothing_but_the_day() {
    let mut world = online();
    world.network = false;
    world.cut();
    world.input(Input::Network(false));
    for id in ["a", "b", "c"] {
        world.send(id);
        world.write();
    }
    for hour in 0..24 {
        if hour == 12 {
            world.reload();
            world.restore();
        }
        world.pass(3_600_000);
    }
    assert!(
        shown(&world)
            .iter()
            .all(|(_, status)| **status == Status::Sending)
    );
    world.calm();
    world.assert_converged();
    let ids: Vec<_> = shown(&world).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["a", "b", "c"]);
}
