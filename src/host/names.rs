//! The public names of the embed: element, attributes, methods, properties, events, parts, tokens.
//!
//! This is the one place in Rust that spells them. `public/embed.js`, `public/embed.d.ts`,
//! `public/custom-elements.json`, `docs/embed.md` and `docs/theming.md` spell them too; the tests below compare
//! all of them with these lists.

/// The custom element's name.
pub const ELEMENT: &str = "shopbell-chat";

/// The global that is a call queue before the script has loaded and the element afterwards.
pub const GLOBAL: &str = "Shopbell";

/// What every event name begins with.
pub const EVENT_PREFIX: &str = "shopbell-";

/// What every theme token begins with.
pub const TOKEN_PREFIX: &str = "--shopbell-";

/// Attributes of the element; on the script tag each is written with `data-` before it.
pub const ATTRIBUTES: &[&str] = &[
    "accent",
    "color-scheme",
    "hidden",
    "identity-token",
    "inline",
    "label",
    "locale",
    "no-launcher",
    "position",
];

/// Methods of the element, in the order of the declaration file.
pub const METHODS: &[&str] = &[
    "ready",
    "load",
    "maximize",
    "minimize",
    "toggle",
    "show",
    "hide",
    "focusChannel",
    "getChannel",
    "getChannelList",
    "getParticipant",
    "sendMessage",
    "prefill",
    "identify",
    "signOut",
    "onMaximize",
    "onMinimize",
    "onMessageSent",
    "onMessageReceived",
    "onIdentityExpired",
    "onMouseIn",
    "onMouseOut",
    "push",
    "destroy",
];

/// Properties of the element, all read-only.
pub const PROPERTIES: &[&str] = &[
    "maximized",
    "isVisible",
    "global",
    "rendered",
    "type",
    "unreadCount",
    "connectionState",
];

/// Properties which the element has from `HTMLElement` and which belong to the documented surface.
pub const INHERITED_PROPERTIES: &[&str] = &["hidden", "id"];

/// The visitor or the page expanded the panel.
pub const EVENT_MAXIMIZE: &str = "maximize";
/// The visitor or the page collapsed the panel.
pub const EVENT_MINIMIZE: &str = "minimize";
/// The visitor sent a message.
pub const EVENT_MESSAGE_SENT: &str = "message-sent";
/// The visitor received a message.
pub const EVENT_MESSAGE_RECEIVED: &str = "message-received";
/// The number of unread messages changed.
pub const EVENT_UNREAD: &str = "unread";
/// The launcher is on the page and calls are served.
pub const EVENT_READY: &str = "ready";
/// The connection to the chat changed its state.
pub const EVENT_CONNECTION: &str = "connection";
/// Something failed that no promise reports.
pub const EVENT_ERROR: &str = "error";

/// What proved who the visitor is counts no more: the page is asked for a fresh token.
pub const EVENT_IDENTITY_EXPIRED: &str = "identity-expired";

/// The page showed the launcher again.
pub const EVENT_SHOW: &str = "show";
/// The page hid launcher and panel.
pub const EVENT_HIDE: &str = "hide";

/// Events of the element without [`EVENT_PREFIX`].
pub const EVENTS: &[&str] = &[
    EVENT_MAXIMIZE,
    EVENT_MINIMIZE,
    EVENT_MESSAGE_SENT,
    EVENT_MESSAGE_RECEIVED,
    EVENT_UNREAD,
    EVENT_READY,
    EVENT_CONNECTION,
    EVENT_ERROR,
    EVENT_IDENTITY_EXPIRED,
    EVENT_SHOW,
    EVENT_HIDE,
];

/// Names for `::part()`; `launcher-maximized` is added to `launcher` while the panel is expanded.
pub const PARTS: &[&str] = &["launcher", "launcher-maximized", "badge", "frame", "link"];

/// Theme tokens that embed.js hands to the frame, without [`TOKEN_PREFIX`].
pub const FRAME_TOKENS: &[&str] = &["accent", "on-accent", "surface", "text", "font", "radius"];

/// Theme tokens that only the launcher and the panel's place on the host page read.
pub const LAUNCHER_TOKENS: &[&str] = &[
    "launcher-size",
    "inset-inline",
    "inset-block",
    "panel-width",
    "panel-height",
    "z-index",
];

/// The object that `bootstrap.js` leaves on `window` for the app.
pub const BRIDGE: &str = "shopbellBridge";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    const SCRIPT: &str = include_str!("../../public/embed.js");
    const TYPES: &str = include_str!("../../public/embed.d.ts");
    const MANIFEST: &str = include_str!("../../public/custom-elements.json");
    const EMBED: &str = include_str!("../../docs/embed.md");
    const THEMING: &str = include_str!("../../docs/theming.md");

    type Names = BTreeSet<String>;

    fn names(list: &[&str]) -> Names {
        list.iter().map(|&name| name.to_owned()).collect()
    }

    fn prefixed(prefix: &str, list: &[&str]) -> Names {
        list.iter().map(|name| format!("{prefix}{name}")).collect()
    }

    /// The longest run of name characters at the start.
    fn word(text: &str) -> String {
        text.chars()
            .take_while(|&c| c.is_ascii_alphanumeric() || c == '-')
            .collect()
    }

    /// The words that follow each occurrence of `mark`.
    fn after(text: &str, mark: &str) -> Names {
        text.split(mark)
            .skip(1)
            .map(word)
            .filter(|name| !name.is_empty())
            .collect()
    }

    fn between<'text>(text: &'text str, start: &str, end: &str) -> &'text str {
        let (_, rest) = text.split_once(start).expect(start);
        rest.split_once(end).expect(end).0
    }

    /// The quoted words of a list literal.
    fn quoted(list: &str) -> Names {
        list.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
    }

    fn manifest(list: &str, pick: impl Fn(&Value) -> bool) -> Names {
        let manifest: Value = serde_json::from_str(MANIFEST).unwrap();
        let declaration = &manifest["modules"][0]["declarations"][0];
        assert_eq!(declaration["tagName"], ELEMENT);
        let entries = declaration[list].as_array().unwrap().iter();
        entries
            .filter(|entry| pick(entry))
            .map(|entry| entry["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Members of the element's class in embed.js: lines of its indentation that open a method or a getter.
    fn members(getters: bool) -> Names {
        let class = between(SCRIPT, "extends HTMLElement {", "\n  }\n");
        let inherited = [
            "constructor",
            "attributeChangedCallback",
            "connectedCallback",
            "connectedMoveCallback",
            "disconnectedCallback",
        ];
        class
            .lines()
            .filter_map(|line| line.strip_prefix("    "))
            .filter(|line| !line.starts_with([' ', '#', '}']) && !line.starts_with("static "))
            .filter(|line| line.starts_with("get ") == getters)
            .map(|line| line.trim_start_matches("get ").trim_start_matches("async "))
            .filter(|line| line.contains('('))
            .map(word)
            .filter(|name| !name.is_empty() && !inherited.contains(&name.as_str()))
            .collect()
    }

    fn declared(kind: fn(&str) -> Option<&str>) -> Names {
        let element = between(
            TYPES,
            "interface ShopbellChatElement extends HTMLElement {",
            "\n}\n",
        );
        let lines = element
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with("addEventListener"));
        lines
            .filter_map(kind)
            .map(word)
            .filter(|name| !name.is_empty())
            .collect()
    }

    #[test]
    fn methods_are_the_same_everywhere() {
        let expected = names(METHODS);
        assert_eq!(members(false), expected, "embed.js");
        assert_eq!(
            declared(|line| (!line.starts_with("readonly") && line.contains("): ")).then_some(line)),
            expected,
            "embed.d.ts"
        );
        assert_eq!(
            manifest("members", |entry| entry["kind"] == "method"),
            expected,
            "custom-elements.json"
        );
    }

    #[test]
    fn properties_are_the_same_everywhere() {
        let expected = names(PROPERTIES);
        assert_eq!(members(true), expected, "embed.js");
        assert_eq!(
            declared(|line| line.strip_prefix("readonly ")),
            expected,
            "embed.d.ts"
        );
        assert_eq!(
            manifest("members", |entry| entry["kind"] == "field"),
            expected,
            "custom-elements.json"
        );
    }

    #[test]
    fn attributes_are_the_same_everywhere() {
        let expected = names(ATTRIBUTES);
        let mut script = quoted(between(SCRIPT, "observedAttributes = [", "]"));
        // The sheet reads two of them by itself, so the class need not observe them.
        script.extend(after(SCRIPT, ":host(["));
        assert_eq!(script, expected, "embed.js");
        let types = between(TYPES, "interface ShopbellChatAttributes {", "\n}\n");
        let types: Names = types
            .lines()
            .map(|line| word(line.trim().trim_start_matches('\'')))
            .collect();
        assert_eq!(
            types
                .into_iter()
                .filter(|name| !name.is_empty())
                .collect::<Names>(),
            expected,
            "embed.d.ts"
        );
        assert_eq!(manifest("attributes", |_| true), expected, "custom-elements.json");
    }

    #[test]
    fn events_are_the_same_everywhere() {
        let expected = prefixed(EVENT_PREFIX, EVENTS);
        let types = between(TYPES, "interface ShopbellEventMap {", "\n}\n");
        assert_eq!(quoted(types), expected, "embed.d.ts");
        assert_eq!(manifest("events", |_| true), expected, "custom-elements.json");
        let fired = after(SCRIPT, "#emit('");
        assert!(fired.is_subset(&names(EVENTS)), "embed.js fires {fired:?}");
        let heard = after(SCRIPT, "#on('shopbell-");
        assert!(heard.is_subset(&names(EVENTS)), "embed.js hears {heard:?}");
    }

    #[test]
    fn parts_are_the_same_everywhere() {
        let expected = names(PARTS);
        assert_eq!(manifest("cssParts", |_| true), expected, "custom-elements.json");
        let mut script = after(SCRIPT, "part: '");
        script.extend(
            between(SCRIPT, "part: maximized ? '", "'")
                .split(' ')
                .map(str::to_owned),
        );
        assert_eq!(script, expected, "embed.js");
    }

    #[test]
    fn tokens_are_the_same_everywhere() {
        let both: Vec<&str> = FRAME_TOKENS.iter().chain(LAUNCHER_TOKENS).copied().collect();
        let expected = prefixed(TOKEN_PREFIX, &both);
        assert_eq!(
            quoted(between(SCRIPT, "tokenNames = [", "]")),
            names(FRAME_TOKENS),
            "embed.js, for the frame"
        );
        let read = after(SCRIPT, "var(--shopbell-");
        assert!(
            names(LAUNCHER_TOKENS).is_subset(&read) && read.is_subset(&names(&both)),
            "embed.js: {read:?}"
        );
        assert_eq!(
            manifest("cssProperties", |_| true),
            expected,
            "custom-elements.json"
        );
        assert_eq!(
            prefixed(
                TOKEN_PREFIX,
                &after(THEMING, "| `--shopbell-")
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
            ),
            expected,
            "theming.md"
        );
    }

    #[test]
    fn the_guide_names_everything() {
        let mut expected = names(ATTRIBUTES);
        expected.extend(names(PROPERTIES));
        expected.extend(names(INHERITED_PROPERTIES));
        expected.extend(names(PARTS));
        expected.extend(prefixed(EVENT_PREFIX, EVENTS));
        expected.extend(names(METHODS));
        let missing: Vec<&String> = expected
            .iter()
            .filter(|name| !EMBED.contains(&format!("`{name}`")) && !EMBED.contains(&format!("`{name}(")))
            .collect();
        assert!(missing.is_empty(), "docs/embed.md does not name {missing:?}");
    }

    #[test]
    fn the_script_defines_the_element_and_the_global() {
        assert!(SCRIPT.contains(&format!("customElements.define('{ELEMENT}'")));
        assert!(SCRIPT.contains(&format!("window.{GLOBAL}")));
        assert!(include_str!("bootstrap.js").contains(&format!("window.{BRIDGE} =")));
    }
}
