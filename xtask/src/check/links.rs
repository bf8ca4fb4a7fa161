//! Links in the repository's Markdown: a relative link must lead to an existing file, and its
//! fragment to a heading in that file.

use super::{context::Context, finding::Finding, tree::TextFile};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let root = &context.paths.root;
    let files = context.tree.with_extension("md");
    let pages: HashMap<PathBuf, (&TextFile, Page)> =
        files.map(|file| (root.join(&file.path), (file, Page::read(&file.text)))).collect();
    let mut findings = Vec::new();
    for (path, (file, page)) in &pages {
        for (line, link) in page.links.iter().filter(|(_, link)| is_local(link)) {
            if let Some(reason) = breakage(root, path, link, &pages) {
                findings.push(Finding::new(&file.path, *line, format!("`{link}`: {reason}")));
            }
        }
    }
    findings.sort();
    findings
}

fn is_local(link: &str) -> bool {
    let scheme = link.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.is_empty() || !scheme.chars().all(|c| c.is_ascii_alphanumeric())
}

/// The reason why a link leads nowhere.
fn breakage(root: &Path, file: &Path, link: &str, pages: &HashMap<PathBuf, (&TextFile, Page)>) -> Option<&'static str> {
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => file.to_path_buf(),
        _ => fs::canonicalize(file.parent().unwrap_or(root).join(path)).unwrap_or_default(),
    };
    if !target.exists() {
        return Some("there is no such file");
    }
    let (_, page) = pages.get(&target).filter(|_| !fragment.is_empty())?;
    (!page.anchors.contains(fragment)).then_some("the page has no such heading")
}

#[derive(Debug, Default)]
struct Page {
    /// The targets of links and images, with their lines.
    links: Vec<(usize, String)>,
    anchors: BTreeSet<String>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut heading: Option<String> = None;
        let parser = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES);
        for (event, range) in parser.into_offset_iter() {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let line = text[..range.start].matches('\n').count() + 1;
                    page.links.push((line, dest_url.into_string()));
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => page.anchor(&heading.take().unwrap_or_default()),
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        page
    }

    /// Names a heading as GitHub does; the second of a name gets `-1`.
    fn anchor(&mut self, heading: &str) {
        let kept = heading
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .collect::<String>();
        let name = kept.replace(' ', "-");
        let mut anchor = name.clone();
        let mut repeats = 0;
        while !self.anchors.insert(anchor) {
            repeats += 1;
            anchor = format!("{name}-{repeats}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_code_are_not_links() {
        let page = Page::read("[a](b.md) `[c](d.md)`\n\n```\n[e](f.md)\n```\n\n[g][h]\n\n[h]: i.md#j\n");
        assert_eq!(page.links, [(1, "b.md".to_owned()), (7, "i.md#j".to_owned())]);
    }

    #[test]
    fn headings_are_named_as_github_names_them() {
        let page = Page::read("# What `lback.toml` says\n## Exit codes\n## Exit codes\n");
        assert_eq!(page.anchors.iter().collect::<Vec<_>>(), ["exit-codes", "exit-codes-1", "what-lbacktoml-says"]);
    }

    #[test]
    fn only_relative_links_are_local() {
        assert!(is_local("docs/a.md") && is_local("#b") && is_local("a b.md"));
        assert!(!is_local("https://example.org") && !is_local("mailto:a@example.org"));
    }
}
