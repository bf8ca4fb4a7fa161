//! Escapes that a text may have in place of a character, and encodings of a whole value.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The bytes that an escape stands for, and its length in the text.
pub(super) struct Escape {
    pub(super) bytes: Vec<u8>,
    pub(super) length: usize,
}

impl Escape {
    fn byte(byte: u8, length: usize) -> Self {
        Self { bytes: vec![byte], length }
    }

    fn code(code: u32, length: usize) -> Option<Self> {
        let character = char::from_u32(code)?;
        Some(Self { bytes: character.to_string().into_bytes(), length })
    }
}

/// A way to escape characters. A sign that one of them escapes is an ordinary one for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escaping {
    /// `%40`, of URLs.
    Percent,
    /// `%%`, of ini files.
    Ini,
    /// `\"`, `\u0040`, `\x40`, `\100`: of JSON, Python, SQL and Markdown.
    Backslash,
    /// `&amp;`, `&#64;`: of HTML.
    Entity,
}

impl Escaping {
    pub(super) const ALL: [Self; 4] = [Self::Percent, Self::Ini, Self::Backslash, Self::Entity];

    /// Returns the sign with which all escapes start.
    pub(super) fn sign(self) -> u8 {
        match self {
            Self::Percent | Self::Ini => b'%',
            Self::Backslash => b'\\',
            Self::Entity => b'&',
        }
    }

    /// Returns the escape at the start of a text that starts with the sign.
    pub(super) fn escape(self, text: &[u8]) -> Option<Escape> {
        match self {
            Self::Percent => Some(Escape::byte(u8::try_from(hexadecimal(text, 1, 2)?).ok()?, 3)),
            Self::Ini => (text.get(1) == Some(&b'%')).then(|| Escape::byte(b'%', 2)),
            Self::Backslash => backslash(text),
            Self::Entity => entity(text),
        }
    }
}

fn backslash(text: &[u8]) -> Option<Escape> {
    Some(match text.get(1)? {
        b'n' => Escape::byte(b'\n', 2),
        b't' => Escape::byte(b'\t', 2),
        b'r' => Escape::byte(b'\r', 2),
        b'x' => Escape::byte(u8::try_from(hexadecimal(text, 2, 2)?).ok()?, 4),
        b'u' if text.get(2) == Some(&b'{') => {
            let digits = text[3..].iter().take(6).take_while(|byte| byte.is_ascii_hexdigit()).count();
            (text.get(3 + digits) == Some(&b'}')).then_some(())?;
            return Escape::code(hexadecimal(text, 3, digits)?, digits + 4);
        }
        b'u' => return utf16(text),
        b'U' => return Escape::code(hexadecimal(text, 2, 8)?, 10),
        b'0'..=b'3' if text.len() >= 4 && text[2..4].iter().all(|byte| matches!(byte, b'0'..=b'7')) => {
            let octal = text[1..4].iter().fold(0, |value, byte| value * 8 + u32::from(byte - b'0'));
            Escape::byte(u8::try_from(octal).ok()?, 4)
        }
        sign if sign.is_ascii_punctuation() || *sign == b' ' => Escape::byte(*sign, 2),
        _ => return None,
    })
}

/// Reads `\uXXXX`, or the two of them that JSON has for a character beyond the first 65,536.
fn utf16(text: &[u8]) -> Option<Escape> {
    let first = hexadecimal(text, 2, 4)?;
    if (0xd800..0xdc00).contains(&first) && text.get(6..8) == Some(b"\\u") {
        let second = hexadecimal(text, 8, 4)?.checked_sub(0xdc00)?;
        return Escape::code(0x1_0000 + ((first - 0xd800) << 10) + second, 12);
    }
    Escape::code(first, 6)
}

fn entity(text: &[u8]) -> Option<Escape> {
    const NAMED: [(&[u8], u8); 5] =
        [(b"&amp;", b'&'), (b"&lt;", b'<'), (b"&gt;", b'>'), (b"&quot;", b'"'), (b"&apos;", b'\'')];
    if let Some((name, byte)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some(Escape::byte(*byte, name.len()));
    }
    let (from, radix) = if text.get(2) == Some(&b'x') { (3, 16) } else { (2, 10) };
    text.starts_with(b"&#").then_some(())?;
    let digits = text.get(from..)?.iter().take(7).take_while(|byte| byte.is_ascii_hexdigit()).count();
    (text.get(from + digits) == Some(&b';')).then_some(())?;
    let code = std::str::from_utf8(&text[from..from + digits]).ok()?;
    Escape::code(u32::from_str_radix(code, radix).ok()?, from + digits + 1)
}

fn hexadecimal(text: &[u8], from: usize, digits: usize) -> Option<u32> {
    let digits = text.get(from..from + digits).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Returns texts that contain an encoding of the value in whatever surrounds it: hexadecimal,
/// quoted-printable, Base32, Base64 at each of the three alignments, also of the value in UTF-16,
/// in the encoding of URLs, and in Base64 itself; and the value in the other case where its letters
/// aren't of ASCII.
pub(super) fn encodings(value: &[u8]) -> Vec<Vec<u8>> {
    let mut encodings =
        vec![in_hexadecimal(value, "", ""), in_hexadecimal(value, "", ":"), in_hexadecimal(value, "=", "")];
    encodings.push(in_base32(value));
    add_base64(value, &mut encodings);
    add_base64(STANDARD.encode(value).as_bytes(), &mut encodings);
    for space in ["%20", "+"] {
        let in_url = in_url(value, space);
        if in_url != value {
            add_base64(&in_url, &mut encodings);
        }
    }
    if let Ok(text) = std::str::from_utf8(value) {
        let wide: Vec<_> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        add_base64(&wide, &mut encodings);
        if !text.is_ascii() {
            encodings.extend([text.to_uppercase().into_bytes(), text.to_lowercase().into_bytes()]);
        }
    }
    encodings.sort();
    encodings.dedup();
    encodings
}

fn in_hexadecimal(value: &[u8], before: &str, between: &str) -> Vec<u8> {
    let digits: Vec<_> = value.iter().map(|byte| format!("{before}{byte:02x}")).collect();
    digits.join(between).into_bytes()
}

/// Returns the Base32 of a value that stands at the start, without what its end decides.
fn in_base32(value: &[u8]) -> Vec<u8> {
    const DIGITS: [u8; 32] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<_> = value.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let number = |bits: &[u8]| bits.iter().fold(0, |number, bit| number << 1 | usize::from(*bit));
    bits.chunks_exact(5).map(|bits| DIGITS[number(bits)]).collect()
}

/// Returns a value in the encoding of URLs, in which SQLAlchemy writes passwords.
fn in_url(value: &[u8], space: &str) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(value.len());
    for byte in value {
        match byte {
            b' ' => encoded.extend(space.bytes()),
            b'_' | b'.' | b'-' | b'~' => encoded.push(*byte),
            _ if byte.is_ascii_alphanumeric() => encoded.push(*byte),
            _ => encoded.extend(format!("%{byte:02X}").bytes()),
        }
    }
    encoded
}

fn add_base64(value: &[u8], encodings: &mut Vec<Vec<u8>>) {
    for shift in 0..3 {
        let padded = [&[0; 2][..shift], value].concat();
        for encoded in [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            // The first and the last digits depend on the neighbours of the value.
            let first = (shift * 8).div_ceil(6);
            let last = padded.len() * 8 / 6;
            encodings.push(encoded.as_bytes()[first..last].to_vec());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escape(text: &str) -> Option<Escape> {
        let text = text.as_bytes();
        Escaping::ALL.into_iter().filter(|kind| text[0] == kind.sign()).find_map(|kind| kind.escape(text))
    }

    #[test]
    fn escapes_are_read() {
        let cases = [
            ("%40", "@"),
            ("%e2", "\u{e2}"),
            ("%%", "%"),
            ("\\n", "\n"),
            ("\\x40", "@"),
            ("\\u0040", "@"),
            ("\\ud83d\\ude00", "😀"),
            ("\\u{40}", "@"),
            ("\\U0001f600", "😀"),
            ("\\100", "@"),
            ("\\\"", "\""),
            ("&amp;", "&"),
            ("&#64;", "@"),
            ("&#x40;", "@"),
        ];
        for (text, expected) in cases {
            let escape = escape(text).unwrap_or_else(|| panic!("{text}"));
            let found = String::from_utf8(escape.bytes).unwrap_or_else(|_| "\u{e2}".to_owned());
            assert_eq!((found.as_str(), escape.length), (expected, text.len()), "{text}");
        }
        for other in ["%", "%4", "%zz", "\\", "\\q", "\\x4", "\\u12", "\\ud83d\\u", "&", "&amp", "&#;", "&#xzz;", "a"] {
            assert!(escape(other).is_none(), "{other}");
        }
    }

    #[test]
    fn encodings_are_found_in_every_surrounding() {
        let value = b"p@ss-w0rd/42?";
        let encodings = encodings(value);
        for before in 0..7 {
            for after in 0..4 {
                let text = [&b"user:xx"[..before], value, &b"zzzz"[..after]].concat();
                for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                    let found = encodings
                        .iter()
                        .any(|part| encoded.as_bytes().windows(part.len()).any(|window| window == part.as_slice()));
                    assert!(found, "{encoded}");
                }
            }
        }
    }
}
