//! Which settings have been held against a plugin's schema and found to fit, so that a run need not do it again.
//!
//! Compiling a schema takes longer than all else that a run does to load a plugin. What is kept are digests, a few for each plugin, in the
//! private folder of the compiled plugins: whoever can forge them is this user. Whatever can't be read counts as not checked.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use super::{Digest, PrivateFolder};

/// How many are kept for one plugin: several projects may use it, each with settings of its own.
const MOST: usize = 16;

/// Settings that fit, by plugin.
pub(crate) struct CheckedSettings {
    folder: PrivateFolder,
}

impl CheckedSettings {
    pub(crate) fn new(folder: PrivateFolder) -> Self {
        Self { folder }
    }

    /// Were these settings, as JSON, found to fit this plugin by this version of lback?
    pub(crate) fn contains(&self, plugin: &Digest, settings: &str) -> bool {
        let wanted = key(settings).hex();
        self.kept(plugin).contains(&wanted)
    }

    /// Keeps that they fit. Of two runs that do so at once, one may be forgotten, and checks again.
    pub(crate) fn insert(&self, plugin: &Digest, settings: &str) -> io::Result<()> {
        let mut kept = self.kept(plugin);
        kept.insert(0, key(settings).hex());
        kept.truncate(MOST);
        let mut file = tempfile::NamedTempFile::new_in(self.folder.path())?;
        file.write_all(kept.join("\n").as_bytes())?;
        file.persist(self.path(plugin)).map_err(|error| error.error)?;
        Ok(())
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
fn key(settings: &str) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(env!("CARGO_PKG_VERSION"));
    hasher.update([0]);
    hasher.update(settings);
    Digest::of(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_few_are_kept() {
        let temp = tempfile::tempdir().unwrap();
        let checked = CheckedSettings::new(PrivateFolder::open(&temp.path().join("cache")).unwrap());
        let plugin = Digest::of(b"plugin");
        assert!(!checked.contains(&plugin, "{}"));
        checked.insert(&plugin, "{}").unwrap();
        assert!(checked.contains(&plugin, "{}"));
        assert!(!checked.contains(&plugin, "{ }") && !checked.contains(&Digest::of(b"other"), "{}"));
        for n in 0..MOST {
            checked.insert(&plugin, &n.to_string()).unwrap();
        }
        assert!(!checked.contains(&plugin, "{}") && checked.contains(&plugin, "0"));
        fs::write(checked.path(&plugin), b"\xff\xfe").unwrap();
        assert!(!checked.contains(&plugin, "0"));
    }
}
