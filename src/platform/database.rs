//! [`database`]: what waits in the outbox, kept in `IndexedDB` and shared with the visitor's other tabs. The work is done
//! by `outbox.js` beside this file: promises and requests of a dozen kinds would be glue in the program.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;
use web_sys::File;

use crate::host::js;

/// Name of the function that `outbox.js` gives the page.
const START: &str = "shopbellOutbox";

/// An entry as it is kept.
#[derive(Debug)]
pub struct Record {
    /// Key; a later record of the same takes its place.
    pub id: String,
    /// What the owner reads again.
    pub text: String,
    /// The visitor's token at the time of writing: a crash may take the page's small storage back by seconds.
    pub token: Option<String>,
    /// Files that belong to it and are not up, each with the id of its upload.
    pub files: Vec<(String, File)>,
}

/// What the database tells.
#[derive(Debug)]
pub enum Told {
    /// A record is on disk, or could not be written.
    Written(String, bool),
    /// What earlier pages and ended tabs have left, in order; it is this page's now. Comes once after the start.
    Restored(Vec<Record>),
    /// The text of what waits in a living other tab.
    Elsewhere(String),
    /// What waited in another tab was given up there.
    Gone(String),
    /// Everything is forgotten, as it was asked for.
    Cleared,
    /// It is this page's turn, until [`Database::end_turn`].
    Turn,
}

/// The open database; nothing more is told after its end.
#[derive(Debug)]
pub struct Database {
    act: Function,
    _tell: Closure<dyn Fn(JsValue)>,
}

/// Begins with what is there; `None` on a page without `outbox.js`. Nothing is created before [`Database::put`].
pub fn database(tell: impl Fn(Told) + 'static) -> Option<Database> {
    let start: Function = js::get(&js_sys::global(), START)?.dyn_into().ok()?;
    let tell = Closure::<dyn Fn(JsValue)>::new(move |told: JsValue| {
        tell(read(&told));
    });
    let act = start.call1(&JsValue::UNDEFINED, tell.as_ref()).ok()?;
    Some(Database {
        act: act.dyn_into().ok()?,
        _tell: tell,
    })
}

impl Database {
    /// Keeps a record; told by [`Told::Written`].
    pub fn put(&self, record: &Record) {
        let files: Array = record
            .files
            .iter()
            .map(|(id, file)| js::object([("id", id.into()), ("file", file.into())]))
            .collect();
        let token = record
            .token
            .as_deref()
            .map_or(JsValue::UNDEFINED, JsValue::from_str);
        let record = js::object([
            ("id", record.id.as_str().into()),
            ("text", record.text.as_str().into()),
            ("token", token),
            ("files", files.into()),
        ]);
        self.act("put", &record);
    }

    /// Forgets a record.
    pub fn remove(&self, id: &str) {
        self.act("remove", &id.into());
    }

    /// Tells the other tabs that a record was given up.
    pub fn give_up(&self, id: &str) {
        self.act("gone", &id.into());
    }

    /// Asks for a turn of which only one of the visitor's pages has one; told by [`Told::Turn`].
    pub fn ask_turn(&self) {
        self.act("turn", &JsValue::UNDEFINED);
    }

    /// Lets the next page have its turn.
    pub fn end_turn(&self) {
        self.act("turned", &JsValue::UNDEFINED);
    }

    /// Forgets everything; told by [`Told::Cleared`].
    pub fn clear(&self) {
        self.act("clear", &JsValue::UNDEFINED);
    }

    fn act(&self, what: &str, value: &JsValue) {
        // What fails later is told or of no consequence; nothing here throws at once.
        let _done = self.act.call2(&JsValue::UNDEFINED, &what.into(), value);
    }
}

fn read(told: &JsValue) -> Told {
    if let Some(id) = js::text(told, "written") {
        return Told::Written(id, js::flag(told, "well"));
    }
    if let Some(text) = js::text(told, "elsewhere") {
        return Told::Elsewhere(text);
    }
    if let Some(id) = js::text(told, "gone") {
        return Told::Gone(id);
    }
    if js::flag(told, "cleared") {
        return Told::Cleared;
    }
    if js::flag(told, "turn") {
        return Told::Turn;
    }
    Told::Restored(list(told, "restored").iter().filter_map(record).collect())
}

fn record(kept: JsValue) -> Option<Record> {
    let file = |kept: JsValue| {
        let file = js::get(&kept, "file")?.unchecked_into();
        Some((js::text(&kept, "id")?, file))
    };
    Some(Record {
        id: js::text(&kept, "id")?,
        text: js::text(&kept, "text")?,
        token: js::text(&kept, "token"),
        files: list(&kept, "files").iter().filter_map(file).collect(),
    })
}

fn list(target: &JsValue, key: &str) -> Array {
    js::get(target, key)
        .map(JsCast::unchecked_into)
        .unwrap_or_default()
}
