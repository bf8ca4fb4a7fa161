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
    use std::process::Command;

    /// Returns the path in a project, and the text, of each file that git tracks below a folder.
    fn tracked(folder: &Path) -> BTreeMap<String, String> {
        let git = Command::new("git").args(["ls-files", "-z"]).current_dir(folder).output().unwrap();
        assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
        let names = String::from_utf8(git.stdout).unwrap();
        let names = names.split('\0').filter(|name| !name.is_empty());
        names.map(|name| (project_path(name), std::fs::read_to_string(folder.join(name)).unwrap())).collect()
    }

    /// The compiler embeds every file of a folder, also what a tool has left there, such as
    /// `node_modules`, and doesn't notice a file that is new. Git knows which files belong there.
    #[test]
    fn a_project_gets_the_files_that_git_tracks() {
        for language in Language::value_variants() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(language.folder());
            for kind in PluginKind::value_variants() {
                let tracked: BTreeMap<_, _> =
                    ["common", kind.name()].iter().flat_map(|part| tracked(&folder.join(part))).collect();
                let embedded: BTreeMap<_, _> =
                    files(*language, *kind).into_iter().map(|(path, text)| (path, text.to_owned())).collect();
                assert!(!tracked.is_empty(), "{language:?} {kind:?}");
                assert_eq!(
                    embedded.keys().collect::<Vec<_>>(),
                    tracked.keys().collect::<Vec<_>>(),
                    "{language:?} {kind:?}: remove what tools have left in `templates/`, add new files to git, and change this file so that the compiler looks again"
                );
                assert!(embedded == tracked, "the embedded files are older than those in `templates/`");
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
