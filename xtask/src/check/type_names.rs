//! Names of types: one that is visible outside of its module is unique in its crate.

use super::{context::Context, finding::Finding, rust};
use crate::error::Error;
use std::collections::BTreeMap;
use syn::{Ident, Item, Visibility};

pub(super) fn find(context: &Context<'_>) -> Result<Vec<Finding>, Error> {
    let mut places: BTreeMap<(&str, String), Vec<(&str, usize)>> = BTreeMap::new();
    for module in context.rust()? {
        for item in rust::items(&module.syntax.items) {
            if let Some(ident) = visible_type(item) {
                let line = ident.span().start().line;
                places.entry((&module.krate, ident.to_string())).or_default().push((&module.path, line));
            }
        }
    }
    let shared: Vec<_> = context.style.type_names.iter().map(|shared| shared.name.as_str()).collect();
    places.retain(|(_, name), places| places.len() > 1 && !shared.contains(&name.as_str()));
    let findings = places.iter().flat_map(|((_, name), places)| duplicates(name, places));
    Ok(findings.collect())
}

/// A finding for each place after the first.
fn duplicates(name: &str, places: &[(&str, usize)]) -> Vec<Finding> {
    let (first, line) = places[0];
    let text = format!("`{name}` is also defined at {first}:{line}");
    places[1..].iter().map(|(path, line)| Finding::new(*path, *line, &text)).collect()
}

fn visible_type(item: &Item) -> Option<&Ident> {
    let (visibility, ident) = match item {
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        Item::Union(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    let visible = match visibility {
        Visibility::Public(_) => true,
        Visibility::Restricted(restricted) => !restricted.path.is_ident("self"),
        Visibility::Inherited => false,
    };
    visible.then_some(ident)
}
