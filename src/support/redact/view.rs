//! Views of a text: as a reader sees it, decoded, without its spaces. Each byte of a view knows
//! its place in the text.

use std::borrow::Cow;
use std::ops::Range;

use super::encodings::Escaping;
use crate::support::printable::is_unsafe;

/// The number of times that a text is decoded: a URL in a URL in JSON.
const NESTED: usize = 3;

/// A form of a text in which secrets are searched for. The type has no `Debug`, so that no log
/// contains the text.
pub(super) struct TextView<'a> {
    bytes: Cow<'a, [u8]>,
    /// The place of each byte in the text; none if the view is the text.
    places: Option<Vec<Place>>,
}

/// A part of a text. Only windows of texts have other views, so their places are short.
#[derive(Clone, Copy)]
struct Place {
    start: u32,
    end: u32,
}

impl<'a> TextView<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        Self { bytes: Cow::Borrowed(text), places: None }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the part of the text that a part of the view comes from.
    pub(super) fn source(&self, part: Range<usize>) -> Range<usize> {
        match &self.places {
            None => part,
            Some(places) if part.is_empty() => {
                let at = places.get(part.start).map_or(0, |place| place.start as usize);
                at..at
            }
            Some(places) => places[part.start].start as usize..places[part.end - 1].end as usize,
        }
    }

    fn place(&self, at: usize) -> Place {
        let own = || {
            let short = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            Place { start: short(at), end: short(at + 1) }
        };
        self.places.as_ref().map_or_else(own, |places| places[at])
    }

    /// Returns the view without escape sequences of terminals, control characters and characters
    /// that are invisible; none if it has none of them.
    pub(super) fn visible(&self) -> Option<TextView<'static>> {
        let has_more = |byte: &u8| !matches!(byte, b'\t' | b'\n' | b' '..=b'~');
        self.bytes.iter().any(has_more).then(|| {
            let mut visible = Builder::over(self);
            while visible.at < self.bytes.len() {
                match invisible(&self.bytes[visible.at..]) {
                    0 => visible.keep(1),
                    length => {
                        // A backspace: the next character is printed over the last one.
                        if self.bytes[visible.at] == 0x08 {
                            visible.drop_last();
                        }
                        visible.at += length;
                    }
                }
            }
            visible.into_view()
        })
    }

    /// Returns the view with escapes of one kind decoded; none if it has no escapes.
    pub(super) fn decoded(&self, kind: Escaping) -> Option<TextView<'static>> {
        self.bytes.contains(&kind.sign()).then_some(())?;
        let mut decoded = Builder::over(self);
        let mut has_escapes = false;
        while decoded.at < self.bytes.len() {
            let rest = &self.bytes[decoded.at..];
            match (rest[0] == kind.sign()).then(|| kind.escape(rest)).flatten() {
                Some(escape) => {
                    has_escapes = true;
                    decoded.put(&escape.bytes, escape.length);
                }
                None => decoded.keep(1),
            }
        }
        has_escapes.then(|| decoded.into_view())
    }

    /// Calls `act` with this view, and with the views of [`Self::for_each_decoded`].
    pub(super) fn for_each_reading(&self, act: &mut dyn FnMut(&TextView<'_>)) {
        act(self);
        self.for_each_decoded(act);
    }

    /// Calls `act` with the view with its escapes decoded in every order, nested up to three times.
    /// One view of each nesting exists at a time.
    pub(super) fn for_each_decoded(&self, act: &mut dyn FnMut(&TextView<'_>)) {
        self.decode(NESTED, act);
    }

    fn decode(&self, nested: usize, act: &mut dyn FnMut(&TextView<'_>)) {
        if nested == 0 {
            return;
        }
        for view in Escaping::ALL.into_iter().filter_map(|kind| self.decoded(kind)) {
            act(&view);
            view.decode(nested - 1, act);
        }
    }

    /// Returns the view without spaces, line breaks and the lines of frames, which programs add and
    /// remove where they wrap a text; none if it has none of them.
    pub(super) fn compact(&self) -> Option<TextView<'static>> {
        let may_be_gap = |byte: &u8| matches!(*byte, b' ' | b'\t' | b'\n' | FRAME);
        self.bytes.iter().any(may_be_gap).then(|| {
            let mut compact = Builder::over(self);
            while compact.at < self.bytes.len() {
                match gap(&self.bytes[compact.at..]) {
                    0 => compact.keep(1),
                    length => compact.at += length,
                }
            }
            compact.into_view()
        })
    }

    /// Returns the view with one sign in place of two, for a quote or a bracket that programs
    /// double within a quoted text; none if no two are there.
    pub(super) fn undoubled(&self, sign: u8) -> Option<TextView<'static>> {
        let double = [sign, sign];
        memchr::memmem::find(&self.bytes, &double).map(|_| {
            let mut single = Builder::over(self);
            while single.at < self.bytes.len() {
                if self.bytes[single.at..].starts_with(&double) {
                    single.put(&double[..1], 2);
                } else {
                    single.keep(1);
                }
            }
            single.into_view()
        })
    }

    /// Calls `act` with this view, and with those with one kind of sign undoubled.
    pub(super) fn for_each_single(&self, act: &mut dyn FnMut(&TextView<'_>)) {
        act(self);
        DOUBLED.into_iter().filter_map(|sign| self.undoubled(sign)).for_each(|view| act(&view));
    }
}

/// The signs that programs double within a quoted text.
const DOUBLED: [u8; 4] = [b'\'', b'"', b'`', b'}'];

/// The length up to which the end of a sequence is searched for, so that hostile text takes no
/// quadratic time.
const LONGEST_SEQUENCE: usize = 1024;

struct Builder<'v, 'a> {
    from: &'v TextView<'a>,
    at: usize,
    bytes: Vec<u8>,
    places: Vec<Place>,
}

impl<'v, 'a> Builder<'v, 'a> {
    fn over(from: &'v TextView<'a>) -> Self {
        let length = from.bytes.len();
        Self { from, at: 0, bytes: Vec::with_capacity(length), places: Vec::with_capacity(length) }
    }

    /// Keeps the next bytes.
    fn keep(&mut self, length: usize) {
        for at in self.at..self.at + length {
            self.bytes.push(self.from.bytes[at]);
            self.places.push(self.from.place(at));
        }
        self.at += length;
    }

    /// Drops the last byte that was kept.
    fn drop_last(&mut self) {
        self.bytes.pop();
        self.places.pop();
    }

    /// Puts `bytes` in the place of the next ones.
    fn put(&mut self, bytes: &[u8], length: usize) {
        let place = Place { start: self.from.place(self.at).start, end: self.from.place(self.at + length - 1).end };
        self.bytes.extend_from_slice(bytes);
        self.places.extend(bytes.iter().map(|_| place));
        self.at += length;
    }

    fn into_view(self) -> TextView<'static> {
        TextView { bytes: Cow::Owned(self.bytes), places: Some(self.places) }
    }
}

/// Returns the length of the escape sequence, or of the invisible character, at the start.
fn invisible(text: &[u8]) -> usize {
    match text[0] {
        b'\t' | b'\n' | b' '..=b'~' => 0,
        0x1b => sequence(text),
        0..=0x1f | 0x7f => 1,
        _ => character(text).map_or(0, |character| {
            let length = character.len_utf8();
            match character {
                '\u{9b}' => length + control_sequence(&text[length..]),
                _ if is_unsafe(character) => length,
                _ => 0,
            }
        }),
    }
}

/// Returns the length of a sequence that starts with ESC (ECMA-48).
fn sequence(text: &[u8]) -> usize {
    match text.get(1) {
        Some(b'[') => 2 + control_sequence(&text[2..]),
        // A text for the terminal, as a title or the address of a link.
        Some(b']' | b'P' | b'X' | b'^' | b'_') => {
            let text = &text[..text.len().min(LONGEST_SEQUENCE)];
            let end = text.iter().position(|&byte| byte == 0x07);
            let other = text.windows(2).skip(1).position(|two| two == b"\x1b\\").map(|at| at + 2);
            end.into_iter().chain(other).min().map_or(2, |end| end + 1)
        }
        Some(_) => 1 + text[1..].iter().take_while(|byte| matches!(byte, b' '..=b'/')).count().min(4) + 1,
        None => 1,
    }
    .min(text.len())
}

fn control_sequence(text: &[u8]) -> usize {
    let parameters = text.iter().take_while(|byte| matches!(byte, b' '..=b'?')).count();
    parameters + usize::from(text.get(parameters).is_some_and(|byte| matches!(byte, b'@'..=b'~')))
}

fn character(text: &[u8]) -> Option<char> {
    let length = match text[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    std::str::from_utf8(text.get(..length)?).ok()?.chars().next()
}

/// The first byte of U+2500 to U+257F, the characters of frames.
const FRAME: u8 = 0xe2;

/// Returns the length of the space, the line break or the character of a frame at the start.
fn gap(text: &[u8]) -> usize {
    match text {
        [b' ' | b'\t' | b'\n', ..] => 1,
        [FRAME, 0x94 | 0x95, _, ..] => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(view: &TextView<'_>) -> String {
        String::from_utf8_lossy(view.bytes()).into_owned()
    }

    #[test]
    fn views_know_where_their_bytes_are() {
        let original = "a\u{1b}[1mb\rc\u{200b}d\u{1b}]0;title\u{7}e%41 \n  │ f''g";
        let visible = TextView::of(original.as_bytes()).visible().unwrap();
        assert_eq!(text(&visible), "abcde%41 \n  │ f''g");
        let decoded = visible.decoded(Escaping::Percent).unwrap();
        let compact = decoded.compact().unwrap();
        let single = compact.undoubled(b'\'').unwrap();
        assert_eq!(text(&single), "abcdeAf'g");
        assert_eq!(&original[single.source(1..5)], "b\rc\u{200b}d\u{1b}]0;title\u{7}e");
        assert_eq!(&original[single.source(5..6)], "%41");
        assert_eq!(&original[single.source(7..8)], "''");
    }

    #[test]
    fn plain_text_has_no_other_views() {
        let view = TextView::of(b"plain");
        assert!(view.visible().is_none() && view.undoubled(b'\'').is_none());
        assert!(view.compact().is_none());
        let mut readings = 0;
        view.for_each_reading(&mut |_| readings += 1);
        assert_eq!(readings, 1);
        for broken in [&b"\x1b"[..], b"\x1b[", b"\x1b]", b"\x1b[12", b"\xff\xfe", b"\xe2\x94", b"\xc2", b"\x1b("] {
            assert!(TextView::of(broken).visible().is_some(), "{broken:?}");
        }
    }
}
