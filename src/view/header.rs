//! Who answers, whether they are there, and the way to get the panel out of the way.

use crate::dom::{owned_effect, set_title};
use crate::message::fill_avatar;
use crate::state::store::Connection;

use super::WidgetProps;
use super::parts::Parts;

pub(super) fn attach(parts: &Parts, props: &WidgetProps) {
    let (texts, state) = (props.i18n.texts, props.state);

    let (avatar, name_line) = (parts.avatar.clone(), parts.name.clone());
    let mut shown = None;
    owned_effect(move || {
        let business = state.settings.with(|settings| {
            (
                settings.business_name.clone(),
                settings.business_image_url.clone(),
            )
        });
        // The server repeats the settings with every connection; the picture would flicker.
        if shown.as_ref() == Some(&business) {
            return;
        }
        let (name, image) = &business;
        fill_avatar(&avatar, name, image.as_deref());
        name_line.set_text(name);
        // The title of the tab, where the page is opened by itself.
        set_title(if name.is_empty() { texts.chat } else { name });
        shown = Some(business);
    });

    let line = parts.state.clone();
    owned_effect(move || {
        let (name, words) = match state.connection.get() {
            Connection::Idle => ("idle", ""),
            Connection::Connecting | Connection::Reconnecting | Connection::Unreachable => {
                ("connecting", texts.connecting)
            }
            Connection::Offline => ("offline", texts.offline),
            Connection::Online => match state.presence.get() {
                Some(true) => ("online", texts.online),
                Some(false) | None => ("away", texts.away),
            },
        };
        line.set("data-state", Some(name));
        line.set_text(words);
    });

    let on_minimize = props.on_minimize;
    parts
        .minimize
        .clone()
        .attr("aria-label", texts.minimize)
        .attr("title", texts.minimize)
        .on("click", move |_| on_minimize.run(()));
}
