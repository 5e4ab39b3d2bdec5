//! Whatever accent the owner chooses, text stays readable: WCAG's 4.5 to 1, measured in what the browser computes.

use shopbell_sync::Status;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fixtures;
use crate::stage::{Stage, document, settle};

const ACCENTS: [&str; 16] = [
    "#2456d6", "#000000", "#ffffff", "#f5c518", "#25d366", "#2f80ed", "#e0447c", "#e67e22", "#ff0000",
    "#00ff00", "#0000ff", "#7b3fe4", "#808080", "#0e7a6b", "#ffb6c1", "#8b0000",
];

/// Relative luminance of what is behind and of the text, for each selector: a canvas paints the computed colors.
const MEASURE: &str = "
    const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    const luminance = (colors) => {
        context.globalCompositeOperation = 'source-over';
        for (const color of colors) { context.fillStyle = color; context.fillRect(0, 0, 1, 1); }
        const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const element = root.querySelector(selector);
    const behind = [];
    for (let at = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const [ground, text] = [luminance(['#fff', ...behind]), luminance(['#fff', ...behind, getComputedStyle(element).color])];
    return (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);";

#[wasm_bindgen_test]
async fn text_stays_readable_on_every_accent_in_light_and_dark() {
    let measure = js_sys::Function::new_with_args("root, selector", MEASURE);
    let stage = Stage::new().await;
    for message in fixtures::all() {
        stage.push(message, Status::Received);
    }
    stage.push(fixtures::text(1, "Seen", true), Status::Seen);
    settle().await;
    let html: web_sys::HtmlElement = document().document_element().unwrap_throw().unchecked_into();
    for scheme in ["light", "dark"] {
        html.set_attribute("data-scheme", scheme).unwrap_throw();
        for accent in ACCENTS {
            html.style()
                .set_property("--shopbell-accent", accent)
                .unwrap_throw();
            for selector in [
                ".entry--own .bubble__text",
                ".entry--other .bubble__text",
                ".entry--other .bubble__text a",
                ".header__name",
                ".header__state",
                "a.button",
                ".button--postback[data-state=idle] span",
                ".button--postback[data-state=done] span",
                ".button--postback[data-state=expired] span",
                ".button__note",
                "a.note",
                ".card__line",
                ".entry__status",
                ".entry__sender",
                ".badge",
                ".file__detail",
                ".composer__input",
            ] {
                let ratio = measure
                    .call2(&JsValue::NULL, &stage.root, &selector.into())
                    .unwrap_throw();
                assert!(
                    ratio.as_f64() >= Some(4.5),
                    "{selector} on {accent}, {scheme}: {ratio:?}"
                );
            }
        }
    }
    html.style().remove_property("--shopbell-accent").unwrap_throw();
    html.remove_attribute("data-scheme").unwrap_throw();
}
