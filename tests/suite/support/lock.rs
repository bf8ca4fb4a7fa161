//! An `lback.lock` for the plugins of a test's `lback.toml`. Only its digests are true, because
//! runs check nothing else.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// The size up to which a file is read: no plugin is larger.
const LARGEST: u64 = 64 << 20;

/// Returns the lock file for this `lback.toml`, and `None` where that is invalid or lists no
/// plugins. A missing file gets the digest 0.
pub(super) fn lock_file(config: &str, root: &Path) -> Option<String> {
    let config: toml::Table = config.parse().ok()?;
    let mut lock = "version = 1\n".to_owned();
    for plugin in config.get("plugin")?.as_array()? {
        let (name, source) = (plugin.get("name")?.as_str()?, plugin.get("source")?.as_str()?);
        let digest = sha256(&root.join(source)).unwrap_or_else(|| "0".repeat(64));
        write!(
            lock,
            "\n[[plugin]]\nname = {name:?}\nsource = {source:?}\nversion = \"0.0.0\"\nsha256 = {digest:?}\n\
             package = \"lback:plugin@1.0.0\"\nexports = []\nsignals = []\npermissions = {{ http = [], secrets = [] }}\n"
        )
        .expect("writing to a string");
    }
    Some(lock)
}

/// Returns the digest of a file's bytes, in hexadecimal digits.
pub(crate) fn sha256(path: &Path) -> Option<String> {
    if fs::metadata(path).ok()?.len() > LARGEST {
        return None;
    }
    let digest = Sha256::digest(fs::read(path).ok()?);
    Some(digest.iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").expect("a string takes any text");
        digits
    }))
}
