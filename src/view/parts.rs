//! The elements of `index.html` that the views take over, by their `data-part`.

use thiserror::Error;

use crate::dom::El;

/// The page lacks an element that the views need: `index.html` and this build do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the page has no element with data-part=\"{0}\"")]
pub struct MissingPart(&'static str);

impl MissingPart {
    /// The texts of the page's language.
    pub(crate) const WORDS: Self = Self("words");
}

macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident,)*) => {
        /// The adopted elements.
        #[derive(Clone, Debug)]
        pub(super) struct Parts {
            $($(#[$doc])* pub(super) $part: El,)*
        }

        impl Parts {
            pub(super) fn adopt(root: &El) -> Result<Self, MissingPart> {
                Ok(Self { $($part: root.part(stringify!($part)).ok_or(MissingPart(stringify!($part)))?,)* })
            }
        }
    };
}

parts! {
    panel,
    avatar,
    name,
    state,
    minimize,
    frame,
    timeline,
    content,
    /// What the page shows of messages sent before the program was there.
    early,
    skeleton,
    notices,
    form,
    tray,
    attach,
    input,
    send,
    foot,
    live,
}
