//! Secrets that are recognised by what surrounds them.

mod keyed;
mod literal;
mod messages;
mod placeholder;
mod programs;
mod quotes;
mod reach;
mod sql;
mod tokens;
mod url;

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use super::names;

/// A place where a secret may follow.
#[derive(Clone, Copy)]
enum Anchor {
    Url,
    Key,
    Identified,
    Message(messages::Quote),
    Token,
    Program(programs::Place),
}

/// The texts of anchors, apart from the names of secrets.
const ANCHORS: [(&str, Anchor); 21] = [
    ("://", Anchor::Url),
    ("identified", Anchor::Identified),
    ("must be followed by '%' or '(', found: ", Anchor::Message(messages::Quote::Always)),
    ("bad interpolation variable reference ", Anchor::Message(messages::Quote::Always)),
    ("contains an interpolation key ", Anchor::Message(messages::Quote::Always)),
    ("url from string ", Anchor::Message(messages::Quote::WithAt)),
    ("with base 10: ", Anchor::Message(messages::Quote::Always)),
    ("cast to integer value as ", Anchor::Message(messages::Quote::Always)),
    ("invalid integer value ", Anchor::Message(messages::Quote::Always)),
    ("invalid port number: ", Anchor::Message(messages::Quote::Always)),
    ("could not translate host name ", Anchor::Message(messages::Quote::WithAt)),
    ("missing \"=\" after ", Anchor::Message(messages::Quote::Always)),
    ("bearer ", Anchor::Token),
    ("basic ", Anchor::Token),
    ("ghp_", Anchor::Token),
    ("ghs_", Anchor::Token),
    ("github_pat_", Anchor::Token),
    ("glpat-", Anchor::Token),
    ("xoxb-", Anchor::Token),
    ("xoxp-", Anchor::Token),
    ("sk_live_", Anchor::Token),
];

/// The anchors and the search for them. A key is a part of a name whose value is secret.
struct Anchors {
    kinds: Vec<Anchor>,
    search: AhoCorasick,
}

static ANCHORS_AND_NAMES: LazyLock<Anchors> = LazyLock::new(|| {
    let others = ANCHORS.into_iter().map(|(text, kind)| (text.to_owned(), kind));
    let programs = programs::PROGRAMS.into_iter().map(|(name, place)| (name.to_owned(), Anchor::Program(place)));
    let keys = names::stems().map(|stem| (stem, Anchor::Key));
    let (texts, kinds): (Vec<_>, Vec<_>) = keys.chain(others).chain(programs).unzip();
    // Each run builds one, and most search little text.
    let search = AhoCorasickBuilder::new()
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(texts)
        .unwrap_or_else(|error| unreachable!("the anchors are few: {error}"));
    Anchors { kinds, search }
});

/// Returns whether a text, or what it decodes to, may have a secret. Most texts have none.
pub(super) fn may_have_some(text: &[u8]) -> bool {
    let has_escapes = text.iter().any(|byte| matches!(byte, b'%' | b'\\' | b'&' | 0..=0x08 | 0x0b..=0x1f | 0x7f..));
    has_escapes || ANCHORS_AND_NAMES.search.is_match(text)
}

/// Returns the places of secrets in a text, in no order.
pub(super) fn find(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut has_url = false;
    // The end of the last secret: names within a secret are a part of it.
    let mut end = 0;
    let Anchors { kinds, search } = &*ANCHORS_AND_NAMES;
    for anchor in search.find_iter(text) {
        if anchor.start() < end {
            continue;
        }
        let place = match kinds[anchor.pattern().as_usize()] {
            Anchor::Url => {
                has_url = true;
                continue;
            }
            Anchor::Key => keyed::find(text, anchor.range()),
            Anchor::Identified => sql::identified(text, anchor.range(), &mut found),
            Anchor::Message(quote) => messages::find(text, anchor.end(), quote),
            Anchor::Token => tokens::find(text, anchor.range()),
            Anchor::Program(place) => programs::find(text, anchor.range(), place),
        };
        if let Some(place) = place {
            end = place.end;
            found.push(place);
        }
    }
    if has_url {
        url::find(text, &mut found);
    }
    found
}

#[cfg(test)]
mod tests;
