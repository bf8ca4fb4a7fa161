//! Phrases that pages, comments and messages avoid; `xtask/style.toml` lists them, each with what
//! to write instead.

use super::{context::Context, finding::Finding};

/// The kinds of files that are searched.
const EXTENSIONS: &[&str] = &["md", "rs", "py", "wit"];

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let terms: Vec<_> = (context.style.terms.iter())
        .flat_map(|term| term.phrases.iter().map(|phrase| (phrase.to_lowercase(), term.instead.as_str(), &term.except)))
        .collect();
    let mut findings = Vec::new();
    let files = context.tree.files.iter().filter(|file| EXTENSIONS.contains(&file.extension()));
    for file in files {
        let terms: Vec<_> = terms.iter().filter(|term| term.2.iter().all(|except| except.file != file.path)).collect();
        for (number, line) in file.lines() {
            let line = without_code(line).to_lowercase();
            let found = terms.iter().filter(|(phrase, ..)| contains(&line, phrase));
            findings.extend(found.map(|(phrase, instead, _)| {
                Finding::new(&file.path, number, format!("`{phrase}`: write instead: {instead}"))
            }));
        }
    }
    findings
}

/// The line without what is between backticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("` `")
}

/// Returns whether the phrase is there as whole words.
fn contains(line: &str, phrase: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(phrase).any(|(start, found)| {
        let (before, after) = (&line[..start], &line[start + found.len()..]);
        let is_whole = !found.ends_with(char::is_alphanumeric) || !is_part(after.chars().next());
        is_whole && !is_part(before.chars().next_back())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_outside_of_code_are_found() {
        assert!(contains("an a b.", "a b"));
        assert!(!contains("a bc", "a b") && !contains("na b", "a b"));
        assert_eq!(without_code("the user `a` runs"), "the user ` ` runs");
    }
}
