//! The evaluation of a plan: each step's statements are read by squawk's linter and held against
//! what lback knows of their locks, and rules of lint's own look at the rest.

mod advice;
mod effects;
mod finding;
mod foreign_keys;
mod held_locks;
mod sql_text;
mod squawk;
mod table;
mod target;

pub(crate) use table::{RULES, Rule};

use finding::Finding;
use foreign_keys::Columns;
use target::Target;

use crate::bindings::exports::lback::plugin::policy::{Decision, Verdict, Warning};
use crate::bindings::lback::plugin::plan::{Error, MigrationPlan, Statement};
use crate::bindings::lback::plugin::types::{Denial, Event, Signal};
use crate::settings::{Direction, Settings, Severity, Unavailable};

/// The host's answer to the request for the plan.
pub(crate) type Answer = Result<Option<MigrationPlan>, Error>;

/// Requests the statements of a step from the host, by the positions of its database and itself.
pub(crate) type AskStatements<'a> = &'a dyn Fn(u32, u32) -> Result<Option<Vec<Statement>>, Error>;

/// Evaluates the rules for one event. `ask` and `ask_statements` request the plan and its
/// statements from the host.
pub(crate) fn evaluate(
    event: &Event,
    settings: &Settings,
    ask: impl FnOnce() -> Answer,
    ask_statements: AskStatements,
) -> Verdict {
    let allowed = Verdict { decision: Decision::Allow, warnings: Vec::new() };
    let Signal::AlembicCommandStarted(started) = &event.signal else { return allowed };
    let direction = match started.command.as_str() {
        "upgrade" => Direction::Upgrade,
        "downgrade" => Direction::Downgrade,
        _ => return allowed,
    };
    if !settings.on.contains(&direction) {
        return allowed;
    }
    // An empty variable in CI is a name that was not set.
    let environment = event.context.environment.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let findings = ask()
        .and_then(|plan| plan.map_or(Ok(Vec::new()), |plan| findings(&plan, settings, environment, ask_statements)));
    match findings {
        Ok(findings) => verdict(findings),
        Err(Error::Unavailable(why)) => no_plan(settings, &why),
        Err(Error::Refused(why)) => no_plan(settings, &format!("Alembic would refuse it: {why}")),
    }
}

/// Returns the findings of a plan, in the order of its statements.
fn findings(
    plan: &MigrationPlan,
    settings: &Settings,
    environment: Option<&str>,
    ask_statements: AskStatements,
) -> Result<Vec<(Severity, Finding)>, Error> {
    let severity = |rule: &Rule| settings.severity(rule, environment);
    let mut all = Vec::new();
    for (number, database) in (0..).zip(&plan.databases) {
        let of_step = |(position, _)| Ok(ask_statements(number, position)?.unwrap_or_default());
        let of_steps = (0..).zip(&database.steps).map(of_step).collect::<Result<Vec<_>, Error>>()?;
        let columns = Columns::of(database, &of_steps);
        for (step, statements) in database.steps.iter().zip(&of_steps) {
            let target = Target { database, step, statements, small: &settings.small_tables };
            let mut found = Vec::new();
            if target.is_postgresql() {
                found.extend(squawk::findings(&target, |rule| severity(rule) != Severity::Off));
                found.extend(foreign_keys::findings(&target, &columns));
            }
            found.extend(effects::findings(&target, &found));
            found.sort_by_key(Finding::position);
            let with_severity = found.into_iter().map(|finding| (severity(finding.rule), finding));
            all.extend(with_severity.filter(|(severity, _)| *severity != Severity::Off));
        }
    }
    Ok(all)
}

fn verdict(findings: Vec<(Severity, Finding)>) -> Verdict {
    let mut denials = Vec::new();
    let mut warnings = Vec::new();
    for (severity, finding) in findings {
        let Finding { rule, place, message, hint, .. } = finding;
        let (code, place) = (rule.code.to_owned(), Some(place));
        if severity == Severity::Deny {
            denials.push(Denial { code, message, hint: Some(hint), url: None, place, acceptable: true });
        } else {
            warnings.push(Warning { code: Some(code), message, hint: Some(hint), place, acceptable: true });
        }
    }
    let decision = if denials.is_empty() { Decision::Allow } else { Decision::Deny(denials) };
    Verdict { decision, warnings }
}

/// Returns the verdict where there is no plan.
fn no_plan(settings: &Settings, why: &str) -> Verdict {
    let message = format!("the statements of this command are not known: {why}");
    let hint = Some("`lback plan` shows the cause".to_owned());
    let code = "plan-unavailable".to_owned();
    if settings.unavailable == Unavailable::Warn {
        let warning = Warning { code: Some(code), message, hint, place: None, acceptable: false };
        return Verdict { decision: Decision::Allow, warnings: vec![warning] };
    }
    let denial = Denial { code, message, hint, url: None, place: None, acceptable: false };
    Verdict { decision: Decision::Deny(vec![denial]), warnings: Vec::new() }
}

#[cfg(test)]
mod tests;
