//! What stands around the messages: the welcome, the way to older history, who is typing.

use leptos::prelude::untrack;

use crate::dom::{El, Handler};
use crate::i18n::with_name;
use crate::message::avatar;
use crate::state::store::{History, WidgetState};

use super::WidgetProps;

/// How far back a picture is looked for.
const RECENT: usize = 50;

/// What stands in an empty conversation: who answers, and the site's own words or ours.
pub(super) fn welcome(props: &WidgetProps) -> El {
    let texts = props.i18n.texts;
    props.state.settings.with(|settings| {
        let name = settings.business_name.as_str();
        let words = settings.welcome_text.as_deref().unwrap_or(texts.welcome_text);
        El::with_class("div", "empty")
            .child(avatar(name, settings.business_image_url.as_deref()).class("avatar--large"))
            .child(El::with_class("h2", "empty__title").text(texts.welcome_title))
            .child(El::with_class("p", "empty__text").attr("dir", "auto").text(words))
    })
}

/// The way to older history for those who do not scroll, and the sign that it is on its way.
pub(super) fn earlier(
    label: &'static str,
    history: History,
    all_shown: bool,
    on_load: Handler<()>,
) -> Option<El> {
    let inside = match history {
        History::Unknown | History::Complete => return None,
        History::Loading => El::with_class("span", "spinner"),
        // There is more of what is loaded already; scrolling shows it first. Its place stays, or what one reads would jump.
        History::More if !all_shown => return Some(El::with_class("div", "timeline__earlier")),
        History::More | History::Failed => El::with_class("button", "timeline__more")
            .attr("type", "button")
            .text(label)
            .on("click", move |_| on_load.run(())),
    };
    Some(El::with_class("div", "timeline__earlier").child(inside))
}

/// The other side is typing.
pub(super) fn typing_line(props: &WidgetProps) -> Option<El> {
    let texts = props.i18n.texts;
    let typist = props.state.typing.get()?;
    let (name, image) = untrack(|| face(props.state, typist.name.as_deref()));
    let words = typist
        .name
        .as_deref()
        .map_or(texts.typing.to_owned(), |name| with_name(texts.name_typing, name));
    let dots = El::with_class("span", "typing__dots")
        .attr("aria-hidden", "true")
        .children((0..3).map(|_| El::with_class("span", "typing__dot")));
    Some(
        El::with_class("div", "typing")
            .attr("data-testid", "typing")
            .child(avatar(&name, image.as_deref()))
            .child(dots)
            .child(El::with_class("span", "visually-hidden").text(&words)),
    )
}

/// Name and picture of who types: as in their newest message, else the business's.
fn face(state: WidgetState, name: Option<&str>) -> (String, Option<String>) {
    let known = state.rows.with(|rows| {
        let mut newest_first = rows.iter().rev().take(RECENT);
        newest_first.find_map(|row| {
            let sender = row.item.with(|item| item.message.sender.clone());
            (name.is_some() && sender.name.as_deref() == name).then_some(sender.image_url)
        })
    });
    state.settings.with(|settings| match (name, known) {
        (Some(name), Some(image)) => (name.to_owned(), image),
        (Some(name), None) => (name.to_owned(), None),
        (None, _) => (
            settings.business_name.clone(),
            settings.business_image_url.clone(),
        ),
    })
}
