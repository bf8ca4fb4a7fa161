//! The lines that the recorder and the hostile components write to lback's log.

use serde_json::Value;

/// A call of the recorder: the role, the signal, and every argument under its documented name.
pub(crate) type Record = Value;

/// Returns the records in order. lback must run with `--log plugin=info`.
pub(crate) fn records(stderr: &str) -> Vec<Record> {
    after(stderr, "record: ")
}

/// Returns the reports of the hostile components' attacks.
pub(crate) fn reports(stderr: &str) -> Vec<Value> {
    after(stderr, "report: ")
}

fn after(stderr: &str, mark: &str) -> Vec<Value> {
    let json = |line: &str| Some(line.split_once(mark)?.1.to_owned());
    let parse = |text: String| serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
    stderr.lines().filter_map(json).map(parse).collect()
}
