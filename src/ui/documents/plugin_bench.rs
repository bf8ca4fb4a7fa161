//! The output of `lback plugin bench`. The JSON Schema in `schemas/` is generated from these types.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Serialize;

use super::json::print_json;
use crate::plugin::{Plugin, Role};
use crate::support::printable::printable_lines;
use crate::ui::documents::plugin_test::milliseconds;
use crate::ui::terminal::screen::print;
use crate::ui::terminal::table::{PlainTable, TableCell};

const FORMAT: u32 = 1;

/// The times and the memory of a plugin on this machine.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plugin bench --json")]
pub(crate) struct BenchReport {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
    /// The plugin's own name.
    name: String,
    /// The version, as in `1.2.3`.
    version: String,
    /// The digest of the file: `sha256:` and 64 hexadecimal digits.
    digest: String,
    /// The size of the file, in bytes.
    bytes: u64,
    /// The first load, which compiles the plugin, reads its description and stores both. Needed
    /// once for each build of the plugin.
    compile: MeasuredTimes,
    /// A load from the cache, as in each run.
    load: MeasuredTimes,
    /// The calls, by role.
    calls: Vec<MeasuredCalls>,
}

/// The calls in one role.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MeasuredCalls {
    /// `policy` or `handler`.
    role: &'static str,
    /// The sample that the plugin was called with.
    event: String,
    /// The reason why the first call failed; the times are then those of failed calls. Null if the
    /// call succeeded.
    error: Option<String>,
    /// The first call after the load.
    first: MeasuredTimes,
    /// The calls after the first one.
    warm: MeasuredTimes,
    /// The most linear memory of a call, in bytes.
    memory_bytes: u64,
}

/// Times in milliseconds.
#[derive(Debug, Serialize, JsonSchema)]
struct MeasuredTimes {
    count: usize,
    median: f64,
    /// A quarter of the times is shorter.
    lower_quartile: f64,
    /// A quarter of the times is longer.
    upper_quartile: f64,
}

impl MeasuredTimes {
    /// Summarizes one or more times.
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        // The nearest rank is always a measured time.
        let at = |quarter: usize| {
            times.get((times.len() * quarter).div_ceil(4).saturating_sub(1)).copied().unwrap_or_default()
        };
        Self {
            count: times.len(),
            median: milliseconds(at(2)),
            lower_quartile: milliseconds(at(1)),
            upper_quartile: milliseconds(at(3)),
        }
    }

    fn row(&self, what: &str) -> [TableCell; 4] {
        let spread = if self.count > 1 {
            format!("{:.3} to {:.3}", self.lower_quartile, self.upper_quartile)
        } else {
            String::new()
        };
        [what.into(), format!("{:.3}", self.median).into(), spread.into(), self.count.into()]
    }
}

impl MeasuredCalls {
    pub(crate) fn new(
        role: Role,
        event: &str,
        first: Duration,
        warm: Vec<Duration>,
        memory: usize,
        error: Option<String>,
    ) -> Self {
        let role = match role {
            Role::Policy => "policy",
            Role::Handler => "handler",
        };
        let (first, warm) = (MeasuredTimes::of(vec![first]), MeasuredTimes::of(warm));
        Self { role, event: event.to_owned(), error, first, warm, memory_bytes: memory as u64 }
    }
}

impl BenchReport {
    pub(crate) fn new(plugin: &Plugin, compile: Duration, load: Vec<Duration>, calls: Vec<MeasuredCalls>) -> Self {
        let inspected = plugin.inspected();
        Self {
            format: FORMAT,
            name: inspected.description.name.clone(),
            version: inspected.description.version.to_string(),
            digest: inspected.digest.to_string(),
            bytes: inspected.bytes,
            compile: MeasuredTimes::of(vec![compile]),
            load: MeasuredTimes::of(load),
            calls,
        }
    }
}

pub(crate) fn show_bench(report: &BenchReport, json: bool) -> io::Result<()> {
    if json {
        return print_json(report);
    }
    print(&text(report))
}

fn text(report: &BenchReport) -> String {
    let mut table = PlainTable::new();
    table.header(["", "MEDIAN, MS", "QUARTILES", "COUNT"]);
    table.row(report.compile.row("first load (compiles)"));
    table.row(report.load.row("load from the cache"));
    let mut below = String::new();
    for calls in &report.calls {
        let MeasuredCalls { role, event, first, warm, memory_bytes, error } = calls;
        table.row(first.row(&format!("{role}, first call")));
        table.row(warm.row(&format!("{role}, warm call")));
        let memory = ByteSize(*memory_bytes);
        write!(below, "\n{role}: called with `{event}`, memory of a call {memory}").expect("a string takes any text");
        if let Some(error) = error {
            write!(below, "; it failed: {}", printable_lines(error, "  ")).expect("a string takes any text");
        }
    }
    let BenchReport { name, version, bytes, .. } = report;
    format!("{name} {version}, {}\n\n{}\n{below}", ByteSize(*bytes), table.drawn())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::documents::schema::{assert_committed, schema};

    #[test]
    fn quartiles_are_times_that_were_measured() {
        let times = MeasuredTimes::of([5, 1, 4, 2, 3].map(Duration::from_millis).to_vec());
        assert_eq!(times.count, 5);
        assert_eq!(
            [times.lower_quartile, times.median, times.upper_quartile].map(|time| time.to_string()),
            ["2", "3", "4"]
        );
        let one = MeasuredTimes::of(vec![Duration::from_micros(1234)]);
        assert_eq!([one.lower_quartile, one.median, one.upper_quartile].map(|time| time.to_string()), ["1.234"; 3]);
    }

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        assert_committed("plugin-bench.schema.json", &schema::<BenchReport>());
    }
}
