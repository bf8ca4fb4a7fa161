//! The navigation of the site: the sections and pages that the list of all pages has.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};
use std::path::Path;

/// Returns the navigation in mkdocs' form, for a list of pages in `folder`. Each heading begins a
/// section, and the first link of each row of a table is a page.
pub(super) fn of(list: &str, folder: &str) -> Value {
    let mut sections: Vec<(String, Vec<Value>)> = Vec::new();
    let (mut text, mut link, mut is_first) = (String::new(), None, false);
    for event in Parser::new_ext(list, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => text.clear(),
            Event::End(TagEnd::Heading(_)) => sections.push((text.clone(), Vec::new())),
            Event::Start(Tag::TableRow) => is_first = true,
            Event::Start(Tag::Link { dest_url, .. }) if is_first => {
                is_first = false;
                text.clear();
                link = Some(dest_url.into_string());
            }
            Event::End(TagEnd::Link) => {
                if let (Some(link), Some((_, pages))) = (link.take(), sections.last_mut()) {
                    pages.push(json!({ text.clone(): in_root(folder, &link) }));
                }
            }
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            _ => {}
        }
    }
    let sections = sections.into_iter().filter(|(_, pages)| !pages.is_empty());
    let mut all = vec![json!({ "Overview": "README.md" })];
    all.extend(sections.map(|(title, pages)| json!({ title: pages })));
    Value::Array(all)
}

/// Returns the path of a linked page from the repository's root.
fn in_root(folder: &str, link: &str) -> String {
    let path = link.split('#').next().unwrap_or(link);
    path.strip_prefix("../").map_or_else(|| Path::new(folder).join(path).display().to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_have_the_first_link_of_each_row() {
        let list = "# All\n## Guides\n|page|task|\n|---|---|\n|[A `b`](guide/a.md)|see [c](c.md)|\n|[D](../D.md)|x|\n";
        let guides = json!({ "Guides": [{ "A b": "docs/guide/a.md" }, { "D": "D.md" }] });
        assert_eq!(of(list, "docs"), json!([{ "Overview": "README.md" }, guides]));
    }
}
