//! The files of the site: the README, and everything in the repository to which its pages lead, at
//! the same relative paths.

use super::wide_tables;
use crate::{error::Error, files};
use pulldown_cmark::{Event, Options, Parser, Tag};
use std::{
    collections::BTreeSet,
    fs,
    path::{Component, Path, PathBuf},
};

/// The page of a folder. A folder without one gets a list of its files.
const PAGE_OF_FOLDER: &str = "README.md";
const LIST_OF_FOLDER: &str = "index.md";

/// Copies the files to `out`, and returns their number.
pub(super) fn collect(root: &Path, out: &Path) -> Result<usize, Error> {
    let mut done = BTreeSet::new();
    let mut ahead = vec![PathBuf::from(PAGE_OF_FOLDER)];
    while let Some(path) = ahead.pop() {
        if !done.insert(path.clone()) {
            continue;
        }
        let to = out.join(&path);
        files::make_folder(to.parent().unwrap_or(out))?;
        let Some(text) = text_of(root, &path)? else {
            files::copy_if_changed(&root.join(&path), &to)?;
            continue;
        };
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut page = text.clone();
        for link in local_links(&text) {
            let target = resolve(folder, &link);
            if root.join(&target).is_dir() {
                let name = page_of_folder(root, &target);
                page = page.replace(&format!("]({link})"), &format!("]({}/{name})", link.trim_end_matches('/')));
                ahead.push(target.join(name));
            } else {
                ahead.push(target);
            }
        }
        fs::write(&to, wide_tables::marked(&page)).map_err(Error::file("write", &to))?;
    }
    Ok(done.len())
}

/// Returns the name of a folder's page: its own, or that of the list of its files.
fn page_of_folder(root: &Path, folder: &Path) -> &'static str {
    if root.join(folder).join(PAGE_OF_FOLDER).is_file() { PAGE_OF_FOLDER } else { LIST_OF_FOLDER }
}

/// Returns the text of a page, `None` for a file that is no page.
fn text_of(root: &Path, path: &Path) -> Result<Option<String>, Error> {
    let file = root.join(path);
    if path.extension().is_none_or(|extension| extension != "md") {
        return Ok(None);
    }
    if path.ends_with(LIST_OF_FOLDER) && !file.exists() {
        return list_of_files(root, path.parent().unwrap_or(Path::new(""))).map(Some);
    }
    fs::read_to_string(&file).map(Some).map_err(Error::file("read", &file))
}

/// Returns a page that lists the files of a folder.
fn list_of_files(root: &Path, folder: &Path) -> Result<String, Error> {
    let whole = root.join(folder);
    let read = |folder: &Path| fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>();
    let mut names: Vec<String> = (read(&whole).map_err(Error::file("read", &whole))?.iter())
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let rows: Vec<String> = names.iter().map(|name| format!("- [`{name}`]({name})")).collect();
    Ok(format!("# `{}`\n\n{}\n", folder.display(), rows.join("\n")))
}

fn local_links(text: &str) -> BTreeSet<String> {
    let links =
        Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES).filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.into_string()),
            _ => None,
        });
    links.filter(|link| !link.contains(':') && !link.starts_with('#')).collect()
}

/// Returns the path in the repository to which a link in `folder` leads.
fn resolve(folder: &Path, link: &str) -> PathBuf {
    let link = link.split('#').next().unwrap_or(link);
    let mut target = folder.to_path_buf();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => drop(target.pop()),
            Component::Normal(name) => target.push(name),
            _ => {}
        }
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pages_lead_to_is_collected() {
        let temp = std::env::temp_dir().join(format!("lback-pages-{}", std::process::id()));
        let (root, out) = (temp.join("root"), temp.join("out"));
        fs::create_dir_all(root.join("wit")).unwrap();
        fs::create_dir_all(root.join("docs")).unwrap();
        fs::write(root.join(PAGE_OF_FOLDER), "[a](docs/a.md#b) [x](https://example.org) `[n](none)`").unwrap();
        fs::write(root.join("docs/a.md"), "[w](../wit/) [r](../README.md)").unwrap();
        fs::write(root.join("wit/b.wit"), "").unwrap();
        fs::write(root.join("other"), "").unwrap();
        assert_eq!(collect(&root, &out).unwrap(), 4);
        assert_eq!(fs::read_to_string(out.join("docs/a.md")).unwrap(), "[w](../wit/index.md) [r](../README.md)");
        assert!(out.join("wit/b.wit").is_file() && !out.join("other").exists());
        fs::remove_dir_all(temp).unwrap();
    }
}
