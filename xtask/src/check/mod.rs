//! `cargo xtask check`: everything that must hold beside the tests. Inspections read the
//! repository's files and report findings; tools are other programs, such as clippy or mypy.
//! Generated files are compared by the tests, which know what they are generated from.

mod baseline;
mod circles;
mod context;
mod dependencies;
mod finding;
mod first_words;
mod lengths;
mod links;
mod messages;
mod python;
mod rust;
mod style;
mod terms;
mod tools;
mod tree;
mod type_names;
mod widths;

use crate::{error::Error, paths::Paths, progress};
use baseline::Baseline;
use context::Context;
use finding::Finding;

/// Checks formatting, lints, types, words, widths, names, lengths, imports, links and dependencies
#[derive(clap::Args)]
pub(crate) struct Check {
    /// Run only these checks
    #[arg(value_name = "CHECK", value_parser = names())]
    checks: Vec<String>,

    /// Print every finding as `file:line: text`, and pass
    #[arg(long)]
    list: bool,

    /// Print findings in files below this path only; implies `--list`
    #[arg(long, value_name = "PATH")]
    under: Option<String>,

    /// Lower the figures in `xtask/baseline.toml` to the present ones
    #[arg(long)]
    lower: bool,
}

/// A check that reads the repository's files.
struct Inspection {
    name: &'static str,
    find: fn(&Context<'_>) -> Result<Vec<Finding>, Error>,
}

const INSPECTIONS: &[Inspection] = &[
    Inspection { name: "links", find: |context| Ok(links::find(context)) },
    Inspection { name: "messages", find: messages::find },
    Inspection { name: "first-words", find: first_words::find },
    Inspection { name: "widths", find: |context| Ok(widths::find(context)) },
    Inspection { name: "type-names", find: type_names::find },
    Inspection { name: "terms", find: |context| Ok(terms::find(context)) },
    Inspection { name: "lengths", find: lengths::find },
    Inspection { name: "circles", find: circles::find },
    Inspection { name: "dependencies", find: dependencies::find },
];

fn names() -> clap::builder::PossibleValuesParser {
    let inspections = INSPECTIONS.iter().map(|inspection| inspection.name);
    tools::NAMES.iter().copied().chain(inspections).collect::<Vec<_>>().into()
}

impl Check {
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        let context = Context::read(paths)?;
        if self.list || self.under.is_some() {
            return self.print(&context);
        }
        let mut failed = self.inspect(&context)?;
        // All of them, so that one run shows everything.
        for tool in tools::all(&context, &|name| self.wants(name))? {
            if !tool.passes() {
                failed.push(tool.title);
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(Error::Checks(failed)) }
    }

    fn wants(&self, name: &str) -> bool {
        self.checks.is_empty() || self.checks.iter().any(|check| check == name)
    }

    fn wanted(&self) -> impl Iterator<Item = &'static Inspection> {
        INSPECTIONS.iter().filter(|inspection| self.wants(inspection.name))
    }

    fn print(&self, context: &Context<'_>) -> Result<(), Error> {
        let under = self.under.as_deref().unwrap_or_default();
        for inspection in self.wanted() {
            let mut findings = (inspection.find)(context)?;
            findings.retain(|finding| finding.file.starts_with(under));
            for finding in &findings {
                anstream::println!("{finding}");
            }
            anstream::eprintln!("{}: {}", inspection.name, findings.len());
        }
        Ok(())
    }

    /// Runs the inspections, and returns the names of those that failed.
    fn inspect(&self, context: &Context<'_>) -> Result<Vec<String>, Error> {
        let mut baseline = Baseline::read(&context.paths.root)?;
        let mut failed = Vec::new();
        for inspection in self.wanted() {
            let findings = (inspection.find)(context)?;
            if self.lower {
                baseline.lower(inspection.name, findings.len());
            }
            if !report(inspection.name, &findings, baseline.allowed(inspection.name)) {
                failed.push(inspection.name.to_owned());
            }
        }
        if self.lower {
            baseline.write(&context.paths.root)?;
        }
        Ok(failed)
    }
}

/// Shows the outcome of an inspection, and returns whether it passed.
fn report(name: &str, findings: &[Finding], allowed: usize) -> bool {
    let count = findings.len();
    if count > allowed {
        anstream::eprintln!("{} {name:<20} {count} findings, {allowed} allowed", progress::paint(progress::BAD, "✗"));
        if allowed == 0 {
            for finding in findings {
                anstream::eprintln!("  {finding}");
            }
        } else {
            anstream::eprintln!("  `cargo xtask check --list {name}` prints them");
        }
        return false;
    }
    let remark = match (count, allowed) {
        (0, 0) => String::new(),
        _ if count < allowed => format!("{count} findings, {allowed} allowed: `cargo xtask check --lower {name}`"),
        _ => format!("{count} findings, as before"),
    };
    anstream::eprintln!("{} {name:<20} {remark}", progress::paint(progress::GOOD, "✓"));
    true
}
