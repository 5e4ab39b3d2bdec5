//! The public names of the embed: element, attributes, methods, properties, events, parts, tokens.
//!
//! This is the one place in Rust that spells them. `public/embed.js`, `public/embed.d.ts`,
//! `public/custom-elements.json`, `docs/embed.md` and `docs/theming.md` spell them too; `tests/host_names.rs`
//! compares all of them with these lists, in both directions.

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
    "label",
    "locale",
    "no-launcher",
    "position",
];

/// Methods of the element, in the order of the declaration file.
pub const METHODS: &[&str] = &[
    "ready",
    "maximize",
    "minimize",
    "toggle",
    "show",
    "hide",
    "focusChannel",
    "getChannel",
    "getChannelList",
    "sendMessage",
    "prefill",
    "onMaximize",
    "onMinimize",
    "onMessageSent",
    "onMessageReceived",
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
