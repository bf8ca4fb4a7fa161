//! Whole outputs, as they stand in files that a person reads. To bring them up to date: run the tests with `LBACK_UPDATE=1`.

use std::env;
use std::fs;
use std::path::Path;

/// Holds a text against the file `name` in `folder`, which is below `tests/suite`.
#[track_caller]
pub(crate) fn assert_snapshot(folder: &str, name: &str, text: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite").join(folder);
    let file = folder.join(name);
    if env::var_os("LBACK_UPDATE").is_some() {
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(&file, text).expect("a snapshot");
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "not as in {} (LBACK_UPDATE=1 writes it anew)\n--- committed\n{committed}\n--- now\n{text}",
        file.display()
    );
}
