//! A small JSON reader: one pass over the bytes into a tree.

/// Deeper than any of our types, and no deeper than the stack.
const DEPTH_MAX: u8 = 64;

/// A JSON value. What is absent reads as `Null`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// A whole number; the wire has no others for us.
    Count(u64),
    /// A negative or broken number.
    OtherNumber,
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a whole text; `None` where it is not JSON.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        reader.space();
        (reader.at == text.len()).then_some(value)
    }

    /// Takes a member out. The last one counts where a name comes twice.
    pub(super) fn take(&mut self, name: &str) -> Self {
        let Self::Object(members) = self else {
            return Self::Null;
        };
        match members.iter().rposition(|(known, _)| known == name) {
            Some(at) => members.swap_remove(at).1,
            None => Self::Null,
        }
    }

    /// A member, unless it is absent or null.
    pub(super) fn some(&mut self, name: &str) -> Option<Self> {
        match self.take(name) {
            Self::Null => None,
            value => Some(value),
        }
    }

    /// A member that is a text.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).into_text()
    }

    /// A member that is a whole number.
    pub(super) fn count(&mut self, name: &str) -> Option<u64> {
        match self.take(name) {
            Self::Count(count) => Some(count),
            Self::Null
            | Self::Bool(_)
            | Self::OtherNumber
            | Self::Text(_)
            | Self::List(_)
            | Self::Object(_) => None,
        }
    }

    /// A member that is a yes or no; no where it is neither.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        self.take(name) == Self::Bool(true)
    }

    /// A member that is a list; empty where it is none.
    pub(super) fn list(&mut self, name: &str) -> Vec<Self> {
        match self.take(name) {
            Self::List(list) => list,
            Self::Null
            | Self::Bool(_)
            | Self::Count(_)
            | Self::OtherNumber
            | Self::Text(_)
            | Self::Object(_) => Vec::new(),
        }
    }

    /// The text, if it is one.
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null
            | Self::Bool(_)
            | Self::Count(_)
            | Self::OtherNumber
            | Self::List(_)
            | Self::Object(_) => None,
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.space();
        (self.next()? == byte).then_some(())
    }

    fn value(&mut self, depth: u8) -> Option<Json> {
        if depth > DEPTH_MAX {
            return None;
        }
        self.space();
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => Some(Json::Text(self.string()?)),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        let end = self.at.checked_add(word.len())?;
        (self.text.get(self.at..end)? == word).then(|| {
            self.at = end;
            value
        })
    }

    fn object(&mut self, depth: u8) -> Option<Json> {
        self.at += 1;
        let mut members = Vec::new();
        self.space();
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(Json::Object(members));
        }
        loop {
            self.space();
            if self.peek()? != b'"' {
                return None;
            }
            let name = self.string()?;
            self.expect(b':')?;
            members.push((name, self.value(depth + 1)?));
            self.space();
            match self.next()? {
                b',' => {}
                b'}' => return Some(Json::Object(members)),
                _ => return None,
            }
        }
    }

    fn list(&mut self, depth: u8) -> Option<Json> {
        self.at += 1;
        let mut values = Vec::new();
        self.space();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(Json::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            self.space();
            match self.next()? {
                b',' => {}
                b']' => return Some(Json::List(values)),
                _ => return None,
            }
        }
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let digits = self
            .text
            .get(start..self.at)
            .filter(|digits| !digits.is_empty())?;
        Some(digits.parse().map_or(Json::OtherNumber, Json::Count))
    }

    fn string(&mut self) -> Option<String> {
        self.at += 1;
        let mut text = String::new();
        let mut plain = self.at;
        loop {
            match self.next()? {
                b'"' => {
                    text.push_str(self.text.get(plain..self.at - 1)?);
                    return Some(text);
                }
                b'\\' => {
                    text.push_str(self.text.get(plain..self.at - 1)?);
                    text.push(self.escaped()?);
                    plain = self.at;
                }
                0..0x20 => return None,
                _ => {}
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => return self.unicode(),
            plain @ (b'"' | b'\\' | b'/') => char::from(plain),
            _ => return None,
        })
    }

    /// Four hex digits, or eight in two halves for what lies beyond the first plane.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        let code = match first {
            0xd800..0xdc00 => {
                self.word("\\u", Json::Null)?;
                let second = self.hex()?;
                0x10000 + ((first - 0xd800) << 10) + second.checked_sub(0xdc00)?
            }
            code => code,
        };
        char::from_u32(code)
    }

    fn hex(&mut self) -> Option<u32> {
        let end = self.at.checked_add(4)?;
        let code = u32::from_str_radix(self.text.get(self.at..end)?, 16).ok()?;
        self.at = end;
        Some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(ours: &Json, theirs: &serde_json::Value) -> bool {
        use serde_json::Value;
        match (ours, theirs) {
            (Json::Null, Value::Null) => true,
            (Json::Bool(ours), Value::Bool(theirs)) => ours == theirs,
            (Json::Count(ours), Value::Number(theirs)) => theirs.as_u64() == Some(*ours),
            (Json::OtherNumber, Value::Number(theirs)) => theirs.as_u64().is_none(),
            (Json::Text(ours), Value::String(theirs)) => ours == theirs,
            (Json::List(ours), Value::Array(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
            }
            (Json::Object(ours), Value::Object(theirs)) => {
                ours.len() == theirs.len()
                    && ours
                        .iter()
                        .all(|(name, ours)| theirs.get(name).is_some_and(|theirs| same(ours, theirs)))
            }
            _ => false,
        }
    }

    fn check(text: &str) {
        let ours = Json::parse(text);
        match serde_json::from_str(text) {
            Ok(theirs) => assert!(
                ours.as_ref().is_some_and(|ours| same(ours, &theirs)),
                "{text}: {ours:?}"
            ),
            Err(_) => assert_eq!(ours, None, "{text}"),
        }
    }

    #[test]
    fn json_reads_as_serde_json_reads_it() {
        for text in [
            "null",
            "true",
            " false ",
            "0",
            "18446744073709551615",
            "18446744073709551616",
            "-1",
            "1.5",
            "1e3",
            "\"\"",
            "\"a\\n\\u00e9\\ud83d\\ude00\\\"\\/é😀\"",
            "[]",
            "[1,[2,{}],\"x\"]",
            "{}",
            "{\"a\":{\"b\":[null,true]},\"c\":\"d\"}",
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "tru",
            "\"a",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\x\"",
            "\"\n\"",
            "[1 2]",
            "nullx",
            "{a:1}",
            "\"\\u12\"",
        ] {
            check(text);
        }
    }

    #[test]
    fn nesting_without_end_is_no_json() {
        assert_eq!(Json::parse(&"[".repeat(100_000)), None);
    }
}
