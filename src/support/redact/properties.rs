//! Properties of the redaction: no part of a known secret is in any output, whatever surrounds,
//! interrupts, encodes or cuts it.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use super::{Gate, StreamRedactor};

/// The shortest part of a secret that counts.
const PART: usize = 4;

fn config(cases: u32) -> ProptestConfig {
    let failure_persistence = Some(Box::new(FileFailurePersistence::SourceParallel("proptest-regressions")) as _);
    ProptestConfig { cases, failure_persistence, ..ProptestConfig::default() }
}

/// A password with characters that encodings change. Text around it has none of its letters.
fn password() -> impl Strategy<Value = String> {
    "[A-M0-4][A-M0-4@/%:' \"\\\\&+ü#?]{6,24}[a-m][5-9]"
}

/// Text around a password, of other letters.
fn filler() -> impl Strategy<Value = String> {
    "[n-z \n.,(){}_-]{0,40}"
}

/// One way to write a password.
fn written(password: &str, way: u8) -> String {
    let percent = |upper: bool| {
        password.bytes().fold(String::new(), |mut text, byte| {
            let _ = match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => write!(text, "{}", char::from(byte)),
                _ if upper => write!(text, "%{byte:02X}"),
                _ => write!(text, "%{byte:02x}"),
            };
            text
        })
    };
    let ascii = |prefix: &str| {
        password.chars().fold(String::new(), |mut text, character| {
            let _ = match character {
                '\'' | '"' | '\\' => write!(text, "\\{character}"),
                ' '..='~' => write!(text, "{character}"),
                _ => write!(text, "{prefix}{:04x}", u32::from(character)),
            };
            text
        })
    };
    match way % 8 {
        0 => password.to_owned(),
        1 => percent(true),
        2 => percent(false),
        3 => percent(true).replace('%', "%%"),
        4 => serde_json::to_string(password).unwrap_or_default(),
        5 => ascii("\\u"),
        6 => password.replace('\'', "''"),
        _ => percent(false).replace('%', "%25"),
    }
}

/// Writes a password with signs between its characters that a reader doesn't see.
fn interrupted(text: &str, signs: &[(usize, u8)]) -> String {
    const SIGNS: [&str; 8] =
        ["\r", "\u{1b}[31m", "\u{1b}[0m", "\u{200b}", "\u{1b}]0;n\u{7}", "\u{ad}", "\n", "\u{1b}(B"];
    let mut characters: Vec<String> = text.chars().map(String::from).collect();
    let length = characters.len();
    for (place, sign) in signs {
        characters[place % length].push_str(SIGNS[usize::from(*sign) % SIGNS.len()]);
    }
    characters.concat()
}

#[track_caller]
fn has_no_part(shown: &[u8], secret: &str) {
    // Spaces are no secret.
    let spaceless = |text: &[u8]| text.iter().copied().filter(|byte| *byte != b' ').collect::<Vec<_>>();
    let whole = spaceless(shown);
    for part in spaceless(secret.as_bytes()).windows(PART) {
        let found = memchr::memmem::find(&whole, part).is_some();
        assert!(!found, "{:?} of {secret:?} in {:?}", String::from_utf8_lossy(part), String::from_utf8_lossy(shown));
    }
}

fn through(gate: &Gate, text: &[u8], pieces: &[usize], collected: usize, held: usize) -> Vec<u8> {
    let mut stream = StreamRedactor::with_limits(gate.clone(), collected, held);
    let (mut shown, mut rest) = (Vec::new(), text);
    for piece in pieces.iter().cycle() {
        let (now, later) = rest.split_at((*piece).min(rest.len()));
        shown.extend(stream.push(now));
        rest = later;
        if rest.is_empty() {
            break;
        }
    }
    shown.extend(stream.finish());
    shown
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn no_part_of_a_secret_is_in_a_stream(
        password in password(),
        texts in prop::collection::vec((filler(), 0u8..8, prop::collection::vec((any::<usize>(), 0u8..8), 0..5)), 1..12),
        pieces in prop::collection::vec(1usize..200, 1..6),
        held in 300usize..400,
    ) {
        let gate = Gate::default();
        gate.learn_password(&password);
        let mut text = String::new();
        for (filler, way, signs) in &texts {
            text.push_str(filler);
            text.push_str(&interrupted(&written(&password, *way), signs));
        }
        let shown = through(&gate, text.as_bytes(), &pieces, held * 2, held);
        has_no_part(&shown, &password);
    }

    #[test]
    fn halves_at_cuts_are_hidden(password in password(), filler in filler(), cut in any::<usize>(), at_start: bool) {
        let gate = Gate::default();
        gate.learn_password(&password);
        let cut = (0..=cut % (password.len() + 1)).rev().find(|&at| password.is_char_boundary(at)).unwrap_or(0);
        let text = if at_start { format!("{}{filler}", &password[cut..]) } else { format!("{filler}{}", &password[..cut]) };
        has_no_part(gate.redact(&text).as_bytes(), &password);
    }

    #[test]
    fn a_url_shows_no_part_of_an_unknown_password(
        password in "[A-M0-4@/%:&+#?]{4,24}[a-m]",
        before in filler(),
        after in filler(),
        way in 0u8..4,
    ) {
        // It would be another URL.
        prop_assume!(!password.contains("://"));
        let text = format!("{before} postgresql+nnn://user:{}@host.example:5/zzz {after}", written(&password, way));
        let shown = Gate::default().redact(&text).into_owned();
        prop_assert!(shown.contains("://user:***@host.example:5/zzz"), "{shown}");
        has_no_part(shown.as_bytes(), &password);
    }

    #[test]
    fn every_text_passes(text in "\\PC{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let gate = Gate::default();
        gate.learn_password("S3cret-value");
        gate.redact_free(&text);
        gate.learn_text(&text);
        through(&gate, &bytes, &[7], 128, 32);
    }

    #[test]
    fn texts_without_secrets_stay(text in filler(), pieces in prop::collection::vec(1usize..50, 1..4)) {
        let gate = Gate::default();
        gate.learn_password("S3cret-value");
        let text = text.repeat(20);
        prop_assert_eq!(through(&gate, text.as_bytes(), &pieces, 256, 64), text.into_bytes());
    }
}
