//! Who answers, whether they are there, and the way to get the panel out of the way.

use leptos::prelude::*;

use crate::dom::{owned_effect, set_title};
use crate::message::fill_avatar;
use crate::state::store::Connection;

use super::WidgetProps;
use super::parts::Parts;

pub(super) fn attach(parts: &Parts, props: &WidgetProps) {
    let (texts, state) = (props.i18n.texts, props.state);

    let business = Memo::new(move |_| {
        state.settings.with(|settings| {
            (
                settings.business_name.clone(),
                settings.business_image_url.clone(),
            )
        })
    });
    let avatar = parts.avatar.clone();
    owned_effect(move || business.with(|(name, image)| fill_avatar(&avatar, name, image.as_deref())));
    parts
        .name
        .clone()
        .bind_text(move || business.with(|(name, _)| name.clone()));

    // Outside: the title of the tab, where the page is opened by itself.
    owned_effect(move || {
        business.with(|(name, _)| {
            let titles = [name.as_str(), texts.chat];
            set_title(titles.into_iter().find(|title| !title.is_empty()));
        });
    });

    // Name of the state, and the words for it.
    let told = Memo::new(move |_| match state.connection.get() {
        Connection::Idle => ("idle", ""),
        Connection::Connecting | Connection::Reconnecting => ("connecting", texts.connecting),
        Connection::Offline => ("offline", texts.offline),
        Connection::Online => match state.presence.get() {
            Some(true) => ("online", texts.online),
            Some(false) | None => ("away", texts.away),
        },
    });
    parts
        .state
        .clone()
        .bind_text(move || told.get().1.to_owned())
        .bind_attr("data-state", move || Some(told.get().0.to_owned()));

    let on_minimize = props.on_minimize;
    parts
        .minimize
        .clone()
        .attr("aria-label", texts.minimize)
        .attr("title", texts.minimize)
        .on("click", move |_| on_minimize.run(()));
}
