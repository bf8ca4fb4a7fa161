//! The text form: a table of runs, and everything about one run.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::documents::{RedeliveredPlugin, WaitingMessages};
use crate::journal::{DatabaseRow, DeliveryRow, RunDetails, RunRow, StepRow, VerdictRow};
use crate::support::elapsed::elapsed;
use crate::support::heads::plain_heads;
use crate::support::plural::counted;
use crate::support::printable::{printable, printable_line, printable_lines};
use crate::ui::terminal::table::{PlainTable, TableCell};

/// The number of lines of Alembic's output that are shown. The JSON form has all of them.
const OUTPUT_LINES: usize = 30;

/// Returns the lines about messages that a plugin has not received.
pub(crate) fn waiting(messages: &WaitingMessages) -> Vec<String> {
    let WaitingMessages { plugin, listed, waiting, parked, error, .. } = messages;
    let cause = error.as_deref().map(|error| format!(" ({error})")).unwrap_or_default();
    if !listed {
        let count = self::messages(waiting + parked);
        return vec![format!(
            "{count} for `{plugin}`, which `lback.toml` no longer lists, will not be delivered, and will be deleted when old"
        )];
    }
    let mut lines = Vec::new();
    if *waiting > 0 {
        let count = self::messages(*waiting);
        lines.push(format!(
            "{count} for `{plugin}` not delivered yet{cause}: the next run or `lback log redeliver` tries again"
        ));
    }
    if *parked > 0 {
        let count = self::messages(*parked);
        lines.push(format!("{count} for `{plugin}` parked{cause}: `lback log redeliver --parked` tries again"));
    }
    lines
}

fn messages(count: i64) -> String {
    counted(usize::try_from(count).unwrap_or_default(), "message")
}

pub(crate) fn redelivered(plugins: &[RedeliveredPlugin]) -> String {
    let mut table = PlainTable::new();
    table.header(["PLUGIN", "DELIVERED", "STILL WAITING", "PARKED"]);
    for RedeliveredPlugin { plugin, heard, waiting, parked, .. } in plugins {
        table.row([plugin.into(), heard.into(), waiting.into(), parked.into()]);
    }
    table.drawn()
}

pub(crate) fn run(details: &RunDetails) -> String {
    let RunDetails { run, databases, steps, verdicts, overrides, events, stdout, stderr } = details;
    let mut text = format!("run {}\n\n{}\n", printable_line(&run.id), circumstances(run));
    section(&mut text, "databases", databases.iter().map(database));
    section(&mut text, "steps", steps.iter().map(|step| self::step(step, databases.len())));
    section(&mut text, "policies", verdicts.iter().map(verdict));
    let overridden = |one: &crate::journal::OverrideRow| [TableCell::from(&one.plugin), TableCell::text(&one.reason)];
    section(&mut text, "overridden policies", overrides.iter().map(overridden));
    let deliveries = events.iter().flat_map(|event| {
        let first = [precise(event.time), event.signal.clone()];
        let no_plugin = event.deliveries.is_empty().then(String::new);
        let rows = event.deliveries.iter().map(delivery).chain(no_plugin);
        rows.enumerate().map(move |(number, delivery)| {
            let [time, signal] = if number == 0 { first.clone() } else { Default::default() };
            [time.into(), signal.into(), TableCell::text(&delivery)]
        })
    });
    section(&mut text, "signals", deliveries);
    for (name, output) in [("stdout", stdout), ("stderr", stderr)] {
        let output = output.as_deref().unwrap_or_default().trim_end();
        if !output.is_empty() {
            let _ = write!(text, "\n{name} of Alembic\n{}\n", tail(output));
        }
    }
    text.trim_end().to_owned()
}

fn circumstances(run: &RunRow) -> String {
    let mut table = PlainTable::new();
    let on = |what: &Option<String>, more: &Option<String>, word: &str| {
        let more = more.as_deref().map(|more| format!(" {word} {more}")).unwrap_or_default();
        what.as_deref().map(|what| format!("{what}{more}"))
    };
    let versions = [
        ("lback", Some(&run.lback_version)),
        ("Alembic", run.alembic_version.as_ref()),
        ("SQLAlchemy", run.sqlalchemy_version.as_ref()),
        ("Python", run.python_version.as_ref()),
    ];
    let versions = versions.into_iter().filter_map(|(name, version)| Some(format!("{name} {}", version?)));
    for (key, value) in [
        ("outcome", Some(outcome(run))),
        ("error", run.error.clone()),
        ("command", Some(run.full_command.join(" "))),
        ("project", Some(format!("{}, in {}", run.project, run.root))),
        ("environment", run.environment.clone()),
        ("who", on(&run.actor, &run.host, "on").or_else(|| run.host.clone())),
        ("started", Some(local(run.started))),
        ("took", run.duration_ms.map(duration)),
        ("commit", on(&run.git_commit, &run.git_branch, "on")),
        ("job", run.ci_job_url.clone()),
        ("versions", Some(versions.collect::<Vec<_>>().join(", "))),
    ] {
        // Only an error has several lines.
        let cell = |value: String| if key == "error" { TableCell::text(&value) } else { value.into() };
        if let Some(value) = value {
            table.row([key.into(), cell(value)]);
        }
    }
    table.drawn()
}

/// Appends rows under a heading; appends nothing if there are no rows.
fn section<const N: usize>(text: &mut String, heading: &str, rows: impl Iterator<Item = [TableCell; N]>) {
    let mut table = PlainTable::new();
    rows.for_each(|row| table.row(row));
    if !table.is_empty() {
        let rows = table.drawn();
        let indented: Vec<_> = rows.lines().map(|line| format!("  {line}")).collect();
        let _ = write!(text, "\n{heading}\n{}\n", indented.join("\n"));
    }
}

fn database(database: &DatabaseRow) -> [TableCell; 3] {
    let DatabaseRow { name, dialect, driver, server_version, heads_before, heads_after, outcome, .. } = database;
    let with = [driver, server_version].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
    let with = if with.is_empty() { with } else { format!(" ({with})") };
    let heads = |heads: &Option<Vec<String>>| match heads {
        None => "?".to_owned(),
        Some(heads) => plain_heads(heads),
    };
    [
        format!("{}{with}", name.as_ref().or(dialect.as_ref()).map_or("?", String::as_str)).into(),
        format!("{} → {}", heads(heads_before), heads(heads_after)).into(),
        outcome.as_deref().unwrap_or_default().into(),
    ]
}

fn step(step: &StepRow, databases: usize) -> [TableCell; 4] {
    let StepRow { database, number, revision, down_revisions, direction, doc, duration_ms } = step;
    let number = if databases > 1 { format!("{database}.{number}") } else { number.to_string() };
    let down = plain_heads(down_revisions);
    let way = match direction.as_str() {
        "downgrade" => format!("{revision} → {down}"),
        "upgrade" => format!("{down} → {revision}"),
        other => format!("{other} {revision}"),
    };
    let took = duration_ms.map_or_else(|| "did not end".to_owned(), duration);
    [number.into(), way.into(), TableCell::text(doc), took.into()]
}

fn verdict(verdict: &VerdictRow) -> [TableCell; 3] {
    let VerdictRow { signal, plugin, decision, blocked, denials, warnings, accepted, failure } = verdict;
    let said = match (decision.as_str(), blocked) {
        ("deny", true) => "denied",
        ("deny", false) => "would have denied",
        ("failed", true) => "failed, which stopped the run",
        ("failed", false) => "failed",
        _ => "allowed",
    };
    let denials = denials
        .iter()
        .map(|denial| format!("{} ({})", printable_lines(&denial.message, "  "), printable_line(&denial.code)));
    let others =
        failure.clone().into_iter().chain(warnings.iter().map(|warning| format!("warning: {}", warning.message)));
    let others = others.chain(accepted.iter().map(super::super::accepted));
    let more = denials.chain(others.map(|text| printable_lines(&text, "  ")));
    let lines: Vec<_> = std::iter::once(said.to_owned()).chain(more).collect();
    let lines = TableCell::lines(lines.iter().flat_map(|text| text.lines()));
    [plugin.into(), signal.as_deref().unwrap_or("when loaded").into(), lines]
}

fn delivery(delivery: &DeliveryRow) -> String {
    let DeliveryRow { plugin, state, attempts, error, .. } = delivery;
    let attempts = match attempts {
        0 => "not tried".to_owned(),
        1 => "tried once".to_owned(),
        many => format!("tried {many} times"),
    };
    let error = error.as_deref().map(|error| format!(": {error}")).unwrap_or_default();
    match state.as_str() {
        "done" => format!("{plugin}: delivered"),
        "parked" => format!("{plugin}: parked, {attempts}{error}"),
        _ => format!("{plugin}: not delivered yet, {attempts}{error}"),
    }
}

pub(super) fn outcome(run: &RunRow) -> String {
    match run.exit_code {
        Some(code @ 1..) => format!("{} ({code})", run.outcome),
        _ => run.outcome.clone(),
    }
}

fn tail(output: &str) -> String {
    let lines: Vec<_> = output.lines().collect();
    let left_out = lines.len().saturating_sub(OUTPUT_LINES);
    let mark = (left_out > 0).then(|| format!("  […] {left_out} lines before; `--json` has all"));
    let shown = lines[left_out..].iter().map(|line| format!("  {}", printable(line)).trim_end().to_owned());
    mark.into_iter().chain(shown).collect::<Vec<_>>().join("\n")
}

pub(super) fn local(time: Timestamp) -> String {
    time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn precise(time: Timestamp) -> String {
    time.to_zoned(TimeZone::system()).strftime("%H:%M:%S%.3f").to_string()
}

pub(super) fn duration(milliseconds: i64) -> String {
    match u64::try_from(milliseconds) {
        Ok(milliseconds) => elapsed(Duration::from_millis(milliseconds)),
        Err(_) => "unknown: the clock was set back".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_output_the_end_is_shown() {
        let output: Vec<_> = (1..=OUTPUT_LINES + 2).map(|line| line.to_string()).collect();
        let shown = tail(&output.join("\n"));
        assert!(shown.starts_with("  […] 2 lines before; `--json` has all\n  3\n"), "{shown}");
        assert!(shown.ends_with("\n  32"), "{shown}");
    }
}
