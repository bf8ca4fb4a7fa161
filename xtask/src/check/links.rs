//! Links in the repository's Markdown: a relative one must lead to a file that is there, and its fragment to a heading in it.

use crate::error::Error;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Returns how many links were checked.
pub(super) fn check(root: &Path) -> Result<usize, Error> {
    let mut pages = HashMap::new();
    for file in markdown_files(root)? {
        let text = fs::read_to_string(&file).map_err(Error::file("read", &file))?;
        pages.insert(file, Page::read(&text));
    }
    let mut broken = Vec::new();
    let mut count = 0;
    for (file, page) in &pages {
        for link in page.links.iter().filter(|link| is_local(link)) {
            count += 1;
            if let Some(reason) = breakage(root, file, link, &pages) {
                let file = file.strip_prefix(root).unwrap_or(file);
                broken.push(format!("`{}` links to `{link}`: {reason}", file.display()));
            }
        }
    }
    broken.sort();
    if broken.is_empty() { Ok(count) } else { Err(Error::Links(broken)) }
}

/// What Git knows or would add.
fn markdown_files(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"])
        .current_dir(root)
        .output()
        .map_err(Error::file("list the files of", root))?;
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    let files = names.split('\0').filter(|name| !name.is_empty()).map(|name| root.join(name));
    Ok(files.filter(|file| file.exists()).collect())
}

fn is_local(link: &str) -> bool {
    let scheme = link.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.is_empty() || !scheme.chars().all(|c| c.is_ascii_alphanumeric())
}

fn breakage(root: &Path, file: &Path, link: &str, pages: &HashMap<PathBuf, Page>) -> Option<&'static str> {
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => file.to_path_buf(),
        _ => fs::canonicalize(file.parent().unwrap_or(root).join(path)).unwrap_or_default(),
    };
    if !target.exists() {
        return Some("there is no such file");
    }
    let page = pages.get(&target).filter(|_| !fragment.is_empty())?;
    (!page.anchors.contains(fragment)).then_some("the page has no such heading")
}

#[derive(Debug, Default)]
struct Page {
    links: Vec<String>,
    anchors: BTreeSet<String>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
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
        assert_eq!(page.links, ["b.md", "i.md#j"]);
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
