//! The keyed list: nodes follow their keys through any change of order.

use leptos::prelude::*;
use shopbell_widget::dom::El;
use shopbell_widget::dom::list::{Around, list};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{document, settle, text_of};

fn shown(parent: &El) -> Vec<(String, web_sys::Element)> {
    let children = parent.element().children();
    (0..children.length())
        .filter_map(|index| children.item(index))
        .map(|child| (text_of(&child), child))
        .collect()
}

/// A small generator, so that a failure repeats.
fn next(seed: &mut u32) -> u32 {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    *seed >> 16
}

#[wasm_bindgen_test]
async fn through_any_change_the_nodes_follow_their_keys_in_order() {
    let _set = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let parent = El::new("ul");
    document()
        .body()
        .unwrap_throw()
        .append_child(parent.element())
        .unwrap_throw();
    let items = owner.with(|| RwSignal::new(Vec::<u32>::new()));
    owner.with(|| {
        list(
            &parent,
            move || items.get(),
            u32::to_string,
            |item| El::new("li").bind_text(move || item.get().to_string()),
            Around::default(),
        );
    });
    let mut seed = 7;
    for _ in 0..200 {
        let before = shown(&parent);
        let mut wanted: Vec<u32> = items.get_untracked();
        for _ in 0..=next(&mut seed) % 4 {
            let at = next(&mut seed) as usize % (wanted.len() + 1);
            match next(&mut seed) % 3 {
                0 if at < wanted.len() => drop(wanted.remove(at)),
                1 if at < wanted.len() => {
                    let moved = wanted.remove(at);
                    wanted.insert(next(&mut seed) as usize % (wanted.len() + 1), moved);
                }
                _ => {
                    let fresh = next(&mut seed);
                    if !wanted.contains(&fresh) {
                        wanted.insert(at, fresh);
                    }
                }
            }
        }
        items.set(wanted.clone());
        settle().await;
        let after = shown(&parent);
        let texts: Vec<_> = after.iter().map(|(text, _)| text.clone()).collect();
        assert_eq!(texts, wanted.iter().map(u32::to_string).collect::<Vec<_>>());
        for (text, node) in &after {
            let was = before.iter().find(|(old, _)| old == text);
            assert!(was.is_none_or(|(_, old)| old == node), "{text} got another node");
        }
    }
    owner.cleanup();
    assert!(shown(&parent).is_empty(), "what the owner made goes with it");
    parent.remove();
}

#[wasm_bindgen_test]
async fn a_row_that_stays_keeps_its_focus_while_others_come_and_go_around_it() {
    let _set = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let parent = El::new("ul");
    document()
        .body()
        .unwrap_throw()
        .append_child(parent.element())
        .unwrap_throw();
    let items = owner.with(|| RwSignal::new(vec![1_u32, 2, 3]));
    owner.with(|| {
        list(
            &parent,
            move || items.get(),
            u32::to_string,
            |item| El::new("button").bind_text(move || item.get().to_string()),
            Around::default(),
        );
    });
    let middle: web_sys::HtmlElement = parent
        .element()
        .children()
        .item(1)
        .unwrap_throw()
        .unchecked_into();
    middle.focus().unwrap_throw();
    for around in [vec![2, 3, 4], vec![9, 2, 4], vec![7, 8, 9, 2], vec![2]] {
        items.set(around);
        settle().await;
        assert_eq!(document().active_element().as_ref(), Some(middle.as_ref()));
    }
    owner.cleanup();
    parent.remove();
}
