//! The names in a project's version scripts, as far as their text shows them. Completions must be
//! quick, so no Python runs; `lback plan` has the exact names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::read_file;

/// The most scripts that are read.
const SCRIPTS: usize = 5_000;
/// The most bytes that are read of a script.
const MOST: u64 = 256 * 1024;

/// The names of revisions and tables.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ScriptNames {
    /// Each revision with the first line of its docstring, the newest script first.
    pub(super) revisions: Vec<(String, String)>,
    pub(super) tables: BTreeSet<String>,
}

/// Returns the names in the scripts of the project at `root`. `config` is Alembic's configuration
/// file.
pub(super) fn script_names(root: &Path, config: Option<&str>) -> ScriptNames {
    let mut scripts = Vec::new();
    if let Some(folder) = script_folder(root, config) {
        collect(&folder.join("versions"), &mut scripts);
    }
    scripts.sort_by_cached_key(|path| fs::metadata(path).and_then(|found| found.modified()).ok());
    let mut names = ScriptNames::default();
    for script in scripts.iter().rev() {
        let text = beginning(script);
        names.tables.extend(tables(&text));
        names.revisions.extend(revision(&text).map(|revision| (revision, doc(&text))));
    }
    names
}

/// Returns the folder of `script_location`, which counts from the root.
fn script_folder(root: &Path, config: Option<&str>) -> Option<PathBuf> {
    let file = root.join(config.unwrap_or("alembic.ini"));
    let ini = beginning(&file);
    let pyproject = beginning(&root.join("pyproject.toml"));
    let Some(location) = setting(&ini).or_else(|| setting(&pyproject)) else {
        // Flask-Migrate has the scripts beside its `alembic.ini`.
        let folders = [file.parent().unwrap_or(root).to_owned(), root.join("migrations")];
        return folders.into_iter().find(|folder| folder.join("env.py").is_file());
    };
    let here = file.parent().unwrap_or(root).to_string_lossy();
    Some(root.join(location.replace("%(here)s", &here)))
}

/// Returns the value of `script_location` in an ini or TOML file.
fn setting(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix("script_location"))?;
    let value = line.trim_start().strip_prefix('=')?.trim();
    Some(value.trim_matches(['"', '\'']).to_owned())
}

fn collect(folder: &Path, scripts: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if scripts.len() >= SCRIPTS {
            return;
        } else if kind.is_dir() {
            collect(&path, scripts);
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "py") {
            scripts.push(path);
        }
    }
}

fn beginning(path: &Path) -> String {
    // A file that can't be read has no names.
    let bytes = read_file::read_start(path, MOST).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the id in a line such as `revision: str = "1975ea83b712"`.
fn revision(text: &str) -> Option<String> {
    let line = text
        .lines()
        .find(|line| line.strip_prefix("revision").is_some_and(|rest| rest.trim_start().starts_with(['=', ':'])))?;
    quoted(line.split_once('=')?.1.trim_start())
}

/// Returns the first line of the docstring.
fn doc(text: &str) -> String {
    let text = text.trim_start();
    let inside = ["\"\"\"", "'''"].iter().find_map(|quotes| text.strip_prefix(quotes));
    let first = inside.and_then(|inside| inside.trim_start().lines().next()).unwrap_or_default();
    first.trim_end_matches(['"', '\'']).trim().to_owned()
}

/// Returns the names in the calls of `create_table`.
fn tables(text: &str) -> Vec<String> {
    let calls = text.match_indices("create_table(").map(|(at, call)| text[at + call.len()..].trim_start());
    calls.filter_map(quoted).collect()
}

/// Returns the text of a string literal at the beginning of `code`.
fn quoted(code: &str) -> Option<String> {
    let quote = code.chars().next().filter(|first| ['"', '\''].contains(first))?;
    let (text, _) = code[1..].split_once(quote)?;
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_the_text_of_scripts() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, text).expect("a file");
        };
        write("db/alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\n");
        write(
            "db/migrations/versions/2026/one.py",
            "\"\"\"add users\n\nRevision ID: a1\n\"\"\"\nrevision: str = 'a1'\ndown_revision = None\nop.create_table(\n    'users',\n)\nop.create_table(name)\n",
        );
        write("db/migrations/versions/notes.txt", "revision = 'x'\n");
        let names = script_names(folder.path(), Some("db/alembic.ini"));
        assert_eq!(names.revisions, [("a1".to_owned(), "add users".to_owned())]);
        assert_eq!(names.tables.into_iter().collect::<Vec<_>>(), ["users"]);
        assert_eq!(script_names(folder.path(), None), ScriptNames::default());
        write("migrations/alembic.ini", "[alembic]\n");
        write("migrations/env.py", "from flask import current_app\n");
        write("migrations/versions/two.py", "revision = 'f1'\n");
        assert_eq!(script_names(folder.path(), None).revisions, [("f1".to_owned(), String::new())]);
    }

    #[test]
    fn broken_scripts_have_no_names() {
        for text in [
            "",
            "revision",
            "revision =",
            "revision = x",
            "revision = \"",
            "revisions = 'a'",
            "\"\"\"",
            "create_table('",
        ] {
            assert_eq!(revision(text), None, "{text}");
            assert!(tables(text).is_empty(), "{text}");
        }
    }
}
