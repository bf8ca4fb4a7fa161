//! What was checked of a plugin and found to be good, so that a run need not do it again.
//!
//! Compiling a schema takes longer than all else that a run does to load a plugin, and to verify a
//! signature every byte of the plugin is read. What is kept are digests, a few for each plugin, in
//! the private folder of the compiled plugins: whoever can forge them is this user. Whatever can't
//! be read counts as not checked.

use std::fs;
use std::io;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use crate::support::atomic_write::replace_unsynced;
use crate::support::digest::Digest;
use crate::support::private_folder::PrivateFolder;

/// How many are kept for one plugin: several projects may use it, each with settings of its own.
const MOST: usize = 16;

/// Checks that were passed, by plugin.
#[derive(Debug)]
pub(crate) struct CheckCache {
    folder: PrivateFolder,
}

/// A check of which the outcome is always the same for the same plugin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PluginCheck<'a> {
    /// These settings, as JSON, fit its schema.
    Settings(&'a str),
    /// The owner of the key made this signature of it.
    Signature { key: &'a str, signature: &'a str },
}

impl CheckCache {
    pub(crate) fn new(folder: PrivateFolder) -> Self {
        Self { folder }
    }

    /// Did this plugin pass, with this version of lback?
    pub(crate) fn contains(&self, plugin: &Digest, check: PluginCheck<'_>) -> bool {
        let wanted = key(check).hex();
        self.kept(plugin).contains(&wanted)
    }

    /// Keeps that it passed. Of two runs that do so at once, one may be forgotten, and checks
    /// again.
    pub(crate) fn insert(&self, plugin: &Digest, check: PluginCheck<'_>) -> io::Result<()> {
        let mut kept = self.kept(plugin);
        kept.insert(0, key(check).hex());
        kept.truncate(MOST);
        replace_unsynced(&self.path(plugin), kept.join("\n").as_bytes())
    }

    fn kept(&self, plugin: &Digest) -> Vec<String> {
        let text = fs::read_to_string(self.path(plugin)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn path(&self, plugin: &Digest) -> PathBuf {
        self.folder.path().join(format!("{}.checked", plugin.hex()))
    }
}

/// Another version of lback may check otherwise, so its word doesn't count.
fn key(check: PluginCheck<'_>) -> Digest {
    let words = match check {
        PluginCheck::Settings(settings) => ["settings", settings, ""],
        PluginCheck::Signature { key, signature } => ["signature", key, signature],
    };
    let mut hasher = Sha256::new();
    for word in [env!("CARGO_PKG_VERSION")].into_iter().chain(words) {
        // With its length before it, no word can be taken for a part of another.
        hasher.update((word.len() as u64).to_le_bytes());
        hasher.update(word);
    }
    Digest::of(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_few_are_kept() {
        let temp = tempfile::tempdir().unwrap();
        let checked = CheckCache::new(PrivateFolder::open(&temp.path().join("cache")).unwrap());
        let plugin = Digest::of(b"plugin");
        assert!(!checked.contains(&plugin, PluginCheck::Settings("{}")));
        checked.insert(&plugin, PluginCheck::Settings("{}")).unwrap();
        assert!(checked.contains(&plugin, PluginCheck::Settings("{}")));
        assert!(!checked.contains(&plugin, PluginCheck::Settings("{ }")));
        assert!(!checked.contains(&Digest::of(b"other"), PluginCheck::Settings("{}")));
        for n in 0..MOST {
            checked.insert(&plugin, PluginCheck::Settings(&n.to_string())).unwrap();
        }
        assert!(
            !checked.contains(&plugin, PluginCheck::Settings("{}"))
                && checked.contains(&plugin, PluginCheck::Settings("0"))
        );
        fs::write(checked.path(&plugin), b"\xff\xfe").unwrap();
        assert!(!checked.contains(&plugin, PluginCheck::Settings("0")));
    }

    #[test]
    fn a_signature_counts_for_its_key_alone() {
        let temp = tempfile::tempdir().unwrap();
        let checked = CheckCache::new(PrivateFolder::open(&temp.path().join("cache")).unwrap());
        let plugin = Digest::of(b"plugin");
        checked.insert(&plugin, PluginCheck::Signature { key: "a", signature: "bc" }).unwrap();
        assert!(checked.contains(&plugin, PluginCheck::Signature { key: "a", signature: "bc" }));
        for (key, signature) in [("ab", "c"), ("a", "b"), ("", "abc"), ("abc", "")] {
            assert!(!checked.contains(&plugin, PluginCheck::Signature { key, signature }), "{key} {signature}");
        }
        assert!(!checked.contains(&plugin, PluginCheck::Settings("abc")));
    }
}
