//! The first words of doc comments and docstrings: an editor shows the first line alone, so that it
//! must be complete by itself. `xtask/style.toml` lists the words that never begin one.

use super::{context::Context, finding::Finding, tree::TextFile};
use crate::error::Error;

pub(super) fn find(context: &Context<'_>) -> Result<Vec<Finding>, Error> {
    let words = Words::new(&context.style.first_words);
    let mut findings = Vec::new();
    for file in context.tree.with_extension("rs").chain(contracts(context)) {
        for (line, text) in doc_comments(file) {
            findings.extend(words.finding(&file.path, line, text));
        }
    }
    for module in context.python()? {
        for (line, text) in &module.docstrings {
            findings.extend(words.finding(&module.path, *line, text));
        }
    }
    Ok(findings)
}

/// The files of the contract, whose doc comments look like those of Rust. A released one stays as
/// it was.
fn contracts<'a>(context: &'a Context<'_>) -> impl Iterator<Item = &'a TextFile> {
    context.tree.with_extension("wit").filter(|file| !file.path.starts_with("tests/compatibility/"))
}

/// The first lines of doc comments, with their numbers.
fn doc_comments(file: &TextFile) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut last = None;
    for (number, line) in file.lines() {
        let comment = doc_comment(line);
        let marker = comment.map(|(marker, _)| marker);
        if let Some((_, text)) = comment.filter(|_| last != marker) {
            found.push((number, text));
        }
        last = marker;
    }
    found
}

/// The marker and the text of a line of a doc comment.
fn doc_comment(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start();
    let mut markers = ["///", "//!"].into_iter();
    let (marker, text) = markers.find_map(|marker| Some((marker, line.strip_prefix(marker)?)))?;
    (!text.starts_with('/')).then_some((marker, text.trim()))
}

/// The words that no first line begins with, in lower case.
struct Words(Vec<String>);

impl Words {
    fn new(words: &[String]) -> Self {
        Self(words.iter().map(|word| word.to_lowercase()).collect())
    }

    fn finding(&self, file: &str, line: usize, text: &str) -> Option<Finding> {
        let word = self.banned(text)?;
        Some(Finding::new(file, line, format!("begins with `{word}`: {}", shortened(text))))
    }

    /// The banned word or pair of words that the text begins with.
    fn banned(&self, text: &str) -> Option<String> {
        let mut words = text.split_whitespace();
        let first = words.next().map(|word| word.trim_end_matches([',', ':', '.', ';']).to_lowercase())?;
        let second = words.next().unwrap_or_default().trim_end_matches([',', ':', '.', ';']).to_lowercase();
        let pair = format!("{first} {second}");
        [pair, first].into_iter().find(|word| self.0.contains(word))
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(70).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> TextFile {
        TextFile { path: "a.rs".into(), text: text.into() }
    }

    #[test]
    fn only_the_first_line_of_a_comment_counts() {
        let file = file("//! Module\n//! more\n\n/// Of a\n/// of b\nfn a() {}\n    /// C\n//// no\n");
        assert_eq!(doc_comments(&file), [(1, "Module"), (4, "Of a"), (7, "C")]);
    }

    #[test]
    fn words_and_pairs_are_found_in_any_case() {
        let words = Words::new(&["Of".into(), "The same".into()]);
        assert_eq!(words.banned("Of, one run"), Some("of".into()));
        assert_eq!(words.banned("The same, but"), Some("the same".into()));
        assert_eq!(words.banned("The file `of`"), None);
        assert_eq!(words.banned("Often"), None);
    }
}
