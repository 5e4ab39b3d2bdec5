//! What outlives the page: `localStorage` and, for one tab, `sessionStorage`; or memory where a browser blocks them (a
//! frame of another site, private mode).

use std::cell::RefCell;

use wasm_bindgen::JsValue;

use super::window;

/// Keeps small texts under names.
#[derive(Debug, Default)]
pub struct Storage {
    browser: Option<web_sys::Storage>,
    memory: RefCell<Vec<(&'static str, String)>>,
}

/// The page's storage. Nothing is written before [`Storage::set`].
pub fn storage() -> Storage {
    of(web_sys::Window::local_storage)
}

/// The storage of the page in this tab, which ends with the tab.
pub fn tab_storage() -> Storage {
    of(web_sys::Window::session_storage)
}

fn of(kind: fn(&web_sys::Window) -> Result<Option<web_sys::Storage>, JsValue>) -> Storage {
    // Blocked storage throws already when it is looked at.
    let browser = window().and_then(|window| kind(&window).ok().flatten());
    Storage {
        browser,
        memory: RefCell::default(),
    }
}

impl Storage {
    /// Whether what is kept outlives the page, as far as can be known before writing.
    pub fn is_supported(&self) -> bool {
        self.browser.is_some()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.memory.borrow_mut().clear();
        if let Some(browser) = &self.browser {
            // A browser that blocks storage has kept nothing.
            let _cleared = browser.clear();
        }
    }

    /// What is kept under the name.
    pub fn get(&self, name: &'static str) -> Option<String> {
        let kept = self
            .browser
            .as_ref()
            .and_then(|browser| browser.get_item(name).ok().flatten());
        kept.or_else(|| {
            self.memory
                .borrow()
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, text)| text.clone())
        })
    }

    /// Keeps a text; where the browser refuses (blocked, full) it is kept until the page ends.
    pub fn set(&self, name: &'static str, text: &str) {
        self.memory.borrow_mut().retain(|(known, _)| *known != name);
        let kept = self
            .browser
            .as_ref()
            .is_some_and(|browser| browser.set_item(name, text).is_ok());
        if !kept {
            self.memory.borrow_mut().push((name, text.to_owned()));
        }
    }

    /// Forgets it.
    pub fn remove(&self, name: &'static str) {
        self.memory.borrow_mut().retain(|(known, _)| *known != name);
        if let Some(browser) = &self.browser {
            // A storage that refuses to forget has refused to keep before.
            let _forgotten = browser.remove_item(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocked_storage_keeps_in_memory() {
        let storage = Storage::default();
        storage.set("token", "a");
        storage.set("token", "b");
        assert_eq!(storage.get("token").as_deref(), Some("b"));
        storage.remove("token");
        assert_eq!(storage.get("token"), None);
        assert!(!storage.is_supported());
    }
}
