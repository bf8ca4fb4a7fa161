//! The imports between the modules of a crate: `use`, paths in code, and paths in macros.

use super::{
    super::rust::{RustModule, is_test},
    graph::Graph,
};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeMap;
use syn::{Item, UseTree, visit::Visit};

pub(super) fn add(graph: &mut Graph, modules: &[&RustModule]) {
    let files: Vec<File<'_>> = modules.iter().map(|module| File::new(module)).collect();
    let mut crates: BTreeMap<&str, Crate<'_>> = BTreeMap::new();
    for file in &files {
        crates.entry(&file.module.krate).or_default().insert(file.module.name.clone(), file);
    }
    for file in &files {
        let krate = &crates[file.module.krate.as_str()];
        for (path, line) in &file.paths {
            if let Some(target) = resolve(krate, &file.module.name, path, 16) {
                graph.add(&file.module.path, &target.module.path, *line);
            }
        }
    }
}

/// The files of a crate by the names of their modules.
type Crate<'a> = BTreeMap<Vec<String>, &'a File<'a>>;

/// The imports and paths of a file.
struct File<'a> {
    module: &'a RustModule,
    /// The names that `use` brings, with the paths that they stand for.
    names: BTreeMap<String, Vec<String>>,
    /// The modules that are imported with `*`.
    globs: Vec<Vec<String>>,
    /// The paths of code and of private imports, with their lines.
    paths: Vec<(Vec<String>, usize)>,
}

impl<'a> File<'a> {
    fn new(module: &'a RustModule) -> Self {
        let mut file = Self { module, names: BTreeMap::new(), globs: Vec::new(), paths: Vec::new() };
        Collector { file: &mut file, depth: 0 }.visit_file(&module.syntax);
        file
    }
}

/// The file that a path leads to. A module that is only named, as `use crate::a;`, is not used yet.
fn resolve<'a>(krate: &Crate<'a>, from: &[String], path: &[String], depth: usize) -> Option<&'a File<'a>> {
    let (module, rest) = follow(krate, from, path, depth)?;
    (!rest.is_empty()).then(|| krate[&module])
}

/// Follows a path to the module that defines its next part, and returns what is left of the path.
fn follow(krate: &Crate<'_>, from: &[String], path: &[String], depth: usize) -> Option<(Vec<String>, Vec<String>)> {
    let (mut module, mut rest) = match path.first()?.as_str() {
        "crate" => (Vec::new(), &path[1..]),
        "self" => (from.to_vec(), &path[1..]),
        "super" => (from[..from.len().checked_sub(1)?].to_vec(), &path[1..]),
        first => {
            let file = krate.get(from)?;
            let child = [from, &[first.to_owned()]].concat();
            if !krate.contains_key(&child) && !file.names.contains_key(first) {
                return None;
            }
            (from.to_vec(), path)
        }
    };
    while let Some(next) = rest.first() {
        let step: Vec<String> = match next.as_str() {
            "super" => module[..module.len().checked_sub(1)?].to_vec(),
            _ => [module.as_slice(), std::slice::from_ref(next)].concat(),
        };
        if !krate.contains_key(&step) {
            return through(krate, module, rest, depth);
        }
        module = step;
        rest = &rest[1..];
    }
    krate.contains_key(&module).then_some((module, Vec::new()))
}

/// Follows what a module imports or re-exports under the next name of a path.
fn through(
    krate: &Crate<'_>,
    module: Vec<String>,
    rest: &[String],
    depth: usize,
) -> Option<(Vec<String>, Vec<String>)> {
    let file = krate.get(&module)?;
    let Some(depth) = depth.checked_sub(1) else {
        return Some((module, rest.to_vec()));
    };
    if let Some(path) = file.names.get(&rest[0]) {
        let path = [path.as_slice(), &rest[1..]].concat();
        // A path into another crate leads nowhere.
        return follow(krate, &module, &path, depth);
    }
    for glob in &file.globs {
        let found = follow(krate, &module, &[glob.as_slice(), rest].concat(), depth);
        if let Some((target, left)) = found.filter(|(target, left)| defines(krate, target, left)) {
            return Some((target, left));
        }
    }
    Some((module, rest.to_vec()))
}

fn defines(krate: &Crate<'_>, module: &[String], rest: &[String]) -> bool {
    let items = krate.get(module).into_iter().flat_map(|file| &file.module.syntax.items);
    rest.first().is_some_and(|name| items.filter_map(name_of).any(|found| found == *name))
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Const(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Collects imports and paths; inline modules and tests are passed over.
struct Collector<'f, 'a> {
    file: &'f mut File<'a>,
    depth: usize,
}

impl Collector<'_, '_> {
    fn import(&mut self, tree: &UseTree, prefix: &[String], visible: bool) {
        match tree {
            UseTree::Path(path) => {
                let prefix = [prefix, &[path.ident.to_string()]].concat();
                self.import(&path.tree, &prefix, visible);
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, prefix, visible)),
            UseTree::Glob(glob) => {
                self.file.globs.push(prefix.to_vec());
                if !visible {
                    let path = [prefix, &["*".to_owned()]].concat();
                    self.file.paths.push((path, glob.star_token.span.start().line));
                }
            }
            UseTree::Name(name) => self.name(&name.ident, &name.ident, prefix, visible),
            UseTree::Rename(rename) => self.name(&rename.ident, &rename.rename, prefix, visible),
        }
    }

    fn name(&mut self, ident: &syn::Ident, new: &syn::Ident, prefix: &[String], visible: bool) {
        let is_self = ident == "self";
        let path = if is_self { prefix.to_vec() } else { [prefix, &[ident.to_string()]].concat() };
        let own = if is_self && new == "self" { prefix.last().cloned() } else { Some(new.to_string()) };
        if !visible {
            self.file.paths.push((path.clone(), ident.span().start().line));
        }
        // `use x` of a crate `x` would stand for itself.
        if let Some(own) = own.filter(|own| path != [own.as_str()]) {
            self.file.names.insert(own, path);
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => {
                    path.push(ident.to_string());
                    colons = 0;
                    if path.len() > 1 {
                        self.file.paths.push((path.clone(), ident.span().start().line));
                    }
                }
                TokenTree::Ident(ident) => {
                    path = vec![ident.to_string()];
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.tokens(group.stream());
                    path.clear();
                }
                _ => path.clear(),
            }
        }
    }
}

impl<'ast> Visit<'ast> for Collector<'_, '_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            _ => return syn::visit::visit_item(self, item),
        };
        if !is_test(attributes) && !matches!(item, Item::Mod(_)) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let visible = self.depth == 0 && !matches!(item.vis, syn::Visibility::Inherited);
        self.import(&item.tree, &[], visible);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.depth += 1;
        syn::visit::visit_block(self, block);
        self.depth -= 1;
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if parts.len() > 1 && path.leading_colon.is_none() {
            self.file.paths.push((parts, path.segments[0].ident.span().start().line));
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        syn::visit::visit_macro(self, call);
    }
}
