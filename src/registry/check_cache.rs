//! Checks that a plugin passed, so that later runs don't repeat them.
//!
//! Compiling a schema takes longer than everything else about loading a plugin, and verifying a
//! signature reads every byte. The cache holds a few digests for each plugin, in the private folder
//! of the compiled plugins, which only this user can write. An unreadable entry counts as not
//! checked.

use std::io;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use crate::support::atomic_write::replace_unsynced;
use crate::support::digest::Digest;
use crate::support::private_folder::PrivateFolder;
use crate::support::read_file;

/// The number of checks to keep for a plugin: several projects may use it, each with its own
/// settings.
const MOST: usize = 16;

/// The passed checks, by plugin.
#[derive(Debug)]
pub(crate) struct CheckCache {
    folder: PrivateFolder,
}

/// A check whose result depends on its input only.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PluginCheck<'a> {
    /// The plugin's schema accepts these settings, as JSON.
    Settings(&'a str),
    /// The owner of the key made this signature of the plugin.
    Signature { key: &'a str, signature: &'a str },
}

impl CheckCache {
    pub(crate) fn new(folder: PrivateFolder) -> Self {
        Self { folder }
    }

    /// Returns whether this plugin passed the check with this version of lback.
    pub(crate) fn contains(&self, plugin: &Digest, check: PluginCheck<'_>) -> bool {
        let wanted = key(check).hex();
        self.kept(plugin).contains(&wanted)
    }

    /// Records that the plugin passed. Of two concurrent writes, one may be lost; the check is then
    /// repeated.
    pub(crate) fn insert(&self, plugin: &Digest, check: PluginCheck<'_>) -> io::Result<()> {
        let mut kept = self.kept(plugin);
        kept.insert(0, key(check).hex());
        kept.truncate(MOST);
        replace_unsynced(&self.path(plugin), kept.join("\n").as_bytes())
    }

    fn kept(&self, plugin: &Digest) -> Vec<String> {
        let text = read_file::read_text(&self.path(plugin), read_file::SMALL).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn path(&self, plugin: &Digest) -> PathBuf {
        self.folder.path().join(format!("{}.checked", plugin.hex()))
    }
}

/// Another version of lback may check differently, so its results don't count.
fn key(check: PluginCheck<'_>) -> Digest {
    let words = match check {
        PluginCheck::Settings(settings) => ["settings", settings, ""],
        PluginCheck::Signature { key, signature } => ["signature", key, signature],
    };
    let mut hasher = Sha256::new();
    for word in [env!("CARGO_PKG_VERSION")].into_iter().chain(words) {
        // The length prevents that one word passes for a part of another.
        hasher.update((word.len() as u64).to_le_bytes());
        hasher.update(word);
    }
    Digest::of(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use std::fs;

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
