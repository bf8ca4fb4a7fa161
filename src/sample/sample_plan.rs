//! Sample plans, for policies that ask for the plan of a sample. Their form is that of `plan` in
//! `lback plan --json`.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::sample_error::SampleError;
use crate::model::database::Direction;
use crate::model::event::Event;
use crate::model::plan::Plan;
use crate::model::signal::Signal;
use crate::support::read_file;

/// The limit of a plan's file. A plan that is too large for a policy can be tried, too.
const LARGEST: u64 = 16 * read_file::WRITTEN_BY_PROGRAMS;
const UPGRADE: &str = include_str!("plans/upgrade.json");
const DOWNGRADE: &str = include_str!("plans/downgrade.json");

/// Returns the direction of the migrations that an event is about; none if none run, or if they are
/// only printed.
pub(super) fn direction(event: &Event) -> Option<Direction> {
    match &event.signal {
        Signal::Migrate { .. } => Some(Direction::Upgrade),
        Signal::Rollback { .. } => Some(Direction::Downgrade),
        Signal::Started { command, .. } if !command.args.iter().any(|arg| arg == "--sql") => {
            match command.command.as_str() {
                "upgrade" => Some(Direction::Upgrade),
                "downgrade" => Some(Direction::Downgrade),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Returns the shipped plan for an event.
pub(super) fn shipped(event: &Event) -> Option<Arc<Plan>> {
    let text = match direction(event)? {
        Direction::Upgrade => UPGRADE,
        Direction::Downgrade => DOWNGRADE,
        Direction::Stamp | Direction::Unknown => return None,
    };
    Some(Arc::new(parse(text).unwrap_or_else(|why| panic!("a sample plan: {why}"))))
}

/// Reads the plan of a file: a plan alone, or a document of `lback plan --json`.
pub(crate) fn read_plan(path: &Path) -> Result<Plan, SampleError> {
    let text = read_file::read_named_text(path, LARGEST)
        .map_err(|cause| SampleError::Unreadable { path: path.to_owned(), cause })?;
    parse(&text).map_err(|why| SampleError::Plan { path: path.to_owned(), why })
}

fn parse(text: &str) -> Result<Plan, String> {
    let mut document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let plan = document.get_mut("plan").map(Value::take).unwrap_or(document);
    // For a document without a plan, serde would only name the first missing field.
    if plan.is_null() {
        return Err("it has no plan".into());
    }
    serde_json::from_value(plan).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_stands_alone_or_in_the_document_of_lback_plan() {
        let plan = parse(UPGRADE).unwrap();
        assert_eq!(parse(&format!("{{\"version\": 1, \"plan\": {UPGRADE}}}")).unwrap(), plan);
        for (text, said) in [("{", "EOF"), ("{}", "missing field"), ("{\"plan\": null}", "it has no plan")] {
            let why = parse(text).unwrap_err();
            assert!(why.contains(said), "{text}: {why}");
        }
    }
}
