//! The text files of the repository, as far as people write them: generated and vendored files,
//! marked in `.gitattributes`, are left out.

use crate::error::Error;
use std::{fs, path::Path, process::Command};

pub(super) struct Tree {
    pub(super) files: Vec<TextFile>,
}

pub(super) struct TextFile {
    /// The path from the top of the repository, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl Tree {
    /// Reads the files that git tracks or would add.
    pub(super) fn read(root: &Path) -> Result<Self, Error> {
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .args(["--", ":(exclude,attr:linguist-generated)", ":(exclude,attr:linguist-vendored)"])
            .current_dir(root)
            .output()
            .map_err(Error::file("list the files of", root))?;
        let names = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut files: Vec<TextFile> = names.split('\0').filter_map(|name| TextFile::read(root, name)).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    pub(super) fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a TextFile> {
        self.files.iter().filter(move |file| file.extension() == extension)
    }
}

impl TextFile {
    /// Reads a file; none where it was deleted or isn't text.
    fn read(root: &Path, name: &str) -> Option<Self> {
        let text = fs::read_to_string(root.join(name)).ok()?;
        Some(Self { path: name.to_owned(), text })
    }

    pub(super) fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The lines with their numbers, counted from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}
