//! The name of a new plugin.

use std::str::FromStr;

/// A name in kebab-case that every language's tools accept.
#[derive(Clone, Debug)]
pub(crate) struct PluginName(String);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PluginNameError {
    #[error(
        "a name is in kebab-case, as `no-base`: lower-case letters, digits and single `-`, beginning with a letter"
    )]
    NotKebab,
    #[error("a name has at most {LONGEST} characters")]
    TooLong,
    #[error("`{0}` is reserved by a compiler or an operating system; use another name, such as `{0}-policy`")]
    Reserved(String),
}

const LONGEST: usize = 64;

/// Keywords and crate names that cargo reserves, and file names that Windows reserves.
const RESERVED: [&str; 67] = [
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "aux",
    "become",
    "box",
    "break",
    "build",
    "con",
    "const",
    "continue",
    "core",
    "crate",
    "deps",
    "do",
    "dyn",
    "else",
    "enum",
    "example",
    "examples",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "incremental",
    "let",
    "loop",
    "macro",
    "main",
    "match",
    "mod",
    "move",
    "mut",
    "nul",
    "override",
    "priv",
    "prn",
    "proc-macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "wasm",
    "where",
    "while",
    "yield",
];

impl PluginName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name as cargo uses it for a library's file.
    pub(super) fn snake(&self) -> String {
        self.0.replace('-', "_")
    }
}

impl FromStr for PluginName {
    type Err = PluginNameError;

    fn from_str(name: &str) -> Result<Self, PluginNameError> {
        let word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if !name.starts_with(|first: char| first.is_ascii_lowercase()) || !name.split('-').all(word) {
            Err(PluginNameError::NotKebab)
        } else if name.len() > LONGEST {
            Err(PluginNameError::TooLong)
        } else if RESERVED.contains(&name) {
            Err(PluginNameError::Reserved(name.to_owned()))
        } else {
            Ok(Self(name.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_kebab_case() {
        for good in ["guard", "no-base", "x2", "a-1-b"] {
            assert_eq!(good.parse::<PluginName>().unwrap().as_str(), good);
        }
        for bad in ["", "No-base", "no_base", "-a", "a-", "a--b", "1a", "../up", "a b", "nö", "a.b"] {
            assert_eq!(bad.parse::<PluginName>().unwrap_err(), PluginNameError::NotKebab, "{bad}");
        }
        assert_eq!("a".repeat(65).parse::<PluginName>().unwrap_err(), PluginNameError::TooLong);
        assert_eq!("test".parse::<PluginName>().unwrap_err(), PluginNameError::Reserved("test".into()));
    }
}
