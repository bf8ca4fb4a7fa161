//! The run that an event is about, in the terms of a metric.

use plugin_kit::alembic;
use plugin_kit::outcome::Outcome;

use crate::bindings::lback::plugin::types::{AttributedDenial, Event, Signal};
use crate::time;

/// A run that has ended.
#[derive(Clone, Debug)]
pub(crate) struct Run<'a> {
    pub(crate) project: &'a str,
    /// The environment; empty if the run doesn't name one.
    pub(crate) environment: &'a str,
    /// The host; empty if unknown.
    pub(crate) host: &'a str,
    pub(crate) lback_version: &'a str,
    /// Alembic's subcommand, with a bounded number of values for a label.
    pub(crate) command: String,
    pub(crate) outcome: Outcome,
    /// The duration of Alembic's process; `None` if it never ran.
    pub(crate) duration_ms: Option<u64>,
    /// The end of the run: milliseconds since 1970.
    pub(crate) ended_ms: u64,
    pub(crate) denials: &'a [AttributedDenial],
}

impl<'a> Run<'a> {
    /// Reads the run that an event ends. Returns `None` if the signal doesn't end a run.
    pub(crate) fn of(event: &'a Event) -> Result<Option<Self>, String> {
        let (command, outcome, duration_ms, exception) = match &event.signal {
            Signal::AlembicCommandCompleted(completed) => {
                (&completed.command, Outcome::Completed, completed.duration_ms, None)
            }
            Signal::AlembicCommandFailed(failed) => {
                let outcome = Outcome::of_failure(failed.error_type.as_deref());
                (&failed.command, outcome, failed.duration_ms, failed.exception.as_ref())
            }
            _ => return Ok(None),
        };
        let ended_ms =
            time::unix_ms(&event.time).ok_or_else(|| format!("the event's time `{}` can't be read", event.time))?;
        Ok(Some(Self {
            project: &event.sender.project,
            environment: event.context.environment.as_deref().unwrap_or_default().trim(),
            host: event.context.host.as_deref().unwrap_or_default(),
            lback_version: &event.sender.lback_version,
            command: label(command),
            outcome,
            duration_ms: outcome.has_run().then_some(duration_ms),
            ended_ms,
            denials: exception.map_or(&[], |exception| &exception.denials),
        }))
    }
}

/// Returns the label for a command. An unknown command isn't used as it was typed: each new word
/// would be a new permanent time series.
fn label(command: &str) -> String {
    if command.is_empty() {
        "none".to_owned()
    } else if alembic::is_known(command) {
        command.replace('-', "_")
    } else {
        "other".to_owned()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::bindings::lback::plugin::types::{Completed, Context, Denial, Exception, Failed, Sender};

    /// 2026-11-22T18:00:00.250Z.
    pub(crate) const ENDED_MS: u64 = 1_795_370_400_250;

    pub(crate) fn run(command: &str) -> Run<'static> {
        Run {
            project: "shop",
            environment: "production",
            host: "runner-7",
            lback_version: "0.1.0",
            command: command.to_owned(),
            outcome: Outcome::Completed,
            duration_ms: Some(1_500),
            ended_ms: ENDED_MS,
            denials: &[],
        }
    }

    pub(crate) fn denial(plugin: &str, code: &str) -> AttributedDenial {
        let denial = Denial {
            code: code.to_owned(),
            message: String::new(),
            hint: None,
            url: None,
            place: None,
            acceptable: false,
        };
        AttributedDenial { plugin: plugin.to_owned(), denial }
    }

    fn event(signal: Signal) -> Event {
        Event {
            id: "1".to_owned(),
            time: "2026-11-22T18:00:00.250Z".to_owned(),
            sender: Sender { run_id: "1".to_owned(), project: "shop".to_owned(), lback_version: "0.1.0".to_owned() },
            context: Context {
                environment: Some(" production ".to_owned()),
                actor: None,
                host: None,
                git_commit: None,
                git_branch: None,
                ci_job_url: None,
                overrides: Vec::new(),
                target: None,
            },
            signal,
        }
    }

    fn failed(error_type: &str, denials: Vec<AttributedDenial>) -> Signal {
        Signal::AlembicCommandFailed(Failed {
            command: "downgrade".to_owned(),
            args: Vec::new(),
            returncode: None,
            stdout: String::new(),
            stderr: String::new(),
            error_type: Some(error_type.to_owned()),
            exception: Some(Exception { kind: String::new(), message: String::new(), denials }),
            duration_ms: 70,
            databases: Vec::new(),
            attempts: 1,
            accepted: Vec::new(),
        })
    }

    #[test]
    fn a_completed_run() {
        let event = event(Signal::AlembicCommandCompleted(Completed {
            command: "upgrade".to_owned(),
            args: Vec::new(),
            returncode: 0,
            stdout: String::new(),
            stderr: String::new(),
            duration_ms: 1_500,
            databases: Vec::new(),
            attempts: 1,
            accepted: Vec::new(),
        }));
        let run = Run::of(&event).unwrap().unwrap();
        assert_eq!((run.environment, run.host, run.command.as_str()), ("production", "", "upgrade"));
        assert_eq!((run.outcome, run.duration_ms, run.ended_ms), (Outcome::Completed, Some(1_500), ENDED_MS));
    }

    #[test]
    fn runs_that_failed() {
        for (error_type, outcome, duration) in [
            ("non_zero_exit_code", Outcome::Failed, Some(70)),
            ("timed_out", Outcome::TimedOut, Some(70)),
            ("interrupted", Outcome::Interrupted, Some(70)),
            ("alembic_not_found", Outcome::NotFound, None),
            ("denied_by_policy", Outcome::Denied, None),
        ] {
            let event = event(failed(error_type, vec![denial("guard", "x")]));
            let run = Run::of(&event).unwrap().unwrap();
            assert_eq!((run.outcome, run.duration_ms, run.denials.len()), (outcome, duration, 1), "{error_type}");
        }
    }

    #[test]
    fn labels_are_few() {
        for (command, expected) in
            [("upgrade", "upgrade"), ("list-templates", "list_templates"), ("", "none"), ("upgrad", "other")]
        {
            assert_eq!(label(command), expected);
        }
    }

    #[test]
    fn other_signals_end_no_run() {
        assert!(Run::of(&event(Signal::MigrationHistoryCommand)).unwrap().is_none());
        let mut late = event(failed("timed_out", Vec::new()));
        late.time = "soon".to_owned();
        assert_eq!(Run::of(&late).unwrap_err(), "the event's time `soon` can't be read");
    }
}
