//! Widths: pages and comments wrap at 100 columns. Code has the formatter's width.

use super::{context::Context, finding::Finding, tree::TextFile};

const COLUMNS: usize = 100;

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &context.tree.files {
        match marker(file) {
            Some("") => findings.extend(page(file)),
            Some(marker) => findings.extend(comments(file, marker)),
            None => {}
        }
    }
    findings
}

/// The characters that begin a comment; empty for a page.
fn marker(file: &TextFile) -> Option<&'static str> {
    match file.extension() {
        "md" => Some(""),
        "rs" | "wit" | "js" | "go" | "c" | "h" => Some("//"),
        "py" | "toml" | "yml" | "sh" | "gitattributes" | "editorconfig" | "gitignore" => Some("#"),
        "sql" => Some("--"),
        _ if file.text.starts_with("#!") => Some("#"),
        _ => None,
    }
}

/// The lines of a page that are too long; code and tables have any width.
fn page(file: &TextFile) -> Vec<Finding> {
    let mut in_code = false;
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") {
            in_code = !in_code;
        }
        if !in_code && !trimmed.starts_with('|') {
            findings.extend(too_long(file, number, line));
        }
    }
    findings
}

/// Lines that are nothing but a comment, and are too long.
fn comments(file: &TextFile, marker: &str) -> Vec<Finding> {
    let lines = file.lines().filter(|(_, line)| line.trim_start().starts_with(marker));
    // A table in a doc comment can't be wrapped.
    let lines = lines.filter(|(_, line)| !line.trim_start().trim_start_matches(['/', '!', '#', ' ']).starts_with('|'));
    lines.filter_map(|(number, line)| too_long(file, number, line)).collect()
}

fn too_long(file: &TextFile, number: usize, line: &str) -> Option<Finding> {
    let width = without_links(line).chars().count();
    (width > COLUMNS).then(|| Finding::new(&file.path, number, format!("{width} columns")))
}

/// The line without the targets of its links, which can't be wrapped.
fn without_links(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(start) = rest.find("](") {
        text.push_str(&rest[..start + 2]);
        rest = &rest[start + 2..];
        rest = rest.find(')').map_or("", |end| &rest[end..]);
    }
    text.push_str(rest);
    let words = text.split(' ').filter(|word| !word.contains("://"));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_links_have_no_width() {
        assert_eq!(without_links("see [a](b/c.md#d) and [e](f)"), "see [a]() and [e]()");
        assert_eq!(without_links("// from https://example.org/a/b here"), "// from here");
    }

    #[test]
    fn code_and_tables_of_a_page_have_any_width() {
        let long = "x".repeat(101);
        let text = format!("{long}\n```\n{long}\n```\n| {long} |\n");
        let findings = page(&TextFile { path: "a.md".into(), text });
        assert_eq!(findings, [Finding::new("a.md", 1, "101 columns")]);
    }
}
