//! Secrets that are recognised by what surrounds them.

mod keyed;
mod literal;
mod messages;
mod placeholder;
mod programs;
mod quotes;
mod reach;
mod sql;
mod statements;
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
    /// The rest of a path is secret.
    Path,
    PrivateKey,
    Header,
    Program(programs::SecretPlace),
    /// `user/password@` follows.
    User,
    Statement(statements::Form),
}

/// The texts of anchors, apart from the names of secrets.
const ANCHORS: [(&str, Anchor); 40] = [
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
    ("npm_", Anchor::Token),
    ("pypi-", Anchor::Token),
    ("sg.", Anchor::Token),
    ("aizasy", Anchor::Token),
    ("eyj", Anchor::Token),
    ("hooks.slack.com/services/", Anchor::Path),
    ("discord.com/api/webhooks/", Anchor::Path),
    ("discordapp.com/api/webhooks/", Anchor::Path),
    ("-----begin ", Anchor::PrivateKey),
    ("cookie: ", Anchor::Header),
    ("jdbc:oracle:thin:", Anchor::User),
    ("pragma key", Anchor::Statement(statements::Form::Value)),
    ("pragma rekey", Anchor::Statement(statements::Form::Value)),
    ("attach ", Anchor::Statement(statements::Form::Key)),
    ("crypt(", Anchor::Statement(statements::Form::Argument(0))),
    ("pgp_sym_encrypt(", Anchor::Statement(statements::Form::Argument(1))),
    ("pgp_sym_decrypt(", Anchor::Statement(statements::Form::Argument(1))),
    ("set_config(", Anchor::Statement(statements::Form::Setting)),
    ("insert into ", Anchor::Statement(statements::Form::Row)),
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
            Anchor::Path => tokens::path(text, anchor.end()),
            Anchor::PrivateKey => tokens::private_key(text, anchor.end()),
            Anchor::Header => tokens::header(text, anchor.end()),
            Anchor::Program(place) => programs::find(text, anchor.range(), place),
            Anchor::User => {
                let rest = text[anchor.end()..].iter().take(reach::READ);
                let length = rest.take_while(|byte| !byte.is_ascii_whitespace() && **byte != b':').count();
                programs::of_user(text, &(anchor.end()..anchor.end() + length))
            }
            Anchor::Statement(form) => statements::find(text, anchor.range(), form, &mut found),
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
