//! What the page that carries the chat has to allow: the lines that `shopbell csp` prints.
//!
//! `tests/e2e/tests/hosts.rs` puts exactly these lines on pages and goes through the chat on each of them.

use std::fmt::Write as _;

/// What stands in the lines where the page's own server puts a fresh random value into each answer.
pub const NONCE: &str = "NONCE";
/// What stands there for the address of the page that is shown in a frame.
pub const PAGE: &str = "YOUR-PAGE";

/// What the widget does inside a sandboxed page, beside running: it keeps its own origin (`allow-same-origin`), sends its
/// forms, and opens links and files.
const SANDBOX: &str = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox \
                       allow-downloads";

/// How strict the page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostPolicy {
    /// No content policy at all.
    None,
    /// Scripts by a nonce.
    Nonce,
    /// Scripts by the hash of their content.
    Hash,
    /// Trusted Types enforced.
    TrustedTypes,
    /// Scripts by address, and neither inline scripts, nor `eval`, nor WebAssembly.
    Strict,
    /// The page, or the frame it is in, is sandboxed.
    Sandbox,
}

/// What to add to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostLines {
    /// Directives of `Content-Security-Policy`; where the page has the directive already, its sources are to be added there.
    pub directives: Vec<String>,
    /// The tag.
    pub tag: String,
    /// Attributes of the frame that the page is shown in, where it is shown in one.
    pub frame: Option<String>,
}

impl HostPolicy {
    /// Every policy, from the one that asks for nothing.
    pub const ALL: [Self; 6] = [
        Self::None,
        Self::Nonce,
        Self::Hash,
        Self::TrustedTypes,
        Self::Strict,
        Self::Sandbox,
    ];

    /// As it is asked for on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Nonce => "nonce",
            Self::Hash => "hash",
            Self::TrustedTypes => "trusted-types",
            Self::Strict => "strict",
            Self::Sandbox => "sandbox",
        }
    }

    /// The policy of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.name() == name)
    }

    /// For whom these lines are.
    pub fn heading(self) -> &'static str {
        match self {
            Self::None => "A page without a policy",
            Self::Nonce => {
                "Scripts by nonce, with or without 'strict-dynamic' (NONCE: a new random value in each answer)"
            }
            Self::Hash => "Scripts by hash (take the new lines with each upgrade)",
            Self::TrustedTypes => "Trusted Types enforced (the chat needs no policy of its own)",
            Self::Strict => {
                "Scripts by address; no 'unsafe-inline', 'unsafe-eval' or 'wasm-unsafe-eval' on the page"
            }
            Self::Sandbox => "A sandboxed page, by its own header or by the frame around it",
        }
    }

    /// The lines for a chat at `origin` whose embed.js has this integrity value (`sha384-…`).
    pub fn lines(self, origin: &str, integrity: &str) -> HostLines {
        let scripts = match self {
            Self::None | Self::Sandbox => None,
            Self::Nonce => Some(format!("'nonce-{NONCE}'")),
            Self::Hash => Some(format!("'{integrity}'")),
            Self::TrustedTypes | Self::Strict => Some(format!("{origin}/embed.js")),
        };
        let mut directives: Vec<String> = scripts
            .into_iter()
            .flat_map(|source| [format!("script-src {source}"), format!("frame-src {origin}")])
            .collect();
        let mut attributes = String::from("async");
        let mut frame = None;
        match self {
            Self::None | Self::Strict => {}
            Self::Nonce => attributes = format!("async nonce=\"{NONCE}\""),
            // Without `crossorigin` the browser may not look at another origin's bytes, and refuses them.
            Self::Hash => {
                attributes = format!("async integrity=\"{integrity}\" crossorigin=\"anonymous\"");
            }
            Self::TrustedTypes => {
                directives.push("require-trusted-types-for 'script'".to_owned());
                directives.push("trusted-types 'none'".to_owned());
            }
            Self::Sandbox => {
                directives.push(format!("sandbox {SANDBOX}"));
                frame = Some(format!("sandbox=\"{SANDBOX}\""));
            }
        }
        HostLines {
            directives,
            tag: format!("<script {attributes} src=\"{origin}/embed.js\"></script>"),
            frame,
        }
    }
}

impl HostLines {
    /// As they are printed: one line for the header, one for the tag, one for the frame, each where there is something to
    /// say.
    pub fn print(&self) -> String {
        let mut text = String::new();
        // Writing to a text cannot fail.
        let _infallible = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        if !self.directives.is_empty() {
            writeln!(text, "Content-Security-Policy: {}", self.directives.join("; "))?;
        }
        if let Some(frame) = &self.frame {
            writeln!(text, "<iframe {frame} src=\"{PAGE}\"></iframe>")?;
        }
        writeln!(text, "{}", self.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_to_be_added_names_the_chat_and_nothing_wider() {
        for policy in HostPolicy::ALL {
            let printed = policy.lines("https://chat.example.com", "sha384-AAAA").print();
            for wide in [
                "*",
                "unsafe",
                "https:;",
                "data:",
                "blob:",
                "connect-src",
                "style-src",
            ] {
                assert!(!printed.contains(wide), "{}: {printed}", policy.name());
            }
            assert_eq!(HostPolicy::from_name(policy.name()), Some(policy));
        }
    }

    #[test]
    fn the_lines_for_a_hash_pin_the_bytes_in_both_places() {
        assert_eq!(
            HostPolicy::Hash
                .lines("https://chat.example.com", "sha384-AAAA")
                .print(),
            "Content-Security-Policy: script-src 'sha384-AAAA'; frame-src https://chat.example.com\n\
             <script async integrity=\"sha384-AAAA\" crossorigin=\"anonymous\" \
             src=\"https://chat.example.com/embed.js\"></script>\n"
        );
    }
}
