use clap::{Args, ValueEnum};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::error::LogError;
use super::open::{note_empty, open_journal};
use crate::cli::options::global::Globals;
use crate::journal::RunFilter;
use crate::session::project::Project;
use crate::support::clock;
use crate::support::exit::Exit;
use crate::support::io_error::StdoutError;
use crate::support::user_error::CommandError;
use crate::ui::{self, ListedRun, WaitingMessages};

/// The number of runs that are shown by default.
const LIMIT: usize = 20;

#[derive(Args)]
pub(super) struct ListRuns {
    /// The number of runs [default: 20]
    #[arg(short = 'n', long, value_name = "N", value_parser = limit)]
    limit: Option<usize>,

    /// Only runs with this outcome; may be given several times
    #[arg(long, value_name = "OUTCOME")]
    outcome: Vec<OutcomeFilter>,

    /// Only runs since this time: a duration before now, as `7d`, or a date or time, as
    /// `2026-11-20` or `2026-11-20T08:00`
    #[arg(long, value_name = "WHEN", value_parser = since)]
    since: Option<Timestamp>,

    /// Runs of all projects in this journal
    #[arg(long)]
    all: bool,

    /// Print one JSON document; `schemas/log.schema.json` describes it
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum OutcomeFilter {
    Completed,
    Failed,
    Denied,
    TimedOut,
    Interrupted,
    /// Another run held the lock of the database
    Locked,
    /// Alembic was not found
    NotFound,
    /// lback crashed
    Crashed,
    Running,
    /// The journal could not be written at the end
    Unknown,
}

impl ListRuns {
    pub(super) fn run(self, globals: &Globals, project: &Project) -> Result<Exit, CommandError> {
        let limit = self.limit.unwrap_or(LIMIT);
        let scope = (!self.all).then(|| project.scope());
        let filter = RunFilter {
            outcomes: self
                .outcome
                .iter()
                .filter_map(|one| Some(one.to_possible_value()?.get_name().to_owned()))
                .collect(),
            environment: globals.typed_environment().map(str::to_owned),
            since: self.since,
            limit: Some(limit),
            scope,
        };
        let (mut runs, mut waiting) = (Vec::new(), Vec::new());
        let reader = open_journal(project)?;
        if let Some(reader) = &reader {
            for run in reader.runs(&filter).map_err(LogError::Journal)? {
                let short_id = reader.short_id(&run.id).map_err(LogError::Journal)?;
                let marks = reader.marks(&run.id).map_err(LogError::Journal)?;
                runs.push(ListedRun { run, short_id, marks });
            }
            // Ids of one length are easier to read.
            let length = runs.iter().map(|listed| listed.short_id.len()).max().unwrap_or_default();
            for ListedRun { run, short_id, .. } in &mut runs {
                run.id.get(..length).unwrap_or(&run.id).clone_into(short_id);
            }
            for row in reader.waiting(filter.scope.as_deref()).map_err(LogError::Journal)? {
                let listed = project.config.plugins.iter().any(|plugin| plugin.name == row.plugin);
                waiting.push(WaitingMessages::new(row, listed));
            }
        }
        let anything = match &reader {
            Some(reader) if runs.is_empty() => {
                let any = RunFilter { scope: filter.scope.clone(), limit: Some(1), ..RunFilter::default() };
                !reader.runs(&any).map_err(LogError::Journal)?.is_empty()
            }
            reader => reader.is_some(),
        };
        if !anything {
            note_empty(project);
        } else if runs.is_empty() {
            ui::note("no runs match these filters");
        }
        ui::show_runs(runs, waiting, self.all, self.json).map_err(StdoutError)?;
        Ok(Exit::Success)
    }
}

/// Reads a number of runs.
fn limit(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "not a number of runs")
}

/// Reads a duration before now, a date or a time.
fn since(text: &str) -> Result<Timestamp, String> {
    if let Ok(duration) = humantime::parse_duration(text) {
        let duration = SignedDuration::try_from(duration).map_err(|error| error.to_string())?;
        return clock::now().checked_sub(duration).map_err(|error| error.to_string());
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let wrong = "write a duration, as `7d`, or a date or time, as `2026-11-20` or `2026-11-20T08:00`";
    let time: DateTime = text.parse().map_err(|_| wrong.to_owned())?;
    Ok(time.to_zoned(TimeZone::system()).map_err(|error| error.to_string())?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_may_be_written_in_three_ways() {
        let hour = Timestamp::now() - SignedDuration::from_hours(1);
        let read = since("1h").unwrap();
        assert!(read >= hour && read <= hour + SignedDuration::from_mins(1));
        assert_eq!(since("2026-11-20T08:00:00Z").unwrap().to_string(), "2026-11-20T08:00:00Z");
        let day = since("2026-11-20").unwrap().to_zoned(TimeZone::system());
        assert_eq!(day.datetime().to_string(), "2026-11-20T00:00:00");
        for wrong in ["", "yesterday", "7", "2026-13-01"] {
            assert!(since(wrong).is_err(), "{wrong}");
        }
    }
}
