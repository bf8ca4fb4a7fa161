//! The table: plain text in columns, as wide as its content, on a terminal and in a pipe.

use super::{pair::Comparison, statistics::Summary, subject::Quantity};

pub(super) struct Row<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) summary: Summary,
}

const COLUMNS: usize = 9;
/// The first column of numbers; numbers are aligned at their end.
const NUMBERS: usize = 2;
const HEADER: [&str; COLUMNS] =
    ["A", "against B", "median A", "median B", "A − B", "A / B", "quartiles of A / B", "rounds", "goal"];

/// Renders the rows; those of a group are neighbours already.
pub(super) fn render(rows: &[Row<'_>]) -> String {
    let header = HEADER.map(str::to_owned);
    let lines: Vec<_> = rows.iter().map(|row| (row.comparison.group, cells(row))).collect();
    let all = || std::iter::once(&header).chain(lines.iter().map(|(_, cells)| cells));
    let widths: [usize; COLUMNS] =
        std::array::from_fn(|column| all().map(|cells| cells[column].chars().count()).max().unwrap_or(0));

    let mut text = line(&header, &widths);
    let mut current = "";
    for (group, cells) in &lines {
        if *group != current {
            text.extend(["\n", *group, "\n"]);
            current = group;
        }
        text.push_str(&line(cells, &widths));
    }
    text
}

fn line(cells: &[String; COLUMNS], widths: &[usize; COLUMNS]) -> String {
    let padded = cells.iter().zip(widths).enumerate().map(|(column, (cell, &width))| {
        if column < NUMBERS { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
    });
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
}

fn cells(row: &Row<'_>) -> [String; COLUMNS] {
    let Row { comparison, summary } = row;
    let value = match comparison.quantity {
        Quantity::WallTime => |seconds: f64| format!("{} ms", three_digits(seconds * 1000.0)),
        Quantity::PeakMemory(_) => |mebibytes: f64| format!("{} MiB", three_digits(mebibytes)),
    };
    let sign = if summary.difference < 0.0 { "−" } else { "+" };
    let (first, third) = summary.quartiles;
    [
        comparison.what.clone(),
        comparison.against.clone(),
        value(summary.a),
        value(summary.b),
        format!("{sign}{}", value(summary.difference.abs())),
        ratio(summary.ratio),
        format!("{} to {}", ratio(first), ratio(third)),
        summary.rounds.to_string(),
        comparison
            .goal
            .map(|goal| format!("{goal} {}", if goal.is_met(summary) { "met" } else { "missed" }))
            .unwrap_or_default(),
    ]
}

/// Returns a ratio with a third decimal where it is near 1.
fn ratio(value: f64) -> String {
    if value < 2.0 { format!("{value:.3}") } else { three_digits(value) }
}

/// Returns a number with three significant digits.
fn three_digits(value: f64) -> String {
    match value {
        value if value < 10.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!(
            [0.05, 9.0, 12.34, 99.9, 123.4, 1234.5].map(three_digits),
            ["0.05", "9.00", "12.3", "99.9", "123", "1234"]
        );
        assert_eq!([0.98765, 1.0049, 2.0, 31.25].map(ratio), ["0.988", "1.005", "2.00", "31.2"]);
    }

    #[test]
    fn columns_line_up() {
        let cells = |first: &str, number: &str| {
            std::array::from_fn(|column| if column < NUMBERS { first } else { number }.to_owned())
        };
        let widths = [4; COLUMNS];
        assert_eq!(line(&cells("ab", "1 ×"), &widths), "ab    ab     1 ×   1 ×   1 ×   1 ×   1 ×   1 ×   1 ×\n");
    }
}
