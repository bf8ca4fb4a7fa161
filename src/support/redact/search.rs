//! The search for many texts at once, in any letter case.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use memchr::memmem::Finder;

/// A search for texts.
pub(super) enum Search {
    Compiled(AhoCorasick),
    /// The texts in small letters, if they can't be compiled into one search.
    OneByOne(Vec<Vec<u8>>),
}

impl Search {
    /// Compiles the texts. If that fails, the search is slow, and the text says why.
    pub(super) fn new(texts: Vec<Vec<u8>>) -> (Self, Option<String>) {
        // Each run builds one, and most search little text.
        let compiled = AhoCorasickBuilder::new()
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .match_kind(MatchKind::Standard)
            // Digits of escapes, and texts in capitals.
            .ascii_case_insensitive(true)
            .build(&texts);
        match compiled {
            Ok(search) => (Self::Compiled(search), None),
            Err(error) => (Self::one_by_one(texts), Some(error.to_string())),
        }
    }

    pub(super) fn one_by_one(mut texts: Vec<Vec<u8>>) -> Self {
        for text in &mut texts {
            text.make_ascii_lowercase();
        }
        Self::OneByOne(texts)
    }

    /// Calls `act` with the number and the place of each text that occurs in `bytes`.
    pub(super) fn for_each(&self, bytes: &[u8], act: &mut dyn FnMut(usize, Range<usize>)) {
        match self {
            Self::Compiled(search) => {
                search.find_overlapping_iter(bytes).for_each(|found| act(found.pattern().as_usize(), found.range()));
            }
            Self::OneByOne(texts) => {
                let bytes = bytes.to_ascii_lowercase();
                for (number, text) in texts.iter().enumerate() {
                    let finder = Finder::new(text);
                    let mut from = 0;
                    while let Some(at) = bytes.get(from..).and_then(|rest| finder.find(rest)) {
                        act(number, from + at..from + at + text.len());
                        from += at + 1;
                    }
                }
            }
        }
    }
}
