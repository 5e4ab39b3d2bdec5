//! [`Texts`]: the keys.

/// Forms by plural category of the language (`one`, `few` …), `other` last; `{n}` stands for the number.
pub type Plural = &'static [(&'static str, &'static str)];

macro_rules! texts {
    ($($(#[$doc:meta])* $key:ident,)*) => {
        /// All strings of one language. `{name}`, `{n}` and `{size}` are replaced.
        #[derive(Debug)]
        pub struct Texts {
            $($(#[$doc])* pub $key: &'static str,)*
            /// On the button to the newest message.
            pub new_messages: Plural,
            /// How many characters a text is too long.
            pub too_long: Plural,
        }

        impl Texts {
            /// Key and text of each plain string.
            pub fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key)),*]
            }

            /// The plural strings, in the order in which [`Self::from_parts`] takes them.
            pub const fn plurals(&self) -> [Plural; 2] {
                [self.new_messages, self.too_long]
            }

            /// Strings that come from elsewhere: `text` is asked for each plain one in the order of [`Self::all`], then
            /// `plural` for the others.
            pub fn from_parts(
                mut text: impl FnMut() -> &'static str,
                mut plural: impl FnMut() -> Plural,
            ) -> Self {
                Self {
                    $($key: text(),)*
                    new_messages: plural(),
                    too_long: plural(),
                }
            }
        }
    };
}

texts! {
    /// Title of the page.
    chat,
    /// Leads to the conversation as pages without scripts.
    without_scripts,
    /// On those pages, where the browser keeps no cookie.
    needs_cookies,
    /// Label of the timeline.
    messages,
    /// Label of the input.
    message,
    /// Shown in the empty input.
    write_message,
    /// Label of the button.
    send,
    /// Label of the button.
    attach,
    /// Label of the button.
    minimize,
    /// Somebody of the staff is there.
    online,
    /// Nobody of the staff is there now.
    away,
    /// On the way to the server.
    connecting,
    /// No way to the server.
    offline,
    /// Notice over the composer.
    offline_notice,
    /// Notice over the composer: the network is there, the server is not.
    unreachable_notice,
    /// Notice over the composer.
    reconnecting_notice,
    /// Notice over the composer: too many messages.
    limited_notice,
    /// Notice over the composer: what waits does not outlive the page.
    memory_only_notice,
    /// Closes a notice, a picture.
    close,
    /// Button above the oldest message.
    earlier,
    /// Label of the button to the newest message.
    latest,
    /// Heading of a day.
    today,
    /// Heading of a day.
    yesterday,
    /// The reader of the page as a sender.
    you,
    /// The business as a sender without a name.
    business,
    /// State of an own message.
    sending,
    /// State of an own message.
    sent,
    /// State of an own message.
    delivered,
    /// State of an own message.
    seen,
    /// State of an own message.
    not_sent,
    /// Sends a failed message again.
    retry,
    /// Gives a failed message up.
    discard,
    /// The other side is typing.
    typing,
    /// The same with a name.
    name_typing,
    /// Heading of an empty conversation.
    welcome_title,
    /// Text of an empty conversation where the site gives none.
    welcome_text,
    /// A picture without a name.
    picture,
    /// Label of a picture in a message.
    open_picture,
    /// Instead of a picture that does not load.
    picture_failed,
    /// A file without a name.
    file,
    /// Label of a file in a message.
    download,
    /// Said of links, not drawn.
    opens_new_tab,
    /// State of a pressed button.
    button_pending,
    /// State of a pressed button.
    button_done,
    /// State of a pressed button.
    button_failed,
    /// State of a button.
    button_expired,
    /// A message of a kind that this page does not know, without preview text.
    unsupported,
    /// Label of the button on an attachment not yet sent.
    remove,
    /// State of an attachment.
    uploading,
    /// State of an attachment.
    upload_failed,
    /// A file was not taken into the tray.
    upload_too_large,
    /// State of an attachment.
    upload_over_limit,
    /// State of an attachment.
    upload_type_refused,
    /// State of an attachment.
    upload_empty,
    /// State of an attachment: its picture is damaged or has too many pixels.
    upload_unreadable,
    /// While files are dragged over the panel.
    drop_here,
    /// A send was refused.
    send_refused,
}
