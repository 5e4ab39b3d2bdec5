//! Every limit of the wire, once. Lengths are in Unicode scalar values unless the name says `_BYTES`.
//!
//! Sections are those of the Inbox API's facts (2.x); what no source settles is marked "ours".

/// 2.3 basic and minimal text, form description, system text, button label.
pub const TEXT_MAX: usize = 16_384;
/// 2.2 `content.previewText`.
pub const PREVIEW_TEXT_MAX: usize = 256;
/// Ours: `content.title` and `template.title` have no limit in the sources; a title is one line.
pub const TITLE_MAX: usize = 512;
/// Ours: 2.3 gives `basic.items` a least number only; the most keeps a message one screenful of work.
pub const BASIC_ITEMS_MAX: usize = 30;
/// 2.3 `template.buttons`, `system.buttons`.
pub const BUTTONS_MAX: usize = 10;
/// 2.3 `template.textLines`.
pub const TEXT_LINES_MAX: usize = 10;
/// 2.3 each of `template.textLines`.
pub const TEXT_LINE_MAX: usize = 512;
/// 2.3 `imageUrl`, `iconUrl`, `minimal.url`; 2.4 media `url`.
pub const WEB_URL_MAX: usize = 2_000;
/// 2.3 `launchUrl`.
pub const LAUNCH_URL_MAX: usize = 16_384;
/// 2.3 `postbackProperties.interactionId`.
pub const INTERACTION_ID_MAX: usize = 256;
/// 2.3 `form.title`.
pub const FORM_TITLE_MAX: usize = 256;
/// 2.3 `form.fields`.
pub const FORM_FIELDS_MAX: usize = 15;
/// 2.3 `name` and `value` of a form field.
pub const FORM_FIELD_MAX: usize = 8_192;
/// 2.3 `form.media`.
pub const FORM_MEDIA_MAX: usize = 15;
/// 2.4 media `id`.
pub const MEDIA_ID_MAX: usize = 2_000;
/// 2.4 `filename`.
pub const FILENAME_MAX: usize = 255;
/// 2.4 `mimeType`.
pub const MIME_TYPE_MAX: usize = 100;
/// 2.1 `badges`.
pub const BADGES_MAX: usize = 1;
/// Ours: a badge is a short label.
pub const BADGE_TEXT_MAX: usize = 256;
/// 2.1 `sourceChannelId` and each of `targetChannelIds`.
pub const CHANNEL_ID_MAX: usize = 100;
/// 2.1 `targetChannelIds`; ours also for the deprecated `targetChannels`.
pub const TARGET_CHANNELS_MAX: usize = 100;
/// Ours: `clientId` and `Idempotency-Key`.
pub const CLIENT_ID_MAX: usize = 64;
/// 2.10 `paging.limit`, most.
pub const PAGE_LIMIT_MAX: u32 = 100;
/// 2.10 `paging.limit` where none is given.
pub const PAGE_LIMIT_DEFAULT: u32 = 30;
/// 1.3 cursors stay short because they travel in an address (ours).
pub const CURSOR_MAX: usize = 200;
/// 2.10 `sorting.fieldName`.
pub const SORT_FIELD_MAX: usize = 512;
/// 4.2 `summary` of a chat event, and 5.4 of a page's message.
pub const SUMMARY_MAX: usize = 250;
/// Ours: `metadata` of a chat message, as JSON.
pub const METADATA_MAX_BYTES: usize = 16_384;
/// Every legal JSON body fits, however it is written: the largest, 30 texts of 16384 characters, takes 2.9 MB when each
/// character is escaped as `\u0000` (2.3's largest form, 246,000 characters, takes 1.5 MB).
pub const JSON_BODY_MAX_BYTES: usize = 4_194_304;
/// Ours: messages in one call that says how far they have got.
pub const INDICATED_MAX: usize = 100;
/// Ours: a JSON body, or the first frame of a socket, that comes before any credential was looked at: anybody may send
/// it, so it is kept small. The longest tokens and passwords that are read fit many times.
pub const PUBLIC_BODY_MAX_BYTES: usize = 16_384;
/// Ours: one picture or file.
pub const UPLOAD_MAX_BYTES: u64 = 26_214_400;
/// Ours: pixels along one side of a picture.
pub const IMAGE_SIDE_MAX: u32 = 20_000;
/// Ours: one frame of the socket, in either direction, is bounded like a JSON body.
pub const FRAME_MAX_BYTES: usize = JSON_BODY_MAX_BYTES;
/// Ours: events per page of `GET /events/v1`.
pub const EVENTS_LIMIT_MAX: u32 = 1_000;
/// Ours: seconds a reader of `GET /events/v1` may wait.
pub const EVENTS_WAIT_MAX_S: u32 = 60;
