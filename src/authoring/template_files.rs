//! The files of each template, from `templates/`.
//!
//! A file has the path that it gets in a project. Files that tools would recognise in this
//! repository have other names there.

use std::path::Path;

use include_dir::{Dir, include_dir};

use super::language::{Language, PluginKind};

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Returns the path and the text of each file of a template, those of both roles first; without
/// README and contract.
pub(super) fn files(language: Language, kind: PluginKind) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for part in ["common", kind.name()] {
        let folder = Path::new(language.folder()).join(part);
        let dir = TEMPLATES.get_dir(&folder).expect("every language has a folder for both roles and for each");
        collect(dir, &folder, &mut found);
    }
    found
}

/// Adds the files of a folder and of those in it. What isn't text was left there by a tool.
fn collect(dir: &'static Dir<'static>, root: &Path, found: &mut Vec<(String, &'static str)>) {
    for file in dir.files() {
        if let (Ok(path), Some(text)) = (file.path().strip_prefix(root), file.contents_utf8()) {
            found.push((project_path(&path.to_string_lossy()), text));
        }
    }
    for inner in dir.dirs() {
        collect(inner, root, found);
    }
}

fn project_path(path: &str) -> String {
    match path {
        "gitignore" => ".gitignore".to_owned(),
        _ => path.strip_suffix(".in").unwrap_or(path).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum as _;
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    fn read(folder: &Path, root: &Path, found: &mut BTreeMap<PathBuf, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, root, found);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_owned(), std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// The compiler doesn't notice a file that is new in a folder: any change of this file makes it
    /// look.
    #[test]
    fn every_file_of_a_template_is_in_its_projects() {
        for language in Language::value_variants() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(language.folder());
            for kind in PluginKind::value_variants() {
                let mut there = BTreeMap::new();
                for part in ["common", kind.name()] {
                    read(&folder.join(part), &folder.join(part), &mut there);
                }
                let there: BTreeMap<_, _> =
                    there.iter().map(|(path, text)| (project_path(path.to_str().unwrap()), &**text)).collect();
                let here = files(*language, *kind);
                assert_eq!(here.len(), there.len(), "{language:?} {kind:?}");
                let here: BTreeMap<_, _> = here.into_iter().collect();
                assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>(), "{language:?} {kind:?}");
                assert!(here == there, "the embedded files are older than those in `templates/`");
            }
        }
    }

    #[test]
    fn files_that_tools_would_recognise_get_their_names() {
        for (path, wanted) in
            [("gitignore", ".gitignore"), ("Cargo.toml.in", "Cargo.toml"), ("src/main.go", "src/main.go")]
        {
            assert_eq!(project_path(path), wanted);
        }
    }
}
