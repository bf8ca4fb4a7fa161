//! Import circles: files of a crate or of a Python package that import each other, directly or by
//! way of others. A re-export isn't an import: what it names is looked up in the file that defines
//! it. `xtask/style.toml` lists the imports that may close a circle.

mod graph;
mod python;
mod rust;

use super::{context::Context, finding::Finding};
use crate::error::Error;
use graph::Graph;

/// The folders of the crates that are checked: lback and xtask. The plugins are a few files each.
const CRATES: &[&str] = &["", "xtask"];

pub(super) fn find(context: &Context<'_>) -> Result<Vec<Finding>, Error> {
    let mut graph = Graph::default();
    let modules = context.rust()?.iter().filter(|module| CRATES.contains(&module.krate.as_str()));
    rust::add(&mut graph, &modules.collect::<Vec<_>>());
    python::add(&mut graph, context.python()?);
    for allowed in &context.style.circles {
        graph.remove(&allowed.from, &allowed.to);
    }
    let circles = graph.circles().into_iter();
    let findings = circles.map(|edge| {
        let text = format!("imports {}, in a circle of {} files", edge.to, edge.size);
        Finding::new(edge.from, edge.line, text)
    });
    Ok(findings.collect())
}
