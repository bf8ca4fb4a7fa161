//! Names with wildcards, for environments and commands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A name, or a pattern of names: `*` stands for any characters, `?` for one. Case and surrounding
/// space don't count.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub struct Pattern(String);

impl Pattern {
    /// Returns whether the name matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let pattern = fold(&self.0);
        let name = fold(name);
        // Greedy with one step back: after a mismatch the latest `*` takes one more character. The
        // worst case is quadratic, never exponential.
        let (mut p, mut n) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        while n < name.len() {
            match pattern.get(p) {
                Some('*') => {
                    star = Some((p, n));
                    p += 1;
                }
                Some(&wanted) if wanted == '?' || wanted == name[n] => {
                    p += 1;
                    n += 1;
                }
                _ => match star {
                    Some((at, taken)) => {
                        star = Some((at, taken + 1));
                        p = at + 1;
                        n = taken + 1;
                    }
                    None => return false,
                },
            }
        }
        pattern[p..].iter().all(|&rest| rest == '*')
    }

    /// Returns the name itself if it has no wildcard.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        (!self.0.contains(['*', '?'])).then_some(&self.0)
    }
}

fn fold(name: &str) -> Vec<char> {
    name.trim().chars().flat_map(char::to_lowercase).collect()
}

impl TryFrom<String> for Pattern {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // An empty pattern matches no name: a list with it would protect less than its author
        // expects.
        if text.trim().is_empty() { Err("an empty name matches nothing") } else { Ok(Self(text.trim().to_owned())) }
    }
}

impl From<&'static str> for Pattern {
    fn from(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Pattern {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A name, or a pattern of names: `*` stands for any characters, `?` for one. Case doesn't count.",
            "type": "string",
            "pattern": "\\S",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matching() {
        for (pattern, name, expected) in [
            ("production", "production", true),
            ("production", "Production", true),
            ("PRODUCTION", " production ", true),
            ("production", "prod", false),
            ("prod", "production", false),
            ("prod-*", "prod-eu", true),
            ("prod-*", "prod-", true),
            ("prod-*", "prod", false),
            ("*-prod", "eu-prod", true),
            ("*-prod", "eu-prod-2", false),
            ("*prod*", "my-production-2", true),
            ("prod?", "prod1", true),
            ("prod?", "prod", false),
            ("prod?", "prod12", false),
            ("*", "", true),
            ("*", "anything", true),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbXbX", false),
            ("ümläut", "ÜMLÄUT", true),
            ("a.c", "abc", false),
        ] {
            assert_eq!(Pattern::try_from(pattern.to_owned()).unwrap().matches(name), expected, "{pattern} and {name}");
        }
    }

    #[test]
    fn many_stars_stay_fast() {
        let pattern = Pattern("*a".repeat(200) + "b");
        assert!(!pattern.matches(&"a".repeat(5_000)));
    }

    #[test]
    fn empty_patterns_are_refused() {
        assert!(Pattern::try_from("  ".to_owned()).is_err());
    }
}
