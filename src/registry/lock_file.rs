//! `lback.lock`: the bytes of each plugin of `lback.toml`, and its properties when a person
//! accepted it.
//!
//! A run uses the digest; the other fields are for reviews, and for `update` to compare with. The
//! file is sorted, so that the same plugins always give the same text. lback refuses a file with
//! unknown content.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::lock_error::{LockError, line_of};
use crate::support::digest::Digest;
use crate::support::read_file;

/// The name of the file, which is beside `lback.toml`.
pub(crate) const LOCK_FILE_NAME: &str = "lback.lock";

/// The version of the file's form. lback refuses a newer one, because it may require something that
/// this lback would ignore.
const VERSION: i64 = 1;

const HEADER: &str = "\
# Written by lback: the bytes that each plugin of `lback.toml` stands for. Commit it, and leave changes to
# `lback plugin install`, `update` and `remove`.
";

/// The content of `lback.lock`; empty if there is no file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LockFile {
    /// The entries, sorted by name. Names are unique.
    plugins: Vec<LockEntry>,
}

/// A plugin, as it was when it was locked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockEntry {
    /// The name in `lback.toml`.
    pub(crate) name: String,
    /// The source, as `lback.toml` names it.
    pub(crate) source: String,
    /// The digest of the manifest that a tag named, for an OCI source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resolved: Option<String>,
    /// The plugin's own version.
    pub(crate) version: String,
    /// The digest of its bytes.
    #[serde(with = "hexadecimal")]
    pub(crate) sha256: Digest,
    /// The package that it is built for, for example `lback:plugin@1.0.0`.
    pub(crate) package: String,
    /// The interfaces of that package that it exports.
    pub(crate) exports: Vec<String>,
    /// The signals that it requests.
    pub(crate) signals: Vec<String>,
    /// The text of its signature, if it is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signature: Option<String>,
    pub(crate) permissions: LockedPermissions,
}

/// The permissions that it requests; `setting:/x` stands for the value of its setting `x`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockedPermissions {
    pub(crate) http: Vec<String>,
    pub(crate) secrets: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    plugin: Vec<LockEntry>,
}

/// The part that every version of the file has.
#[derive(Deserialize)]
struct Form {
    version: Option<i64>,
}

impl LockFile {
    /// Reads the file at `path`; a missing one is empty.
    pub(crate) fn read(path: &Path) -> Result<Self, LockError> {
        match read_file::read(path, read_file::WRITTEN_BY_PROGRAMS) {
            Ok(bytes) => Self::parse(&bytes),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(cause) => Err(LockError::Unreadable(cause)),
        }
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, LockError> {
        let text = str::from_utf8(bytes).map_err(|_| LockError::NotUtf8)?;
        if let Some(line) = text.lines().position(is_conflict_marker) {
            return Err(LockError::Conflict { line: line + 1 });
        }
        let invalid = |error: toml::de::Error| LockError::Invalid {
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            message: error.message().trim().replace('\n', ", "),
        };
        match toml::from_str::<Form>(text).map_err(invalid)?.version {
            Some(VERSION) => {}
            Some(newer) if newer > VERSION => return Err(LockError::Newer { found: newer, known: VERSION }),
            found => return Err(LockError::NoVersion { found }),
        }
        let Document { plugin: mut plugins, .. } = toml::from_str(text).map_err(invalid)?;
        plugins.sort_by(|one, other| one.name.cmp(&other.name));
        match plugins.windows(2).find(|pair| pair[0].name == pair[1].name) {
            Some(pair) => Err(LockError::Repeated(pair[0].name.clone())),
            None => Ok(Self { plugins }),
        }
    }

    /// Returns the whole file as text.
    pub(crate) fn to_text(&self) -> String {
        let document = Document { version: VERSION, plugin: self.plugins.clone() };
        let body = toml::to_string_pretty(&document).expect("a lock file is strings and lists of strings");
        format!("{HEADER}{body}")
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.plugins.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&LockEntry> {
        self.plugins.iter().find(|locked| locked.name == name)
    }

    /// Returns whether an entry names these bytes.
    pub(crate) fn has(&self, digest: &Digest) -> bool {
        self.plugins.iter().any(|locked| locked.sha256 == *digest)
    }

    /// Adds an entry, or replaces the one with the same name.
    pub(crate) fn set(&mut self, locked: LockEntry) {
        match self.plugins.binary_search_by(|known| known.name.cmp(&locked.name)) {
            Ok(index) => self.plugins[index] = locked,
            Err(index) => self.plugins.insert(index, locked),
        }
    }

    /// Keeps the entries whose names match, and returns the names of the others.
    pub(crate) fn retain(&mut self, is_kept: impl Fn(&str) -> bool) -> Vec<String> {
        let gone = self.plugins.iter().map(|locked| locked.name.clone()).filter(|name| !is_kept(name)).collect();
        self.plugins.retain(|locked| is_kept(&locked.name));
        gone
    }
}

fn is_conflict_marker(line: &str) -> bool {
    ["<<<<<<<", ">>>>>>>", "=======", "|||||||"].iter().any(|marker| line.starts_with(marker))
}

mod hexadecimal {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::support::digest::Digest;

    pub(super) fn serialize<S: Serializer>(digest: &Digest, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&digest.hex())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = |_| D::Error::custom("`sha256` is not 64 lower-case hexadecimal digits");
        format!("sha256:{text}").parse::<Digest>().map_err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn locked(name: &str) -> LockEntry {
        LockEntry {
            name: name.into(),
            source: format!("plugins/{name}.wasm"),
            resolved: None,
            version: "1.2.3".into(),
            sha256: Digest::of(name.as_bytes()),
            package: "lback:plugin@1.0.0".into(),
            exports: vec!["handler".into(), "metadata".into()],
            signals: vec!["alembic_command_started".into()],
            signature: Some("untrusted comment: x\nRUQ\n".into()),
            permissions: LockedPermissions { http: vec!["setting:/origin".into()], secrets: vec![] },
        }
    }

    #[test]
    fn what_is_written_is_read_back_whatever_the_order() {
        let mut one = LockFile::default();
        let mut other = LockFile::default();
        for name in ["slack", "guard", "metrics"] {
            one.set(locked(name));
        }
        for name in ["metrics", "guard", "slack"] {
            other.set(LockEntry { resolved: Some("sha256:ab".into()), ..locked(name) });
            other.set(locked(name));
        }
        assert_eq!(one.to_text(), other.to_text());
        assert_eq!(LockFile::parse(one.to_text().as_bytes()).unwrap(), one);
        assert!(!one.to_text().contains('\r'));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let whole = {
            let mut file = LockFile::default();
            file.set(locked("guard"));
            file.to_text()
        };
        let refused = |text: &str| LockFile::parse(text.as_bytes()).unwrap_err().to_string();
        let changed = |from: &str, to: &str| {
            assert!(whole.contains(from), "{from}");
            refused(&whole.replacen(from, to, 1))
        };
        assert_eq!(
            changed("[[plugin]]", "<<<<<<< ours\n[[plugin]]"),
            "it has the marks of a merge conflict, the first in line 5"
        );
        assert_eq!(changed("version = 1", "version = 2"), "it is of version 2, and this lback reads version 1");
        assert!(refused("").starts_with("it has no `version`"));
        assert!(changed("package", "pakage").contains("unknown field `pakage`"));
        assert!(changed("sha256 = \"", "sha256 = \"g").contains("64 lower-case hexadecimal digits"));
        assert_eq!(refused(&format!("{whole}{}", &whole[whole.find("[[").unwrap()..])), "it has `guard` twice");
        assert!(refused("version = ").starts_with("line 1: "));
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    fn lock_entry() -> impl Strategy<Value = LockEntry> {
        let texts = || prop::collection::vec("[ -~]{0,20}", 0..3);
        let parts = ("[a-z]{1,8}", "\\PC{0,20}", "\\PC{0,20}", any::<[u8; 8]>(), texts(), texts());
        parts.prop_map(|(name, source, text, seed, http, secrets)| LockEntry {
            name,
            source,
            sha256: Digest::of(&seed),
            package: text.clone(),
            version: "1.0.0".into(),
            exports: http.clone(),
            signals: secrets.clone(),
            resolved: None,
            signature: Some(text),
            permissions: LockedPermissions { http, secrets },
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = LockFile::parse(&bytes);
        }

        #[test]
        fn what_is_written_is_read_again(entries in prop::collection::vec(lock_entry(), 0..4)) {
            let mut file = LockFile::default();
            for entry in entries {
                file.set(entry);
            }
            prop_assert_eq!(LockFile::parse(file.to_text().as_bytes()).unwrap(), file);
        }

        #[test]
        fn a_cut_or_changed_file_is_refused_or_read(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut file = LockFile::default();
            file.set(super::tests::locked("guard"));
            let mut bytes = file.to_text().into_bytes();
            let at = at.index(bytes.len());
            let _ = LockFile::parse(&bytes[..at]);
            bytes[at] = byte;
            let _ = LockFile::parse(&bytes);
        }
    }
}
