//! The output of `lback facts`: one JSON document, on stdout or in a file.

use std::io;
use std::path::Path;

use super::json::print_json;
use crate::model::facts_file::FactsFile;
use crate::support::atomic_write;

/// Prints the document on stdout.
pub(crate) fn show_facts(file: &FactsFile) -> io::Result<()> {
    print_json(file)
}

/// Writes the document into a file.
pub(crate) fn save_facts(file: &FactsFile, path: &Path) -> io::Result<()> {
    atomic_write::replace(path, format!("{}\n", serde_json::to_string_pretty(file)?).as_bytes())
}
