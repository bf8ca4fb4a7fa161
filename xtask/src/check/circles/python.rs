//! The imports between Python modules.

use super::{
    super::python::{Import, PythonModule},
    graph::Graph,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn add(graph: &mut Graph, modules: &[PythonModule]) {
    let packages = Packages::new(modules);
    for module in modules {
        for import in &module.imports {
            for target in packages.targets(module, import) {
                graph.add(&module.path, target, import.line);
            }
        }
    }
}

/// The modules by their dotted names. A package has the name of its folder.
struct Packages<'a> {
    names: BTreeMap<String, &'a PythonModule>,
    paths: BTreeMap<&'a str, String>,
}

impl<'a> Packages<'a> {
    fn new(modules: &'a [PythonModule]) -> Self {
        let folders: BTreeSet<&str> =
            modules.iter().filter_map(|module| module.path.strip_suffix("/__init__.py")).collect();
        let paths: BTreeMap<&str, String> =
            modules.iter().map(|module| (module.path.as_str(), dotted(&module.path, &folders))).collect();
        let names = modules.iter().map(|module| (paths[module.path.as_str()].clone(), module)).collect();
        Self { names, paths }
    }

    /// The files that an import leads to.
    fn targets(&self, module: &PythonModule, import: &Import) -> Vec<&'a str> {
        let Some(base) = self.base(module, import) else {
            return Vec::new();
        };
        if import.names.is_empty() {
            return self.names.get(&base).map(|found| found.path.as_str()).into_iter().collect();
        }
        import.names.iter().filter_map(|(name, _)| self.defining(&base, name, 8)).collect()
    }

    /// The full name of the module that an import names.
    fn base(&self, module: &PythonModule, import: &Import) -> Option<String> {
        if import.level == 0 {
            return Some(import.module.clone());
        }
        let name = self.paths.get(module.path.as_str())?;
        let mut parts: Vec<&str> = name.split('.').collect();
        let up = if module.path.ends_with("__init__.py") { import.level - 1 } else { import.level };
        parts.truncate(parts.len().checked_sub(up)?);
        parts.extend(import.module.split('.').filter(|part| !part.is_empty()));
        Some(parts.join("."))
    }

    /// The file that defines a name: a module, or, by way of re-exports, the module with it in it.
    fn defining(&self, base: &str, name: &str, depth: usize) -> Option<&'a str> {
        if let Some(module) = self.names.get(&format!("{base}.{name}")) {
            return Some(&module.path);
        }
        let module = *self.names.get(base)?;
        let reexport = module.imports.iter().find_map(|import| {
            let (original, _) = import.names.iter().find(|(_, as_name)| as_name == name)?;
            Some((self.base(module, import)?, original))
        });
        let through = reexport.filter(|_| depth > 0 && module.path.ends_with("__init__.py"));
        let found = through.and_then(|(base, original)| self.defining(&base, original, depth - 1));
        found.or(Some(&module.path))
    }
}

/// The dotted name of a file: from the topmost of its folders that are packages.
fn dotted(path: &str, packages: &BTreeSet<&str>) -> String {
    let path = path.trim_end_matches(".py");
    let path = path.strip_suffix("/__init__").unwrap_or(path);
    let mut start = path.rfind('/').map_or(0, |slash| slash + 1);
    while start > 0 && packages.contains(&path[..start - 1]) {
        start = path[..start - 1].rfind('/').map_or(0, |slash| slash + 1);
    }
    path[start..].replace('/', ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(path: &str, imports: Vec<Import>) -> PythonModule {
        PythonModule { path: path.into(), docstrings: Vec::new(), functions: Vec::new(), imports }
    }

    fn from(level: usize, module: &str, name: &str) -> Import {
        Import { line: 1, level, module: module.into(), names: vec![(name.into(), name.into())] }
    }

    #[test]
    fn names_begin_at_the_topmost_package() {
        let packages = BTreeSet::from(["python/a", "python/a/b"]);
        assert_eq!(dotted("python/a/b/c.py", &packages), "a.b.c");
        assert_eq!(dotted("python/a/b/__init__.py", &packages), "a.b");
        assert_eq!(dotted("tests/test_a.py", &packages), "test_a");
    }

    #[test]
    fn a_reexport_leads_to_the_file_that_defines_the_name() {
        let modules = [
            module("p/a/__init__.py", vec![from(1, "b", "B")]),
            module("p/a/b.py", vec![]),
            module("p/a/c.py", vec![from(1, "", "B"), from(0, "a", "d"), from(1, "", "b")]),
        ];
        let packages = Packages::new(&modules);
        let targets: Vec<_> =
            modules[2].imports.iter().flat_map(|import| packages.targets(&modules[2], import)).collect();
        assert_eq!(targets, ["p/a/b.py", "p/a/__init__.py", "p/a/b.py"]);
    }
}
