//! What the inbox says, beside the words that its messages share with the widget (`shopbell_widget::i18n`).
//!
//! One row per text with all languages side by side, so that a missing one does not compile. `{name}` and `{n}` are
//! replaced by [`with_name`] and [`with_number`]. [`settings`] has the texts of the owner's pages.

use shopbell_widget::i18n::Language;

macro_rules! words {
    ($name:ident: $($(#[$doc:meta])* $key:ident: $english:literal, $german:literal;)*) => {
        /// All texts of one language.
        #[derive(Debug)]
        pub struct $name {
            $($(#[$doc])* pub $key: &'static str,)*
        }

        static ENGLISH: $name = $name { $($key: $english,)* };
        static GERMAN: $name = $name { $($key: $german,)* };

        #[cfg(test)]
        impl $name {
            fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key)),*]
            }
        }

        /// The texts of a language; English where there is none.
        pub const fn of(language: Language) -> &'static $name {
            match language {
                Language::German => &GERMAN,
                // The inbox itself speaks two; what it shows of messages speaks what the widget does.
                _ => &ENGLISH,
            }
        }

        #[cfg(test)]
        #[test]
        fn every_text_is_given_and_has_the_same_places_in_each_language() {
            for ((key, english), (_, german)) in ENGLISH.all().into_iter().zip(GERMAN.all()) {
                assert!(!english.trim().is_empty() && !german.trim().is_empty(), "{key}");
                for place in ["{name}", "{n}", "{text}", "{date}"] {
                    assert_eq!(
                        english.contains(place),
                        german.contains(place),
                        "{place} in {key}"
                    );
                }
            }
        }
    };
}

pub mod settings;

words! { Words:
    /// Title of the page.
    inbox: "Inbox", "Posteingang";

    /// Heading of the sign-in.
    sign_in_title: "Sign in to the inbox", "Im Posteingang anmelden";
    /// Below the heading.
    sign_in_text: "Answer the visitors of your website.", "Antworten Sie den Besuchern Ihrer Website.";
    /// Label.
    email: "Email", "E-Mail";
    /// Label.
    password: "Password", "Passwort";
    /// Button.
    sign_in: "Sign in", "Anmelden";
    /// Button while the answer is under way.
    signing_in: "Signing in…", "Anmeldung läuft …";
    /// Button.
    sign_out: "Sign out", "Abmelden";
    /// Credentials were refused.
    wrong_credentials: "Email or password is not right.", "E-Mail oder Passwort stimmt nicht.";
    /// Too many tries.
    too_many_tries: "Too many attempts. Please wait a moment and try again.", "Zu viele Versuche. Bitte warten Sie kurz und versuchen Sie es dann erneut.";
    /// No answer.
    no_connection: "The server cannot be reached. Please check the connection and try again.", "Der Server ist nicht erreichbar. Bitte prüfen Sie die Verbindung und versuchen Sie es erneut.";
    /// Any other refusal.
    went_wrong: "That did not work. Please try again.", "Das hat nicht geklappt. Bitte versuchen Sie es erneut.";
    /// The cookie is no longer good.
    session_ended: "Your session has ended. Sign in again to go on: what you had typed is still here.", "Ihre Sitzung ist abgelaufen. Melden Sie sich wieder an: Was Sie geschrieben hatten, ist noch da.";

    /// Label of the list.
    conversations: "Conversations", "Unterhaltungen";
    /// Label and placeholder of the filter.
    search: "Search conversations", "Unterhaltungen durchsuchen";
    /// Nothing matches the filter.
    nothing_found: "Nothing found in any conversation's name or last message.", "In keinem Namen und keiner letzten Nachricht gefunden.";
    /// While a search reads older pages of the list.
    searching_older: "Searching older conversations…", "Ältere Unterhaltungen werden durchsucht …";
    /// A search has stopped before the end of the list.
    searched: "Searched the newest {n} conversations.", "Die neuesten {n} Unterhaltungen wurden durchsucht.";
    /// Goes on with it.
    search_older: "Search older ones", "Ältere durchsuchen";
    /// No conversation yet.
    no_conversations: "No conversations yet", "Noch keine Unterhaltungen";
    /// What to do then, where the shop page is served.
    no_conversations_text: "Open the shop page, click the chat button and write something: it appears here at once. To have the chat on your own website, paste this tag into its pages:", "Öffnen Sie die Shop-Seite, klicken Sie auf den Chat-Knopf und schreiben Sie etwas: Es erscheint sofort hier. Für Ihre eigene Website fügen Sie dieses Tag in deren Seiten ein:";
    /// Link.
    open_shop: "Open the shop page", "Shop-Seite öffnen";
    /// Button.
    copy: "Copy", "Kopieren";
    /// Said after copying.
    copied: "Copied", "Kopiert";
    /// The list could not be read.
    list_failed: "The conversations could not be loaded.", "Die Unterhaltungen konnten nicht geladen werden.";
    /// Button.
    try_again: "Try again", "Erneut versuchen";
    /// A visitor without a name.
    visitor: "Visitor {name}", "Besucher {name}";
    /// A contact without a name.
    contact: "Contact {name}", "Kontakt {name}";
    /// A member without a name.
    member: "Member {name}", "Mitglied {name}";
    /// What a participant is.
    kind_visitor: "Anonymous visitor", "Anonymer Besucher";
    /// What a participant is.
    kind_contact: "Contact", "Kontakt";
    /// What a participant is.
    kind_member: "Member, signed in to the shop", "Mitglied, im Shop angemeldet";
    /// Before a preview of the business's own message.
    preview_own: "You: {name}", "Sie: {name}";
    /// Before the preview of something begun and not sent.
    preview_draft: "Draft: {name}", "Entwurf: {name}";
    /// A preview without text.
    preview_attachment: "Picture or file", "Bild oder Datei";
    /// A preview without text.
    preview_card: "Card", "Karte";
    /// A preview without text.
    preview_minimal: "Activity", "Aktivität";
    /// A preview without text.
    preview_form: "Form", "Formular";
    /// A preview without text.
    preview_system: "Notice", "Hinweis";
    /// A conversation without a message.
    preview_none: "No messages yet", "Noch keine Nachrichten";
    /// Age of less than a minute.
    now: "now", "jetzt";
    /// Said of a line with unread messages.
    unread: "{n} unread", "{n} ungelesen";
    /// State of a participant.
    online: "Online now", "Gerade online";
    /// State of a participant.
    last_active: "Last message {name}", "Letzte Nachricht {name}";
    /// State of the page.
    connecting: "Connecting…", "Verbinde …";
    /// State of the page.
    reconnecting: "Reconnecting…", "Verbinde neu …";
    /// State of the page.
    offline: "Offline", "Offline";
    /// Somebody types.
    typing: "Typing…", "Schreibt …";
    /// A colleague types.
    colleague_typing: "{name} is answering…", "{name} antwortet gerade …";
    /// A colleague without a name.
    colleague: "A colleague", "Jemand aus dem Team";

    /// Nothing is open.
    choose: "Choose a conversation", "Wählen Sie eine Unterhaltung";
    /// Nothing is open.
    choose_text: "Go through the list with J and K or the arrow keys; Enter opens.", "Mit J und K oder den Pfeiltasten durch die Liste; Enter öffnet.";
    /// Label of the thread.
    thread: "Conversation with {name}", "Unterhaltung mit {name}";
    /// Button on phones.
    back: "Back to the list", "Zurück zur Liste";
    /// Button.
    details: "Details", "Details";
    /// Button.
    close: "Close", "Schließen";
    /// Above the first unread message.
    new_messages: "New", "Neu";
    /// History could not be read.
    history_failed: "The messages could not be loaded.", "Die Nachrichten konnten nicht geladen werden.";
    /// An open conversation without a message.
    no_messages: "No messages yet. Write the first one.", "Noch keine Nachrichten. Schreiben Sie die erste.";
    /// Where two conversations of one person became one.
    joined: "Signed in to the shop: two conversations became one", "Im Shop angemeldet: Zwei Unterhaltungen wurden eine";
    /// Name of the mark of a proven person.
    verified: "Verified", "Verifiziert";
    /// What the mark means.
    verified_title: "Verified: the shop has confirmed who this is", "Verifiziert: Der Shop hat bestätigt, wer das ist";
    /// On what the participant does not see.
    staff_only: "Only staff see this", "Nur für das Team sichtbar";
    /// A press of a button.
    pressed: "Pressed ‘{name}’", "„{name}“ gedrückt";
    /// Title of an interaction id.
    interaction_id: "Interaction id", "Interaktions-ID";
    /// A message from a program.
    by_app: "App", "App";

    /// Label of the tabs.
    modes: "What to write", "Was Sie schreiben";
    /// Tab.
    mode_reply: "Reply", "Antwort";
    /// Tab.
    mode_note: "Note", "Notiz";
    /// Tab.
    mode_template: "Template", "Karte";
    /// Tab.
    mode_minimal: "Minimal", "Zeile";
    /// In the empty text area.
    write_reply: "Write an answer…", "Antwort schreiben …";
    /// In the empty text area.
    write_note: "Write a note for the team…", "Notiz für das Team schreiben …";
    /// Label of the text area.
    reply_label: "Answer to {name}", "Antwort an {name}";
    /// Label of the text area.
    note_label: "Note, seen by staff only", "Notiz, nur für das Team sichtbar";
    /// Below the text area.
    hint_send: "Enter sends, Shift + Enter begins a new line", "Enter sendet, Umschalt + Enter beginnt eine neue Zeile";
    /// Below the text area.
    hint_note: "Only staff see this", "Nur für das Team sichtbar";
    /// Below an editor.
    hint_editor: "The participant sees it as in the preview", "Der Besucher sieht es wie in der Vorschau";
    /// Button.
    send: "Send", "Senden";
    /// Button.
    add_note: "Add note", "Notiz ablegen";
    /// Button after the thread has moved on.
    send_anyway: "Send anyway", "Trotzdem senden";
    /// Button.
    attach: "Attach pictures or files", "Bilder oder Dateien anhängen";
    /// While files are dragged over the thread.
    drop_here: "Drop files here to attach them", "Dateien zum Anhängen hier ablegen";
    /// State of an attachment.
    upload_failed: "Upload failed", "Hochladen fehlgeschlagen";
    /// Why an attachment failed.
    upload_too_large: "{name} is too large.", "{name} ist zu groß.";
    /// Why an attachment failed.
    upload_refused: "{name} cannot be sent: files of this type are not accepted.", "{name} kann nicht gesendet werden: Dateien dieses Typs werden nicht angenommen.";
    /// Sending waits for uploads.
    upload_wait: "One moment, the upload is still running.", "Einen Moment, das Hochladen läuft noch.";
    /// The thread moved on while the answer was written.
    moved_on: "Something new came in while you were writing. Nothing was sent: look, then send.", "Während Sie schrieben, kam etwas Neues an. Es wurde nichts gesendet: Bitte ansehen, dann senden.";
    /// A send was refused.
    send_refused: "The message was not accepted.", "Die Nachricht wurde nicht angenommen.";

    /// Field of a card.
    card_title: "Title", "Titel";
    /// Field of a card.
    card_image: "Picture address", "Adresse des Bildes";
    /// Field of a card.
    card_layout: "Layout", "Anordnung";
    /// Choice.
    portrait: "Picture above", "Bild oben";
    /// Choice.
    landscape: "Picture beside", "Bild daneben";
    /// Fields of a card.
    card_lines: "Lines", "Zeilen";
    /// Label of one line.
    card_line: "Line {n}", "Zeile {n}";
    /// Button.
    add_line: "Add a line", "Zeile hinzufügen";
    /// Button.
    remove_line: "Remove line {n}", "Zeile {n} entfernen";
    /// Fields of a card.
    card_buttons: "Buttons", "Knöpfe";
    /// Label of the group of one button.
    card_button: "Button {n}", "Knopf {n}";
    /// Button.
    add_button: "Add a button", "Knopf hinzufügen";
    /// Button.
    remove_button: "Remove button {n}", "Knopf {n} entfernen";
    /// Field of a button.
    button_label: "Label", "Beschriftung";
    /// Choice and field of a button.
    button_link: "Opens an address", "Öffnet eine Adresse";
    /// Choice of a button.
    button_postback: "Reports back", "Meldet sich zurück";
    /// Field of a button.
    button_interaction: "Interaction id", "Interaktions-ID";
    /// Field of a button.
    button_address: "Address", "Adresse";
    /// Field of a button.
    button_uses: "May be pressed", "Darf gedrückt werden";
    /// Choice.
    uses_once: "Once", "Einmal";
    /// Choice.
    uses_once_per_group: "Once among all buttons", "Einmal unter allen Knöpfen";
    /// Choice.
    uses_repeatable: "As often as wanted", "Beliebig oft";
    /// Field of a minimal message.
    minimal_text: "Text", "Text";
    /// Field of a minimal message.
    minimal_icon: "Icon address", "Adresse des Symbols";
    /// Field of a minimal message.
    minimal_url: "Opens an address when clicked", "Öffnet beim Anklicken eine Adresse";
    /// Field of a minimal message.
    minimal_visibility: "Who sees it", "Wer sie sieht";
    /// Choice.
    visible_both: "Everyone", "Alle";
    /// Choice.
    visible_business: "Only staff", "Nur das Team";
    /// Caption.
    preview: "Preview", "Vorschau";
    /// In an empty preview.
    preview_empty: "What you fill in appears here.", "Hier erscheint, was Sie ausfüllen.";
    /// Behind the label of a field that may stay empty.
    optional: "optional", "optional";

    /// A field is empty.
    error_missing: "Please fill this in.", "Bitte ausfüllen.";
    /// A field is too long.
    error_too_long: "Too long.", "Zu lang.";
    /// A field is too long.
    error_too_long_limit: "Too long: {n} characters at most.", "Zu lang: höchstens {n} Zeichen.";
    /// A list is too long.
    error_too_many: "Too many: {n} at most.", "Zu viele: höchstens {n}.";
    /// An address is not one.
    error_address: "This must be a whole address that begins with https:// or http://.", "Hier muss eine ganze Adresse stehen, die mit https:// oder http:// beginnt.";

    /// Term.
    participant_id: "Participant id", "Teilnehmer-ID";
    /// Term.
    conversation_id: "Conversation id", "Unterhaltungs-ID";
    /// Term.
    person_email: "Email", "E-Mail";
    /// Term.
    member_number: "Id in the shop", "ID im Shop";
    /// Term.
    joined_term: "Conversations joined", "Zusammengeführt";
    /// A conversation that became part of this one.
    joined_from: "{name}, {date}", "{name}, {date}";
    /// Below the name of a proven person.
    person_verified: "Verified by the shop", "Vom Shop bestätigt";
    /// Below the name of one that is not proven.
    person_claimed: "Not verified: name and email are what the visitor says", "Nicht bestätigt: Name und E-Mail sind Angaben des Besuchers";
    /// Term.
    last_activity: "Last activity", "Letzte Aktivität";
    /// Below the ids.
    ids_hint: "Programs use these ids to send messages over the API.", "Mit diesen IDs senden Programme Nachrichten über die API.";

    /// Title of the dialog.
    settings: "Settings", "Einstellungen";

    /// Title of the dialog.
    help: "Keyboard", "Tastatur";
    /// Meaning of keys.
    key_move: "Through the list", "Durch die Liste";
    /// Meaning of keys.
    key_open: "Open the conversation", "Unterhaltung öffnen";
    /// Meaning of keys.
    key_back: "Back to the list", "Zurück zur Liste";
    /// Meaning of keys.
    key_reply: "Write an answer", "Antwort schreiben";
    /// Meaning of keys.
    key_note: "Write a note", "Notiz schreiben";
    /// Meaning of keys.
    key_search: "Search", "Suchen";
    /// Meaning of keys.
    key_help: "This overview", "Diese Übersicht";
    /// Name of a key.
    key_escape: "Esc", "Esc";
    /// Name of a key.
    key_enter: "Enter", "Enter";

    /// Announced to those who do not see the screen.
    announce: "{name}: {text}", "{name}: {text}";
}

/// Whether there are texts for the language of a tag.
pub fn speaks(tag: &str) -> bool {
    matches!(
        Language::from_tag(tag),
        Some(Language::English | Language::German)
    )
}

/// `text` with `{n}` replaced.
pub fn with_number(text: &str, number: &str) -> String {
    text.replace("{n}", number)
}

/// `text` with `{name}` replaced.
pub fn with_name(text: &str, name: &str) -> String {
    text.replace("{name}", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_of_another_language_gets_english() {
        assert!(speaks("de-AT") && speaks("en-GB") && !speaks("fr"));
        assert_eq!(of(Language::French).sign_in, "Sign in");
        assert_eq!(of(Language::German).sign_in, "Anmelden");
    }
}
