//! Markup for messages: the same elements, classes and test hooks as the widget's (`src/message`), without a script behind
//! them. [`Pen::entry`] draws one row; [`content`] has the kinds.
//!
//! maud escapes every text; nothing that a message carries becomes markup.

mod button;
mod content;
mod icon;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use shopbell_protocol::drawn::{initials, picture_address};
use shopbell_protocol::message::Direction;
use shopbell_protocol::shown::{Marks, SenderKind, ShownBadge};
use shopbell_protocol::{ClientId, ContentKind, MessageId, ShownMessage};

use super::files;
use super::view::View;

pub(super) use content::size;
pub(super) use icon::{Icon, icon};

/// Messages of one sender within this time stand together.
const GROUP_MICROS: u64 = 5 * 60 * 1_000_000;

/// Draws the rows of one page, oldest first: what it drew last decides about headings and groups.
#[derive(Debug)]
pub(super) struct Pen {
    /// How the page looks.
    pub(super) view: View,
    /// Who answers where a message does not say it.
    pub(super) business: String,
    /// How far the business has got with the visitor's messages.
    pub(super) marks: Marks,
    /// Makes the ids of presses, one for each button and page.
    pub(super) nonce: ClientId,
    /// The button whose press was refused.
    pub(super) failed: Option<(MessageId, String)>,
    before: Option<Group>,
}

/// What makes messages stand together.
#[derive(Debug, PartialEq)]
struct Group {
    day: String,
    at_micros: u64,
    own: bool,
    kind: SenderKind,
    name: Option<String>,
    /// A notice stands for itself.
    alone: bool,
}

impl Pen {
    pub(super) fn new(view: View, business: String, marks: Marks, nonce: ClientId) -> Self {
        Self {
            view,
            business,
            marks,
            nonce,
            failed: None,
            before: None,
        }
    }

    /// A row, with the heading of its day where a new one begins.
    pub(super) fn entry(&mut self, message: &ShownMessage) -> Markup {
        let group = Group::of(message);
        let same_day = self.before.as_ref().is_some_and(|before| before.day == group.day);
        let continued = same_day
            && self
                .before
                .as_ref()
                .is_some_and(|before| before.goes_on_in(&group));
        let side = match (group.alone, group.own) {
            (true, _) => "entry--center",
            (false, true) => "entry--own",
            (false, false) => "entry--other",
        };
        let sender = self.sender_name(message);
        let markup = html! {
            @if !same_day {
                li.timeline__day { time datetime=(group.day) { (group.day) } }
            }
            li.entry.(side).entry--continued[continued] {
                p.entry__sender .visually-hidden[group.own || group.alone] dir="auto" { (sender) }
                @if !group.own && !group.alone {
                    (avatar(&sender, message.sender.image_url.as_deref(), "entry__avatar"))
                }
                div.entry__parts {
                    div.entry__body {
                        @for part in self.content(message) { (self.message(message, &part)) }
                        @for badge in &message.badges { (badge_of(badge)) }
                    }
                }
                (self.meta(message, &group))
            }
        };
        self.before = Some(group);
        markup
    }

    fn message(&self, message: &ShownMessage, part: &Markup) -> Markup {
        html! {
            div.message data-testid="message" data-kind=(kind_name(&message.content.kind))
                data-direction=(message.direction.as_str()) data-sequence=(message.sequence.to_string())
                data-status=(self.status(message).0) { (part) }
        }
    }

    fn meta(&self, message: &ShownMessage, group: &Group) -> Markup {
        let (status, words, mark) = self.status(message);
        // Nobody tells a server the reader's time zone, so it says which one it means.
        let time = message.created_date.get(11..16).unwrap_or_default();
        html! {
            div.entry__meta .visually-hidden[group.alone] {
                time datetime=(message.created_date) { (time) " UTC" }
                @if group.own {
                    span.entry__status data-status=(status) { (icon(mark)) (words) }
                }
            }
        }
    }

    /// How far a message is, as it was when the page was drawn.
    fn status(&self, message: &ShownMessage) -> (&'static str, &'static str, Icon) {
        let texts = self.view.texts();
        match message.direction {
            Direction::ParticipantToBusiness if message.sequence <= self.marks.business_seen => {
                ("seen", texts.seen, Icon::CheckTwice)
            }
            Direction::ParticipantToBusiness if message.sequence <= self.marks.business_delivered => {
                ("delivered", texts.delivered, Icon::CheckTwice)
            }
            Direction::ParticipantToBusiness => ("sent", texts.sent, Icon::Check),
            Direction::BusinessToParticipant | Direction::Unknown | Direction::Unrecognized => {
                ("received", "", Icon::Check)
            }
        }
    }

    fn sender_name(&self, message: &ShownMessage) -> String {
        let texts = self.view.texts();
        if message.direction == Direction::ParticipantToBusiness {
            return texts.you.to_owned();
        }
        let given = message.sender.name.as_deref().map(str::trim);
        given
            .filter(|name| !name.is_empty())
            .or(Some(self.business.as_str()).filter(|name| !name.is_empty()))
            .unwrap_or(texts.business)
            .to_owned()
    }
}

impl Group {
    fn of(message: &ShownMessage) -> Self {
        Self {
            day: message.created_date.get(..10).unwrap_or_default().to_owned(),
            at_micros: message.sequence.0,
            own: message.direction == Direction::ParticipantToBusiness,
            kind: message.sender.kind,
            name: message.sender.name.clone(),
            alone: matches!(
                message.content.kind,
                ContentKind::Minimal(_) | ContentKind::System(_)
            ),
        }
    }

    fn goes_on_in(&self, next: &Self) -> bool {
        let same_sender =
            self.own == next.own && (self.own || (self.kind == next.kind && self.name == next.name));
        let soon = next.at_micros.saturating_sub(self.at_micros) < GROUP_MICROS;
        same_sender && !self.alone && !next.alone && soon
    }
}

/// The word for `data-kind`.
fn kind_name<B>(kind: &ContentKind<B>) -> String {
    kind.content_type().as_str().to_ascii_lowercase()
}

fn badge_of(badge: &ShownBadge) -> Markup {
    let text = badge.text.as_deref().filter(|text| !text.trim().is_empty());
    let mark = badge.icon_url.as_deref().and_then(picture_address);
    html! {
        @if text.is_some() || mark.is_some() {
            span.badge {
                @if let Some(url) = mark { img.badge__icon src=(url) alt=""; }
                @if let Some(text) = text { span dir="auto" { (text) } }
            }
        }
    }
}

/// The round picture of a sender over their initials. Decoration: the name stands beside it as text.
pub(super) fn avatar(name: &str, image_url: Option<&str>, class: &str) -> Markup {
    html! {
        span class={ "avatar " (class) } aria-hidden="true" {
            (initials(name))
            @if let Some(url) = image_url.and_then(picture_address) {
                img.avatar__image src=(url) alt="" decoding="async";
            }
        }
    }
}

/// The page up to where its body begins: the rest may come later, and nothing has to be closed.
pub(super) fn begin(view: View, title: &str) -> Markup {
    let language = view.language;
    html! {
        (DOCTYPE)
        (PreEscaped(format!(
            "<html lang=\"{}\" dir=\"{}\" data-scheme=\"{}\">",
            language.tag(), language.direction(), view.scheme
        )))
        head {
            meta charset="utf-8";
            title { (title) }
            meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";
            link rel="stylesheet" href=(files::address());
            @if let Some(sheet) = view.sheet() { style { (PreEscaped(sheet)) } }
        }
        (PreEscaped("<body class=\"plain\">"))
    }
}
