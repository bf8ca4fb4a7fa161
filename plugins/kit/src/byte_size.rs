//! Sizes in settings: `100MiB`, or a number of bytes.

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer};

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

/// The units and their bytes.
const UNITS: [(&str, u64); 8] = [
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// The schema of a size in settings.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "it only describes")]
pub(crate) enum ByteSizeSchema {
    Number(u64),
    Text(String),
}

impl ByteSize {
    /// Reads a whole number with a unit, such as `100MiB` or `2 GB`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (_, bytes) = UNITS.iter().find(|(unit, _)| text.ends_with(unit))?;
        let number = text.trim_end_matches(char::is_alphabetic).trim_end();
        number.parse::<u64>().ok()?.checked_mul(*bytes).map(Self)
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u64),
            Text(String),
        }

        let expected = "a number of bytes, or a text such as \"100MiB\"";
        match Written::deserialize(deserializer).map_err(|_| D::Error::custom(format!("expected {expected}")))? {
            Written::Number(bytes) => Ok(Self(bytes)),
            Written::Text(text) => {
                Self::parse(&text).ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &expected))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ByteSize;

    #[test]
    fn sizes_have_a_whole_number_and_a_unit() {
        for (text, bytes) in [("100MiB", Some(104_857_600)), ("2 GB", Some(2_000_000_000)), ("0kB", Some(0))] {
            assert_eq!(ByteSize::parse(text).map(|size| size.0), bytes, "{text}");
        }
        for text in ["", "MiB", "1.5GB", "-1kB", "100", "1 mb", "99999999999999TB"] {
            assert_eq!(ByteSize::parse(text), None, "{text}");
        }
        assert_eq!(serde_json::from_str::<ByteSize>("7").unwrap(), ByteSize(7));
        let error = serde_json::from_str::<ByteSize>("\"7 apples\"").unwrap_err().to_string();
        assert!(error.contains("7 apples") && error.contains("100MiB"), "{error}");
    }
}
