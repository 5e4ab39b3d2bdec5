//! What the owner's pages say: the website, webhooks, keys.

use shopbell_widget::i18n::Language;

words! { SettingsWords:
    /// Label of the pages.
    pages: "Pages of the settings", "Seiten der Einstellungen";
    /// Page.
    page_site: "Website", "Website";
    /// Page.
    page_webhooks: "Webhooks", "Webhooks";
    /// Page.
    page_keys: "API keys", "API-Schlüssel";

    /// Field.
    site_name: "Name of the business", "Name des Unternehmens";
    /// Hint.
    site_name_hint: "Visitors see it at the top of the chat.", "Besucher sehen ihn oben im Chat.";
    /// Field.
    site_welcome: "Welcome text", "Begrüßung";
    /// Hint.
    site_welcome_hint: "Shown in an empty chat. Leave it empty for the built-in text in the visitor's language.", "Steht im leeren Chat. Bleibt das Feld leer, steht dort ein Text in der Sprache des Besuchers.";
    /// Field.
    site_origins: "Websites that may show the chat", "Websites, die den Chat zeigen dürfen";
    /// Hint.
    site_origins_hint: "One origin a line, such as https://shop.example.com. Empty: every website.", "Ein Ursprung je Zeile, zum Beispiel https://shop.example.com. Leer: jede Website.";
    /// Heading.
    site_tag: "Tag to paste into your pages", "Tag für Ihre Seiten";
    /// Button.
    save: "Save", "Speichern";
    /// Said after saving.
    saved: "Saved", "Gespeichert";
    /// The settings could not be read.
    settings_failed: "The settings could not be loaded.", "Die Einstellungen konnten nicht geladen werden.";

    /// Button.
    back: "Back", "Zurück";
    /// Button.
    cancel: "Cancel", "Abbrechen";
    /// Button.
    done: "Done", "Fertig";
    /// Button.
    copy: "Copy", "Kopieren";
    /// Said after copying.
    copied: "Copied", "Kopiert";
    /// Button.
    try_again: "Try again", "Erneut versuchen";
    /// Any refusal without a field.
    went_wrong: "That did not work. Please try again.", "Das hat nicht geklappt. Bitte versuchen Sie es erneut.";
    /// Behind the label of a field that may stay empty.
    optional: "optional", "optional";
    /// A field is empty.
    error_missing: "{name}: please fill this in.", "{name}: bitte ausfüllen.";
    /// A name is not one.
    error_name: "{name}: one line of 1 to {n} characters.", "{name}: eine Zeile mit 1 bis {n} Zeichen.";
    /// Nothing is ticked.
    error_none: "{name}: choose at least one.", "{name}: wählen Sie mindestens eine.";
    /// A date lies behind.
    error_date: "{name}: must be a day to come.", "{name}: muss in der Zukunft liegen.";
    /// A refusal in the server's words.
    error_other: "{name}: {text}", "{name}: {text}";
    /// What was just made, above it.
    once_title: "Copy it now", "Jetzt kopieren";
    /// Below.
    once_hint: "This is the only time it is shown. Keep it where your program finds it and nobody else does.", "Es wird nur dieses eine Mal gezeigt. Bewahren Sie es dort auf, wo nur Ihr Programm es findet.";
    /// How long the old one goes on.
    overlap: "The old one stays valid for", "Das alte gilt noch";
    /// Choice.
    overlap_none: "no time: it ends now", "nicht mehr: Es endet jetzt";
    /// Choice.
    overlap_hour: "1 hour", "1 Stunde";
    /// Choice.
    overlap_day: "24 hours", "24 Stunden";
    /// Choice.
    overlap_week: "7 days", "7 Tage";

    /// Below the heading.
    hooks_text: "Your program is called when a visitor writes, somebody answers or a button is pressed.", "Ihr Programm wird aufgerufen, wenn ein Besucher schreibt, jemand antwortet oder ein Knopf gedrückt wird.";
    /// Button, and heading of the form.
    hook_new: "Add endpoint", "Endpunkt hinzufügen";
    /// Heading of the form.
    hook_edit: "Edit endpoint", "Endpunkt bearbeiten";
    /// Nothing there yet.
    hooks_none: "No endpoints yet", "Noch keine Endpunkte";
    /// What to do then.
    hooks_none_text: "Add the address of your program. Events come at least once and in order, and are tried again for 48 hours.", "Tragen Sie die Adresse Ihres Programms ein. Ereignisse kommen mindestens einmal und in ihrer Reihenfolge und werden 48 Stunden lang erneut versucht.";
    /// The list could not be read.
    hooks_failed: "The endpoints could not be loaded.", "Die Endpunkte konnten nicht geladen werden.";
    /// State.
    state_active: "Active", "Aktiv";
    /// State.
    state_failing: "Failing", "Gestört";
    /// State.
    state_paused: "Paused", "Angehalten";
    /// State.
    state_disabled: "Disabled", "Abgeschaltet";
    /// How many dead letters.
    dead_count: "{n} given up", "{n} aufgegeben";
    /// How many wait.
    waiting_count: "{n} waiting", "{n} warten";
    /// Which events.
    all_events: "All events", "Alle Ereignisse";
    /// Which events.
    some_events: "{n} of {text} event types", "{n} von {text} Ereignisarten";
    /// Never called yet.
    never_called: "Never called yet", "Noch nie aufgerufen";
    /// The last call.
    last_call: "Last call {name}", "Letzter Aufruf {name}";
    /// Since when it fails.
    failing_since: "Nothing was accepted since {date}. What is owed waits and is sent in order as soon as the endpoint answers.", "Seit {date} wurde nichts angenommen. Was aussteht, wartet und wird der Reihe nach gesendet, sobald der Endpunkt antwortet.";
    /// Why it is disabled.
    disabled_text: "Not called any more: {text}", "Wird nicht mehr aufgerufen: {text}";
    /// While paused.
    paused_text: "Not called while it is paused. What is owed waits.", "Wird nicht aufgerufen, solange er angehalten ist. Was aussteht, wartet.";
    /// Field.
    hook_url: "Address", "Adresse";
    /// Hint.
    hook_url_hint: "https, reachable from the internet. Redirects are not followed.", "https, aus dem Internet erreichbar. Weiterleitungen wird nicht gefolgt.";
    /// Field.
    hook_name: "Name", "Name";
    /// Hint.
    hook_name_hint: "What you call it. Empty: the address's host.", "Wie Sie ihn nennen. Leer: der Host der Adresse.";
    /// Field.
    hook_events: "Events", "Ereignisse";
    /// Choice.
    only_some: "Only these", "Nur diese";
    /// Event.
    event_business: "A visitor writes", "Ein Besucher schreibt";
    /// Event.
    event_participant: "The business answers", "Das Unternehmen antwortet";
    /// Event.
    event_pressed: "A button is pressed", "Ein Knopf wird gedrückt";
    /// Event.
    event_merged: "Two conversations become one", "Zwei Unterhaltungen werden eine";
    /// Field.
    hook_format: "Body of the call", "Inhalt des Aufrufs";
    /// Choice.
    format_token: "Signed token", "Signiertes Token";
    /// What it is.
    format_token_text: "For the official SDK: webhooks.process checks it with the public key.", "Für das offizielle SDK: webhooks.process prüft es mit dem öffentlichen Schlüssel.";
    /// Choice.
    format_standard: "Standard Webhooks", "Standard Webhooks";
    /// What it is.
    format_standard_text: "Plain JSON with signature headers, checked with a secret that you get here.", "Einfaches JSON mit Signatur-Headern, geprüft mit einem Geheimnis, das Sie hier bekommen.";
    /// Button.
    hook_create: "Add endpoint", "Endpunkt hinzufügen";
    /// Button.
    hook_test: "Send test event", "Testereignis senden";
    /// While under way.
    hook_testing: "Sending…", "Wird gesendet …";
    /// Outcome.
    test_accepted: "Accepted: status {n} in {text} ms", "Angenommen: Status {n} in {text} ms";
    /// Outcome.
    test_refused: "Not accepted: {text}", "Nicht angenommen: {text}";
    /// Button.
    edit: "Edit", "Bearbeiten";
    /// Button.
    pause: "Pause", "Anhalten";
    /// Button.
    resume: "Resume", "Fortsetzen";
    /// Button.
    delete: "Delete", "Löschen";
    /// Question.
    delete_text: "Delete this endpoint? What it is still owed is deleted with it and cannot be brought back.", "Diesen Endpunkt löschen? Was ihm noch zusteht, wird mit gelöscht und kommt nicht wieder.";
    /// Button.
    delete_sure: "Delete endpoint", "Endpunkt löschen";
    /// Name of what is shown once.
    hook_secret: "Signing secret", "Signaturgeheimnis";
    /// Button, and what it does.
    secret_rotate: "New secret", "Neues Geheimnis";
    /// Hint.
    secret_hint: "For that long every call is signed with both.", "So lange wird jeder Aufruf mit beiden signiert.";
    /// Button.
    secret_make: "Make new secret", "Neues Geheimnis erzeugen";

    /// Heading.
    log: "Deliveries", "Zustellungen";
    /// Filter.
    log_all: "All", "Alle";
    /// Filter.
    log_dead: "Given up", "Aufgegeben";
    /// Filter and state.
    log_waiting: "Waiting", "Wartet";
    /// State.
    log_delivered: "Delivered", "Zugestellt";
    /// State.
    log_test: "Test", "Test";
    /// Nothing there.
    log_none: "Nothing was sent yet. “Send test event” tries the endpoint now.", "Noch nichts gesendet. „Testereignis senden“ probiert den Endpunkt jetzt aus.";
    /// Nothing there under the filter.
    log_none_dead: "Nothing was given up.", "Nichts wurde aufgegeben.";
    /// Nothing there under the filter.
    log_none_waiting: "Nothing waits.", "Nichts wartet.";
    /// It could not be read.
    log_failed: "The deliveries could not be loaded.", "Die Zustellungen konnten nicht geladen werden.";
    /// Button.
    log_older: "Older ones", "Ältere";
    /// Attempts of a delivery.
    attempts: "Attempts", "Versuche";
    /// How many.
    attempt_count: "{n}×", "{n}×";
    /// None yet.
    no_attempt: "Not tried yet", "Noch nicht versucht";
    /// When it is tried next.
    next_attempt: "Next attempt {date}", "Nächster Versuch {date}";
    /// No HTTP status.
    no_answer: "no answer", "keine Antwort";
    /// How long it took.
    millis: "{n} ms", "{n} ms";
    /// Title of an event id.
    event_id: "Event id", "Ereignis-ID";
    /// Button.
    replay: "Send again", "Erneut senden";
    /// Button.
    replay_all: "Send all given-up again", "Alle aufgegebenen erneut senden";
    /// Said after it.
    replayed: "{n} wait to be sent again", "{n} warten auf erneutes Senden";

    /// Heading.
    signing: "Public key", "Öffentlicher Schlüssel";
    /// What it is for.
    signing_text: "Signed tokens are checked with it. Give the current one to your programs.", "Mit ihm werden signierte Token geprüft. Geben Sie Ihren Programmen den aktuellen.";
    /// State.
    signing_next: "Next", "Nächster";
    /// State.
    signing_current: "Current", "Aktuell";
    /// State.
    signing_retired: "Retired", "Abgelöst";
    /// From when on.
    signs_from: "Signs from {date}", "Signiert ab {date}";
    /// Button.
    signing_rotate: "Rotate key", "Schlüssel wechseln";
    /// How long until it signs.
    signing_overlap: "The new one begins to sign after", "Der neue signiert nach";
    /// Choice.
    signing_now: "no time: at once", "keiner Zeit: sofort";
    /// Hint.
    signing_hint: "It is shown at once. Let your programs know it before it signs.", "Er wird sofort gezeigt. Geben Sie ihn Ihren Programmen, bevor er signiert.";
    /// Button.
    signing_make: "Make new key", "Neuen Schlüssel erzeugen";

    /// Below the heading.
    keys_text: "Programs use a key to read and send over the API.", "Programme lesen und senden mit einem Schlüssel über die API.";
    /// Button, and heading of the form.
    key_new: "New key", "Neuer Schlüssel";
    /// Nothing there yet.
    keys_none: "No keys yet", "Noch keine Schlüssel";
    /// What to do then.
    keys_none_text: "Make one for each program, so that each can be taken away by itself.", "Erzeugen Sie für jedes Programm einen eigenen, damit sich jeder einzeln entziehen lässt.";
    /// The list could not be read.
    keys_failed: "The keys could not be loaded.", "Die Schlüssel konnten nicht geladen werden.";
    /// Field.
    key_name: "Name", "Name";
    /// Hint.
    key_name_hint: "Which program it is for.", "Für welches Programm er ist.";
    /// Field.
    key_scopes: "May be used for", "Darf verwendet werden für";
    /// Scope.
    scope_read: "Reading conversations", "Unterhaltungen lesen";
    /// Scope.
    scope_write: "Sending and changing", "Senden und ändern";
    /// Scope.
    scope_events: "The event log", "Das Ereignisprotokoll";
    /// Scope.
    scope_admin: "Administering: site, keys, webhooks", "Verwalten: Website, Schlüssel, Webhooks";
    /// Hint of the last.
    scope_admin_hint: "Such a key can make others. Give it to no program that only sends.", "Damit lassen sich weitere erzeugen. Geben Sie ihn keinem Programm, das nur sendet.";
    /// Field.
    key_ends: "Expires", "Läuft ab";
    /// Choice.
    ends_never: "Never", "Nie";
    /// Choice.
    ends_days: "In {n} days", "In {n} Tagen";
    /// Choice.
    ends_year: "In a year", "In einem Jahr";
    /// Choice.
    ends_day: "On a day…", "An einem Tag …";
    /// Field.
    key_day: "Last day", "Letzter Tag";
    /// Button.
    key_create: "Make key", "Schlüssel erzeugen";
    /// Name of what is shown once.
    key_secret: "API key", "API-Schlüssel";
    /// Term.
    key_created: "Made {date}", "Erzeugt {date}";
    /// Term.
    key_used: "Last used {date}", "Zuletzt benutzt {date}";
    /// Term.
    key_unused: "Never used", "Nie benutzt";
    /// Term.
    key_expires: "Expires {date}", "Läuft ab {date}";
    /// Term.
    key_expired: "Expired {date}", "Abgelaufen {date}";
    /// Term.
    key_replaced: "Replaced, valid until {date}", "Ersetzt, gültig bis {date}";
    /// Button.
    key_rotate: "Rotate", "Wechseln";
    /// Button.
    key_rotate_make: "Make new key", "Neuen Schlüssel erzeugen";
    /// Hint.
    key_rotate_hint: "The new key has the same name, rights and end.", "Der neue hat denselben Namen, dieselben Rechte und dasselbe Ende.";
    /// Button.
    key_revoke: "Revoke", "Entziehen";
    /// Question.
    revoke_text: "Revoke “{name}”? Its program is refused from the next request on.", "„{name}“ entziehen? Sein Programm wird ab der nächsten Anfrage abgewiesen.";
    /// Button.
    revoke_sure: "Revoke key", "Schlüssel entziehen";
}
