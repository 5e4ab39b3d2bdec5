//! [`socket`]: a WebSocket that ends with its handle.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{MessageEvent, WebSocket};

use super::listen::{Listener, listen};
use super::window;

/// What a socket tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// Frames may be sent.
    Opened,
    /// A text frame; frames of bytes are not ours and left out.
    Text(String),
    /// It is gone, or could not be opened. Nothing follows.
    Closed,
}

/// An open or opening socket; dropping it closes it and nothing more is told.
#[derive(Debug)]
pub struct Socket {
    socket: WebSocket,
    _listeners: [Listener; 3],
}

/// Opens a socket to `path` on the page's own origin. `None` where the browser refuses outright.
pub fn socket(path: &str, subprotocol: &str, on_event: impl Fn(SocketEvent) + 'static) -> Option<Socket> {
    let location = window()?.location();
    let scheme = if location.protocol().ok()? == "https:" {
        "wss://"
    } else {
        "ws://"
    };
    let address = [scheme, &location.host().ok()?, path].concat();
    let socket = WebSocket::new_with_str(&address, subprotocol).ok()?;
    let tell: Rc<dyn Fn(SocketEvent)> = Rc::new(on_event);
    let (opened, closed) = (Rc::clone(&tell), Rc::clone(&tell));
    let listeners = [
        listen(&socket, "open", move |_| opened(SocketEvent::Opened)),
        listen(&socket, "message", move |event| {
            if let Some(text) = event.unchecked_ref::<MessageEvent>().data().as_string() {
                tell(SocketEvent::Text(text));
            }
        }),
        // An error is always followed by this one, and says no more.
        listen(&socket, "close", move |_| closed(SocketEvent::Closed)),
    ];
    Some(Socket {
        socket,
        _listeners: listeners,
    })
}

impl Socket {
    /// Sends a text frame. While the socket is not open, or closing, the frame is lost; the engine sends again.
    pub fn send(&self, text: &str) {
        let _lost = self.socket.send_with_str(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _closed = self.socket.close();
    }
}
