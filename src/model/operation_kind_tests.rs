//! Generates every list of operation kinds from the table, and compares it with the committed one.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use generated_files::{assert_current, assert_section_current};

use super::operation_kind::{OperationKind, TABLE, description};

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn every_kind_is_read_as_it_is_written() {
    for row in TABLE {
        let kind = OperationKind::from(row.name.to_owned());
        assert!(!matches!(kind, OperationKind::Unknown(_)), "{}", row.name);
        assert_eq!(String::from(kind), row.name);
    }
    let later = serde_json::from_str::<OperationKind>("\"later\"").unwrap();
    assert_eq!(later, OperationKind::Unknown("later".to_owned()));
    assert_eq!(serde_json::to_string(&later).unwrap(), "\"later\"");
}

#[test]
fn the_operation_kinds_of_the_planner_are_generated() {
    let mut text = String::from(PLANNER_HEAD);
    for row in TABLE {
        let flags = [("writes", row.writes), ("rows", row.rows), ("loses_data", row.loses_data)];
        let flags = flags.iter().filter(|(_, is)| *is).map(|(flag, _)| format!("{flag}=True"));
        let flags = flags.collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "    # {}\n    \"{}\": OperationKind({flags}),", row.meaning, row.name);
    }
    text.push_str(PLANNER_FOOT);
    assert_current(&file("python/lback_planner/operation_kinds.py"), &text);
}

const PLANNER_HEAD: &str = r#""""The kinds of operations, generated from the table in `src/model/operation_kind.rs`."""

from dataclasses import dataclass
from typing import Dict


@dataclass(frozen=True)
class OperationKind:
    """The consequences of the kind of an operation.

    `writes`: the operation changes the schema or the rows of the table that it names.
    `rows`: the operation reads or writes rows.
    `loses_data`: the operation always loses data.
    """

    writes: bool = False
    rows: bool = False
    loses_data: bool = False


KINDS: Dict[str, OperationKind] = {
"#;

const PLANNER_FOOT: &str = r"}


def writes(kind: str) -> bool:
    return KINDS[kind].writes


def reads_or_writes_rows(kind: str) -> bool:
    return KINDS[kind].rows


def destroys(kind: str) -> bool:
    return KINDS[kind].loses_data
";

#[test]
fn the_page_of_operation_kinds_is_generated() {
    let mark = |is: bool| if is { "yes" } else { "" };
    let mut table =
        String::from("| kind | what it does | writes its table | rows | loses data |\n|---|---|---|---|---|\n");
    for row in TABLE {
        let flags = [row.writes, row.rows, row.loses_data].map(mark).join(" | ");
        let _ = writeln!(table, "| `{}` | {} | {flags} |", row.name, row.meaning);
    }
    let markers =
        ("<!-- kinds: generated from src/model/operation_kind.rs, compared by a test -->\n", "<!-- /kinds -->\n");
    assert_section_current(&file("docs/reference/operation-kinds.md"), markers, &table);
}

/// The contract, and the comments that generators of bindings copy from it.
#[test]
fn the_operation_kinds_of_the_contract_are_generated() {
    for (path, first, prefix, before, after) in [
        ("wit/plan.wit", "        /// ", "        /// ", "    record operation {\n", "        kind: string,\n"),
        (
            "templates/c/policy/bindings/policy_plugin.h",
            "  // ",
            "  // ",
            "typedef struct lback_plugin_plan_operation_t {\n",
            "  policy_plugin_string_t   kind;\n",
        ),
        (
            "templates/go/policy/bindings/lback_plugin_plan/wit_bindings.go",
            "        // ",
            "// ",
            "type Operation struct {\n",
            "Kind string\n",
        ),
        (
            "templates/javascript/policy/types/interfaces/lback-plugin-plan.d.ts",
            "     * ",
            "     * ",
            "  export interface Operation {\n    /**\n",
            "     */\n    kind: string,\n",
        ),
    ] {
        let lines = wrapped(&description(), 100 - "        /// ".len());
        let comment = format!("{first}{}\n", lines.join(&format!("\n{prefix}")));
        assert_section_current(&file(path), (before, after), &comment);
    }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.len() + 1 + word.len() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
