//! The doors to what only some visitors need.
//!
//! A chunk is a function here that answers with the functions behind it. In the page that visitors load (feature `split`)
//! the code that is reached only through such a function is cut out of the program, and comes when the function is called
//! first. Everywhere else (the inbox, tests) it is there from the start and answers at once. Call one through [`with`].
//!
//! To put something behind a door: name its entry points in a struct of function pointers, as [`Cards`] does, and call them
//! only through it. One direct call from elsewhere, and the code is in the first program again; `cargo xtask size` shows it.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use send_wrapper::SendWrapper;

use crate::message::Cards;
use crate::platform::requests::StartRequests;
use crate::platform::timer::{Timer, after};
use crate::state::PageCalls;
use crate::state::attachments::Tray;
use crate::view::Draw;

/// A chunk did not come; another try may get it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotLoaded;

impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_error: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Between two tries; doubled each time, up to thirty-two times as long.
const AGAIN_MS: u64 = 1_000;
const DOUBLED_MOST: u32 = 5;

/// What a chunk answers with, whatever it is: the code that waits for it is there once for all chunks.
type Parts = Result<Box<dyn Any>, NotLoaded>;

/// A chunk on its way.
type Coming = Pin<Box<dyn Future<Output = Parts>>>;

/// Asks for a chunk whose parts are a `T`.
pub(crate) struct Door<T> {
    ask: fn() -> Coming,
    parts: PhantomData<T>,
}

macro_rules! chunk {
    ($(#[$doc:meta])* fn $name:ident() -> $parts:ty { $make:expr }) => {
        $(#[$doc])*
        pub(crate) fn $name() -> Door<$parts> {
            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split($name, wasm_split_path = ::leptos::wasm_split, fallible)]
            fn ask() -> Parts {
                Ok(Box::<$parts>::new($make))
            }

            #[cfg(not(feature = "split"))]
            async fn ask() -> Parts {
                Ok(Box::<$parts>::new($make))
            }

            Door {
                ask: || Box::pin(ask()),
                parts: PhantomData,
            }
        }
    };
}

chunk! {
    /// All kinds of messages but text: pictures, files, cards, forms, notices, buttons, and the full view of a picture.
    /// Fetched with the first such message.
    fn cards() -> Cards { Cards::new() }
}

/// What is behind the door of [`files`].
pub(crate) struct Files {
    pub(crate) tray: Tray,
    pub(crate) draw: Draw,
}

chunk! {
    /// Files on their way into messages: the tray, uploads, their progress. Fetched with the first file that is chosen, or
    /// that an earlier page has left.
    fn files() -> Files {
        Files {
            tray: Tray::new(),
            draw: Draw::new(),
        }
    }
}

chunk! {
    /// The calls of the page around us. Fetched with the first one.
    fn calls() -> PageCalls { PageCalls::new() }
}

/// What is behind the door of [`requests`].
pub(crate) struct ByRequests {
    pub(crate) start: StartRequests,
}

chunk! {
    /// The way for frames where sockets do not come through. Fetched when that has shown itself.
    fn requests() -> ByRequests {
        ByRequests {
            start: crate::platform::requests::start,
        }
    }
}

/// Uses a chunk: at once where it is there, else when it has come; it is asked for until it does. Nothing happens after the
/// end of the current owner, which also owns what `then` makes.
pub(crate) fn with<T: 'static>(chunk: fn() -> Door<T>, then: impl FnOnce(Box<T>) + 'static) {
    ask(
        chunk().ask,
        Box::new(move |parts| {
            if let Ok(parts) = parts.downcast() {
                then(parts);
            }
        }),
    );
}

fn ask(chunk: fn() -> Coming, then: Then) {
    let mut coming = chunk();
    // Asked once here, so that what is there draws with its caller and not a moment after.
    match coming.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(parts)) => then(parts),
        Poll::Ready(Err(NotLoaded)) => again(chunk, Wait::new(then), 0),
        Poll::Pending => wait_for(coming, chunk, Wait::new(then), 0),
    }
}

type Then = Box<dyn FnOnce(Box<dyn Any>)>;

/// Who waits for a chunk.
struct Wait {
    then: Then,
    owner: Owner,
    ended: Rc<Cell<bool>>,
    timer: Rc<RefCell<Option<Timer>>>,
}

impl Wait {
    fn new(then: Then) -> Self {
        let (ended, timer) = (Rc::new(Cell::new(false)), Rc::new(RefCell::new(None)));
        let end = SendWrapper::new((Rc::clone(&ended), Rc::clone(&timer)));
        on_cleanup(move || {
            end.0.set(true);
            drop(end.1.take());
        });
        Self {
            then,
            owner: Owner::current().unwrap_or_default(),
            ended,
            timer,
        }
    }
}

fn wait_for(coming: Coming, chunk: fn() -> Coming, wait: Wait, tries: u32) {
    leptos::task::spawn_local(async move {
        let come = coming.await;
        if wait.ended.get() {
            return;
        }
        match come {
            Ok(parts) => wait.owner.with(|| (wait.then)(parts)),
            Err(NotLoaded) => again(chunk, wait, tries),
        }
    });
}

fn again(chunk: fn() -> Coming, wait: Wait, tries: u32) {
    let slot = Rc::clone(&wait.timer);
    let mut wait = Some(wait);
    let timer = after(AGAIN_MS << tries.min(DOUBLED_MOST), move || {
        if let Some(wait) = wait.take() {
            wait_for(chunk(), chunk, wait, tries + 1);
        }
    });
    drop(slot.replace(Some(timer)));
}
