//! The kinds of operations: Python's table of them is the one list, and `docs/reference/operation-kinds.md` has it for people. To bring the page up to date:
//! `LBACK_UPDATE=1 cargo test kinds`.

use std::path::Path;
use std::{env, fs};

const KINDS: &str = include_str!("../../../python/lback_planner/operation_kinds.py");
const BEGIN: &str = "<!-- kinds: generated from the analysis, compared by a test -->\n";
const END: &str = "<!-- /kinds -->\n";

/// A line of the table: `"name": ("what it does", changes, rows, loses)`.
fn row(line: &str) -> Option<String> {
    let (name, rest) = line.trim().strip_prefix('"')?.split_once("\": (\"")?;
    let (does, flags) = rest.split_once("\", ")?;
    let flags: Vec<_> = flags.trim_end_matches("),").split(", ").map(|flag| flag == "True").collect();
    let [changes, rows, loses] = flags[..] else { return None };
    let mark = |is: bool| if is { "yes" } else { "" };
    Some(format!("| `{name}` | {does} | {} | {} | {} |\n", mark(changes), mark(rows), mark(loses)))
}

#[test]
fn the_page_lists_the_kinds() {
    let rows: Vec<_> = KINDS.lines().filter_map(row).collect();
    assert!(rows.len() > 30, "the table in `operation_kinds.py` is not read: {rows:?}");
    let head = "| kind | what it does | writes its table | rows | loses data |\n|---|---|---|---|---|\n";
    let table = format!("{head}{}", rows.concat());

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/operation-kinds.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("a place for the kinds");
    let (found, after) = rest.split_once(END).expect("an end of the place");
    if env::var_os("LBACK_UPDATE").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    } else {
        assert_eq!(
            found, table,
            "`docs/reference/operation-kinds.md` is out of date: set LBACK_UPDATE=1 and run this test again"
        );
    }
}
