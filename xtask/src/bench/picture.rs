//! The picture: two bars for each comparison of whole runs, as SVG, drawn from the numbers of the
//! table.

use super::{subject::Quantity, table::Row};
use std::fmt::Write as _;

/// The widths of the longest bar, of the numbers behind it, and of a letter of a label.
const BARS: f64 = 380.0;
const NUMBERS: f64 = 120.0;
const LETTER: f64 = 6.4;
const BAR: f64 = 14.0;
const ROW: f64 = 46.0;
const TOP: f64 = 34.0;

/// Returns whether a comparison is drawn: only those with Alembic itself; the others are too short
/// to be visible beside them.
pub(super) fn draw(rows: &[Row<'_>]) -> String {
    let rows: Vec<_> = rows
        .iter()
        .filter(|row| row.comparison.against.starts_with("alembic ") && row.comparison.what.starts_with("lback "))
        .filter(|row| matches!(row.comparison.quantity, Quantity::WallTime))
        .collect();
    let longest = rows.iter().map(|row| row.summary.a.max(row.summary.b)).fold(f64::MIN_POSITIVE, f64::max);
    let labels = 16.0 + LETTER * rows.iter().map(|row| letters(&row.comparison.what)).fold(40.0, f64::max);
    let (scale, all) = (BARS / longest, labels + BARS + NUMBERS);
    let height = TOP + ROW * f64::from(u32::try_from(rows.len()).unwrap_or(u32::MAX));

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {all} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"8\" y=\"20\" font-weight=\"bold\">Wall time of a whole run, medians</text>\n\
         <rect x=\"{labels}\" y=\"10\" width=\"12\" height=\"12\" fill=\"#2a78b8\"/><text x=\"{}\" y=\"20\">lback</text>\n\
         <rect x=\"{}\" y=\"10\" width=\"12\" height=\"12\" fill=\"#b8b8b8\"/><text x=\"{}\" y=\"20\">Alembic alone</text>\n",
        labels + 18.0,
        labels + 70.0,
        labels + 88.0,
    );
    let mut top = TOP;
    for Row { comparison, summary } in rows {
        let label = escaped(&comparison.what);
        writeln!(svg, "<text x=\"8\" y=\"{}\">{label}</text>", top + BAR + 5.0).expect(ANY_TEXT);
        for (seconds, colour, line) in [(summary.a, "#2a78b8", 0.0), (summary.b, "#b8b8b8", 1.0)] {
            let (y, width) = (top + line * (BAR + 2.0), seconds * scale);
            let note = if line == 0.0 { format!(" · {:.2}", summary.ratio) } else { String::new() };
            writeln!(
                svg,
                "<rect x=\"{labels}\" y=\"{y}\" width=\"{width:.1}\" height=\"{BAR}\" fill=\"{colour}\"/>\
                 <text x=\"{:.1}\" y=\"{}\">{:.0} ms{note}</text>",
                labels + width + 6.0,
                y + 11.0,
                seconds * 1000.0,
            )
            .expect(ANY_TEXT);
        }
        top += ROW;
    }
    svg + "</svg>\n"
}

fn letters(text: &str) -> f64 {
    f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX))
}

const ANY_TEXT: &str = "a string takes any text";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
