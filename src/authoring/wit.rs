//! The contract of this lback: the files of `wit/`.

use include_dir::{Dir, include_dir};
use wit_component::StringEncoding;

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/wit");

/// Returns the name and the text of each file.
pub(super) fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    FOLDER.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
}

/// Adds the world to a core module, as the tools for components expect.
pub(super) fn embed_world(core: &mut Vec<u8>, world: &str) -> Result<(), String> {
    let mut sources = wit_parser::SourceMap::new();
    for (name, text) in files() {
        sources.push_str(name, text);
    }
    let mut resolve = wit_parser::Resolve::new();
    let package = sources
        .parse()
        .map_err(|(_, error)| error.to_string())
        .and_then(|group| resolve.push_group(group).map_err(|error| error.to_string()))?;
    let world = resolve.select_world(&[package], Some(world)).map_err(|error| error.to_string())?;
    wit_component::embed_component_metadata(core, &resolve, world, StringEncoding::UTF8)
        .map_err(|error| format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::{fs, path::Path};

    #[test]
    fn every_file_of_the_contract_is_here() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("wit");
        let there: BTreeSet<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(there, files().map(|(name, _)| name.to_owned()).collect::<BTreeSet<_>>());
    }
}
