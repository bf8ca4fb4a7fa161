//! The two tables of results, as plain text.

use super::proven::Proven;
use serde_json::Value;

/// Renders the comparison of plans with databases.
pub(super) fn comparisons(proven: &[Proven]) -> String {
    let header = [
        "scripts against a database",
        "scripts",
        "steps",
        "complete",
        "precision",
        "recall",
        "missed silently",
        "failing downgrades",
        "of them marked",
        "marked, but work",
        "tables refused",
        "seconds",
    ];
    let compared = proven.iter().flat_map(|each| {
        let with_rows = each.with_rows().map(|found| (format!("{}, with rows", each.name), Some(found)));
        std::iter::once((each.name.clone(), each.compared.as_ref())).chain(with_rows)
    });
    let rows = compared.map(|(name, found)| match found {
        None => unfinished(&name, header.len()),
        Some(found) => vec![
            name,
            number(found, "scripts").to_string(),
            number(found, "compared").to_string(),
            share(number(found, "complete"), number(found, "directions")),
            share(number(found, "right"), number(found, "right") + number(found, "named_in_vain")),
            share(number(found, "right"), number(found, "right") + number(found, "missed")),
            number(found, "silent").to_string(),
            number(found, "failing_downgrades").to_string(),
            number(found, "marked_downgrades").to_string(),
            number(found, "marked_that_work").to_string(),
            share(number(found, "refused_by_a_doubt"), number(found, "tables_at_the_head")),
            format!("{:.1}", found["seconds"].as_f64().unwrap_or_default()),
        ],
    });
    render(&header, rows.collect())
}

/// Renders the results of the rollbacks.
pub(super) fn rollbacks(proven: &[Proven]) -> String {
    let header = [
        "rollbacks of tables",
        "revisions",
        "tables",
        "all as before",
        "table as before",
        "inexact downgrade",
        "failing downgrade",
        "refused",
        "held back first",
        "wrong",
    ];
    let names = ["revisions", "tables", "equal", "table_equal", "inexact", "fails", "refused", "held", "wrong"];
    let rows = proven.iter().map(|each| match &each.rolled_back {
        None => unfinished(&each.name, header.len()),
        Some(found) => {
            std::iter::once(each.name.clone()).chain(names.iter().map(|name| number(found, name).to_string())).collect()
        }
    });
    let mut text = render(&header, rows.collect());
    for each in proven {
        let why = each.rolled_back.as_ref().and_then(|found| found["why"].as_object());
        let parts: Vec<String> = why.into_iter().flatten().map(|(kind, count)| format!("{count} {kind}")).collect();
        if !parts.is_empty() {
            text.extend([&each.name, ": ", &parts.join(", "), "\n"]);
        }
    }
    text
}

/// Renders the shares of scripts that lint flags.
pub(super) fn lint(judged: &[(String, Option<Value>)]) -> String {
    let header = ["lint, sizes unknown", "scripts", "statements", "denied", "flagged", "in doubt", "crashes"];
    let found = |names: [&str; 6]| {
        names.map(|name| {
            judged.iter().filter_map(|(_, found)| found.as_ref()).map(|found| number(found, name)).sum::<u64>()
        })
    };
    let row = |name: String, [scripts, statements, denied, flagged, doubtful, crashes]: [u64; 6]| {
        let shares = [denied, flagged, doubtful].map(|part| share(part, scripts));
        let [denied, flagged, doubtful] = shares;
        vec![name, scripts.to_string(), statements.to_string(), denied, flagged, doubtful, crashes.to_string()]
    };
    let names = ["scripts", "statements", "denied", "flagged", "doubtful", "crashes"];
    let rows = judged.iter().map(|(name, found)| match found {
        None => unfinished(name, header.len()),
        Some(found) => row(name.clone(), names.map(|key| number(found, key))),
    });
    let rows = rows.chain(std::iter::once(row("all".into(), found(names)))).collect();
    render(&header, rows)
}

/// Renders the comparison of locks with a server.
pub(super) fn locks(proven: &[(String, Option<Value>)]) -> String {
    let header = [
        "strong locks and rewrites",
        "steps",
        "statements",
        "locks: recall",
        "precision",
        "unknown",
        "missed silently",
        "rewrites: recall",
        "precision",
        "unknown",
        "missed silently",
    ];
    let rows = proven.iter().map(|(name, found)| match found {
        None => unfinished(name, header.len()),
        Some(found) => {
            let mut cells = vec![name.clone()];
            cells.extend(["steps", "statements"].map(|each| number(found, each).to_string()));
            cells.extend(["locks", "rewrites"].iter().flat_map(|kind| facts(&found[*kind])));
            cells
        }
    });
    render(&header, rows.collect())
}

/// Returns the cells of one kind of facts.
fn facts(found: &Value) -> [String; 4] {
    let right = number(found, "right");
    [
        share(right, right + number(found, "missed") + number(found, "unknown")),
        share(right, right + number(found, "extra")),
        number(found, "unknown").to_string(),
        number(found, "silent").to_string(),
    ]
}

fn unfinished(name: &str, columns: usize) -> Vec<String> {
    let mut cells = vec!["–".to_owned(); columns];
    name.clone_into(&mut cells[0]);
    cells
}

fn number(found: &Value, name: &str) -> u64 {
    found[name].as_u64().unwrap_or_default()
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    // A share below 100 % is never rounded up to it.
    let tenths = part * 1000 / whole;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Renders columns: the first is aligned at its start, numbers at their end.
fn render(header: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut lines = vec![header.iter().map(ToString::to_string).collect::<Vec<_>>()];
    lines.extend(rows);
    let widths: Vec<usize> = (0..header.len())
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_all_is_not_shown_as_all() {
        assert_eq!([share(9999, 10000), share(1, 1), share(0, 0)], ["99.9 %", "100.0 %", "–"]);
    }

    #[test]
    fn columns_line_up() {
        let rows = vec![vec!["a".to_owned(), "10".to_owned()]];
        assert_eq!(render(&["what", "n"], rows), "what   n\na     10\n");
    }
}
