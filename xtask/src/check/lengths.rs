//! Lengths of functions and files. Functions are measured from their signature to their closing
//! brace, without comments above and docstrings; tests aren't measured.

use super::{context::Context, finding::Finding, rust};
use crate::error::Error;
use syn::{Attribute, Block, Signature, spanned::Spanned as _, visit::Visit};

/// The longest file.
const FILE: usize = 350;
/// The length that half of the functions are at most.
const MEDIAN: usize = 9;
/// The length that 99 in 100 functions are at most.
const LONG: usize = 50;

pub(super) fn find(context: &Context<'_>) -> Result<Vec<Finding>, Error> {
    let mut findings = files(context);
    findings.extend(judge("Rust", rust_functions(context)?));
    findings.extend(judge("Python", python_functions(context)?));
    Ok(findings)
}

/// Files that are too long, in Rust and Python.
fn files(context: &Context<'_>) -> Vec<Finding> {
    let files = context.tree.files.iter().filter(|file| matches!(file.extension(), "rs" | "py"));
    let lengths = files.map(|file| (file, file.lines().count()));
    let long = lengths.filter(|(_, lines)| *lines > FILE);
    long.map(|(file, lines)| Finding::new(&file.path, 1, format!("{lines} lines, {FILE} at most"))).collect()
}

struct Function {
    file: String,
    line: usize,
    name: String,
    length: usize,
}

/// The findings where the median or the 99th percentile of a language is above its limit.
fn judge(language: &str, mut functions: Vec<Function>) -> Vec<Finding> {
    functions.sort_by_key(|function| function.length);
    let percentile = |percent: usize| functions.get(functions.len() * percent / 100).map_or(0, |found| found.length);
    let mut findings = Vec::new();
    if percentile(50) > MEDIAN {
        let text = format!("the median of {language}'s functions is {} lines, {MEDIAN} at most", percentile(50));
        findings.push(Finding::new("xtask/src/check/lengths.rs", 1, text));
    }
    if percentile(99) > LONG {
        let long = functions.iter().filter(|function| function.length > LONG);
        findings.extend(long.map(|function| {
            let text = format!("`{}` has {} lines, {LONG} at most", function.name, function.length);
            Finding::new(&function.file, function.line, text)
        }));
    }
    findings
}

fn rust_functions(context: &Context<'_>) -> Result<Vec<Function>, Error> {
    let mut found = Vec::new();
    for module in context.rust()? {
        let mut collector = Collector { file: &module.path, found: &mut found };
        collector.visit_file(&module.syntax);
    }
    Ok(found)
}

fn python_functions(context: &Context<'_>) -> Result<Vec<Function>, Error> {
    let modules = context.python()?.iter().filter(|module| !is_python_test(&module.path));
    let functions = modules.flat_map(|module| {
        module.functions.iter().map(|(line, name, length)| Function {
            file: module.path.clone(),
            line: *line,
            name: name.clone(),
            length: *length,
        })
    });
    Ok(functions.collect())
}

fn is_python_test(path: &str) -> bool {
    path.contains("tests/") || path.rsplit('/').next().is_some_and(|name| name.starts_with("test_"))
}

struct Collector<'a> {
    file: &'a str,
    found: &'a mut Vec<Function>,
}

impl Collector<'_> {
    fn add(&mut self, attributes: &[Attribute], signature: &Signature, block: &Block) {
        if rust::is_test(attributes) {
            return;
        }
        let line = signature.span().start().line;
        let length = block.span().end().line + 1 - line;
        self.found.push(Function { file: self.file.to_owned(), line, name: signature.ident.to_string(), length });
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !rust::is_test(&module.attrs) {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.attrs, &function.sig, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.attrs, &function.sig, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.add(&function.attrs, &function.sig, block);
        }
        syn::visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(length: usize) -> Function {
        Function { file: "a.rs".into(), line: 1, name: "f".into(), length }
    }

    #[test]
    fn one_long_function_in_two_hundred_is_allowed() {
        let mut functions: Vec<_> = (0..199).map(|_| function(5)).collect();
        functions.push(function(60));
        assert_eq!(judge("Rust", functions), []);
    }

    #[test]
    fn long_functions_are_named_where_they_are_many() {
        let functions = vec![function(5), function(6), function(60)];
        assert_eq!(judge("Rust", functions), [Finding::new("a.rs", 1, "`f` has 60 lines, 50 at most")]);
    }
}
