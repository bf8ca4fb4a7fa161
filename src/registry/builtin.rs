//! lback's own plugins, which are part of its program.
//!
//! `cargo xtask plugins` builds them into `builtin/`, compressed, with an index of what a
//! list shows. The digest in the index is that of the component: a run compares it with
//! `lback.lock` and unpacks nothing if the compiled code is cached.

use std::sync::OnceLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::support::digest::Digest;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/builtin");

/// A plugin that is part of lback's program.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BuiltinPlugin {
    /// The plugin's name, which follows `builtin:` in a source.
    pub(crate) name: String,
    pub(crate) version: String,
    /// The purpose of the plugin, in one line.
    pub(crate) summary: String,
    /// The roles: `policy`, `handler`, or both.
    pub(crate) roles: Vec<String>,
    /// The digest of the component.
    #[serde(deserialize_with = "digest")]
    pub(crate) digest: Digest,
    /// The size of the component, in bytes.
    pub(crate) bytes: u64,
}

/// The text of the index.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    plugins: Vec<BuiltinPlugin>,
}

/// Returns lback's own plugins, sorted by name.
pub(crate) fn builtin_plugins() -> &'static [BuiltinPlugin] {
    static PLUGINS: OnceLock<Vec<BuiltinPlugin>> = OnceLock::new();
    PLUGINS.get_or_init(|| {
        let text = FILES.get_file("index.json").and_then(include_dir::File::contents_utf8).unwrap_or_default();
        let index: Index = serde_json::from_str(text).expect("a test reads the committed index");
        index.plugins
    })
}

/// Returns lback's own plugin with this name.
pub(crate) fn builtin_plugin(name: &str) -> Option<&'static BuiltinPlugin> {
    builtin_plugins().iter().find(|plugin| plugin.name == name)
}

impl BuiltinPlugin {
    /// Unpacks the component. Returns `None` if lback's program is damaged.
    pub(super) fn unpack(&self) -> Option<Vec<u8>> {
        let packed = FILES.get_file(format!("{}.wasm.zz", self.name))?.contents();
        let limit = usize::try_from(self.bytes).ok()?;
        let bytes = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, limit).ok()?;
        (Digest::of(&bytes) == self.digest).then_some(bytes)
    }
}

fn digest<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plugin_of_the_index_is_there_whole() {
        let names: Vec<&str> = builtin_plugins().iter().map(|plugin| plugin.name.as_str()).collect();
        assert_eq!(names, ["guard", "lint", "metrics", "slack", "webhook"]);
        for plugin in builtin_plugins() {
            let bytes = plugin.unpack().unwrap_or_else(|| panic!("{} is damaged", plugin.name));
            assert_eq!(bytes.len() as u64, plugin.bytes, "{}", plugin.name);
            assert!(plugin.bytes < 2_000_000, "{} is too large for lback's program", plugin.name);
            assert_eq!(builtin_plugin(&plugin.name), Some(plugin));
        }
    }

    #[test]
    fn no_other_file_is_part_of_the_program() {
        let mut files: Vec<String> = FILES.files().map(|file| file.path().display().to_string()).collect();
        let mut expected: Vec<String> =
            builtin_plugins().iter().map(|plugin| format!("{}.wasm.zz", plugin.name)).collect();
        expected.push("index.json".to_owned());
        files.sort();
        expected.sort();
        assert_eq!(files, expected);
        assert_eq!(FILES.dirs().count(), 0);
    }

    #[test]
    fn a_damaged_plugin_is_not_unpacked() {
        let guard = builtin_plugin("guard").unwrap();
        let other = |digest, bytes| BuiltinPlugin {
            name: guard.name.clone(),
            version: guard.version.clone(),
            summary: guard.summary.clone(),
            roles: guard.roles.clone(),
            digest,
            bytes,
        };
        assert_eq!(other(Digest::of(b"another"), guard.bytes).unpack(), None);
        assert_eq!(other(guard.digest, guard.bytes - 1).unpack(), None);
        assert_eq!(BuiltinPlugin { name: "gone".into(), ..other(guard.digest, guard.bytes) }.unpack(), None);
    }
}
