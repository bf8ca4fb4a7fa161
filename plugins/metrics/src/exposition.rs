//! The text form of the counters: Prometheus's exposition format, version 0.0.4.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::state::{Labels, State};

/// The content type of the text.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The whole body of a push.
pub(crate) fn render(state: &State, lback_version: &str) -> String {
    let mut text = Text::default();
    text.family("lback_commands_total", "counter", "Alembic commands that lback was asked for.");
    for commands in &state.commands {
        text.sample("lback_commands_total", &commands.labels, &[], &commands.total.to_string());
    }
    if state.commands.iter().any(|commands| commands.durations.is_some()) {
        durations(&mut text, state);
    }
    text.family(
        "lback_last_run_timestamp_seconds",
        "gauge",
        "When a command last ended, whatever its outcome: seconds since 1970.",
    );
    for (labels, last_ms) in last(state, |_| true) {
        text.sample("lback_last_run_timestamp_seconds", &labels, &[], &seconds(last_ms));
    }
    let successes = last(state, |outcome| outcome == "completed");
    if !successes.is_empty() {
        text.family(
            "lback_last_success_timestamp_seconds",
            "gauge",
            "When a command last completed: seconds since 1970.",
        );
        for (labels, last_ms) in successes {
            text.sample("lback_last_success_timestamp_seconds", &labels, &[], &seconds(last_ms));
        }
    }
    if !state.denials.is_empty() {
        text.family("lback_denials_total", "counter", "Reasons for which policies denied a run.");
        for denials in &state.denials {
            text.sample("lback_denials_total", &denials.labels, &[], &denials.total.to_string());
        }
    }
    text.family("lback_info", "gauge", "The version of lback that pushed last.");
    text.sample("lback_info", &Labels::new(), &[("version", lback_version)], "1");
    text.0
}

fn durations(text: &mut Text, state: &State) {
    text.family("lback_command_duration_seconds", "histogram", "How long Alembic's process ran.");
    for commands in &state.commands {
        let Some(histogram) = &commands.durations else { continue };
        let mut cumulated: u64 = 0;
        let bounds = histogram.bounds_ms.iter().map(|bound| seconds(*bound)).chain(["+Inf".to_owned()]);
        for (bound, count) in bounds.zip(&histogram.counts) {
            cumulated = cumulated.saturating_add(*count);
            text.sample(
                "lback_command_duration_seconds_bucket",
                &commands.labels,
                &[("le", &bound)],
                &cumulated.to_string(),
            );
        }
        text.sample("lback_command_duration_seconds_sum", &commands.labels, &[], &seconds(histogram.sum_ms));
        text.sample("lback_command_duration_seconds_count", &commands.labels, &[], &cumulated.to_string());
    }
}

/// Returns, for each command, the latest end of the runs with a wanted outcome.
fn last(state: &State, wanted: impl Fn(&str) -> bool) -> BTreeMap<Labels, u64> {
    let mut latest = BTreeMap::new();
    for commands in &state.commands {
        let mut labels = commands.labels.clone();
        if labels.remove("outcome").is_some_and(|outcome| wanted(&outcome)) {
            let last_ms = latest.entry(labels).or_default();
            *last_ms = commands.last_ms.max(*last_ms);
        }
    }
    latest
}

/// Formats milliseconds as exact seconds: `1.5`, `30`.
fn seconds(ms: u64) -> String {
    let text = format!("{}.{:03}", ms / 1_000, ms % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.write(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    fn sample(&mut self, name: &str, labels: &Labels, more: &[(&str, &str)], value: &str) {
        let labels = labels.iter().map(|(label, value)| (label.as_str(), value.as_str())).chain(more.iter().copied());
        // To Prometheus, an empty label is the same as a missing one.
        let labels = labels.filter(|(_, value)| !value.is_empty());
        let labels =
            labels.map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect::<Vec<_>>().join(",");
        let labels = if labels.is_empty() { labels } else { format!("{{{labels}}}") };
        self.write(format_args!("{name}{labels} {value}\n"));
    }

    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        self.0.write_fmt(text).expect("a string takes everything");
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use plugin_kit::outcome::Outcome;

    use super::*;
    use crate::run::Run;
    use crate::run::tests::{denial, run};

    #[test]
    fn the_text() {
        let mut state = State::new("/g");
        let none = Labels::new();
        let bounds = [500, 2_500, 10_000];
        let denials = [denial("guard", "downgrade-in-protected-environment")];
        let denied = Run { outcome: Outcome::Denied, duration_ms: None, denials: &denials, ..run("downgrade") };
        for run in [
            run("upgrade"),
            Run { duration_ms: Some(250), ended_ms: 1_795_370_460_000, ..run("upgrade") },
            Run { outcome: Outcome::Failed, duration_ms: Some(60_000), ended_ms: 1_795_370_520_001, ..run("upgrade") },
            denied,
        ] {
            assert!(state.count(&run, &none, &bounds));
        }
        assert_eq!(
            render(&state, "0.1.0"),
            r#"# HELP lback_commands_total Alembic commands that lback was asked for.
# TYPE lback_commands_total counter
lback_commands_total{command="downgrade",outcome="denied"} 1
lback_commands_total{command="upgrade",outcome="completed"} 2
lback_commands_total{command="upgrade",outcome="failed"} 1
# HELP lback_command_duration_seconds How long Alembic's process ran.
# TYPE lback_command_duration_seconds histogram
lback_command_duration_seconds_bucket{command="upgrade",outcome="completed",le="0.5"} 1
lback_command_duration_seconds_bucket{command="upgrade",outcome="completed",le="2.5"} 2
lback_command_duration_seconds_bucket{command="upgrade",outcome="completed",le="10"} 2
lback_command_duration_seconds_bucket{command="upgrade",outcome="completed",le="+Inf"} 2
lback_command_duration_seconds_sum{command="upgrade",outcome="completed"} 1.75
lback_command_duration_seconds_count{command="upgrade",outcome="completed"} 2
lback_command_duration_seconds_bucket{command="upgrade",outcome="failed",le="0.5"} 0
lback_command_duration_seconds_bucket{command="upgrade",outcome="failed",le="2.5"} 0
lback_command_duration_seconds_bucket{command="upgrade",outcome="failed",le="10"} 0
lback_command_duration_seconds_bucket{command="upgrade",outcome="failed",le="+Inf"} 1
lback_command_duration_seconds_sum{command="upgrade",outcome="failed"} 60
lback_command_duration_seconds_count{command="upgrade",outcome="failed"} 1
# HELP lback_last_run_timestamp_seconds When a command last ended, whatever its outcome: seconds since 1970.
# TYPE lback_last_run_timestamp_seconds gauge
lback_last_run_timestamp_seconds{command="downgrade"} 1795370400.25
lback_last_run_timestamp_seconds{command="upgrade"} 1795370520.001
# HELP lback_last_success_timestamp_seconds When a command last completed: seconds since 1970.
# TYPE lback_last_success_timestamp_seconds gauge
lback_last_success_timestamp_seconds{command="upgrade"} 1795370460
# HELP lback_denials_total Reasons for which policies denied a run.
# TYPE lback_denials_total counter
lback_denials_total{code="downgrade-in-protected-environment",plugin="guard"} 1
# HELP lback_info The version of lback that pushed last.
# TYPE lback_info gauge
lback_info{version="0.1.0"} 1
"#
        );
    }

    #[test]
    fn families_without_a_sample_are_left_out() {
        let mut state = State::new("/g");
        state.count(&Run { outcome: Outcome::NotFound, duration_ms: None, ..run("upgrade") }, &Labels::new(), &[1]);
        let text = render(&state, "0.1.0");
        for family in ["duration", "success", "denials"] {
            assert!(!text.contains(family), "{family} in {text}");
        }
    }

    #[test]
    fn label_values_are_escaped() {
        let mut state = State::new("/g");
        let common = [("environment", "a\\b\"c\nd"), ("project", "")];
        let common = common.map(|(label, value)| (label.to_owned(), value.to_owned())).into();
        state.count(&run("upgrade"), &common, &[1]);
        let text = render(&state, "0.1.0");
        let sample = r#"lback_commands_total{command="upgrade",environment="a\\b\"c\nd",outcome="completed"} 1"#;
        assert_eq!(text.lines().nth(2), Some(sample));
    }

    #[test]
    fn seconds_are_exact() {
        for (ms, text) in
            [(0, "0"), (1, "0.001"), (100, "0.1"), (1_000, "1"), (10_000, "10"), (u64::MAX, "18446744073709551.615")]
        {
            assert_eq!(seconds(ms), text);
        }
    }
}
