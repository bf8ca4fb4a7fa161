//! Files that are generated from code and kept in the repository.

use std::path::Path;

/// Fails the test that calls it if the file at `path` isn't `current`; writes it instead where `LBACK_UPDATE=1` is set.
///
/// # Panics
/// If the file differs, can't be read or can't be written.
#[track_caller]
pub fn assert_current(path: &Path, current: &str) {
    if std::env::var_os("LBACK_UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(path, current).unwrap_or_else(|error| panic!("could not write {}: {error}", path.display()));
        return;
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == current, "{} differs from the types in the code; run the test with LBACK_UPDATE=1", path.display());
}
