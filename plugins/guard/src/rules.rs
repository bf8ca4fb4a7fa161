//! The rules: which parts of a command are denied, the messages, and the hints. `plan` has the
//! rules about what the command would do.

mod operation;
mod plan;

use jiff::Timestamp;
use plugin_kit::alembic::{self, Effect};
use plugin_kit::pattern::Pattern;

use crate::bindings::exports::lback::plugin::policy::{Decision, Verdict, Warning};
use crate::bindings::lback::plugin::types::{Denial, Event, Signal};
use crate::message::{self, Complaint};
use crate::rules::plan::{Answer, AskStatements};
use crate::schedule;
use crate::settings::{Freeze, Settings};

/// Evaluates every rule for one event. `ask` and `ask_statements` request the plan and its
/// statements from the host, and are called only when a rule needs them. An error means that a rule
/// could not be evaluated.
pub(crate) fn evaluate(
    event: &Event,
    settings: &Settings,
    ask: impl FnOnce() -> Answer,
    ask_statements: AskStatements,
) -> Result<Verdict, String> {
    let mut denials = Vec::new();
    let mut warnings: Vec<_> = misspelt(&settings.deny).into_iter().map(warning).collect();
    match &event.signal {
        Signal::MigrationMakemigrationsCommand(made) => {
            denials.extend(message_rule(settings, "makemigrations", message::check(settings, &made.message)));
        }
        Signal::AlembicCommandStarted(started) => {
            let scene = Scene::of(event, settings, &started.command, &started.args)?;
            denials = command_rules(&scene, settings)?;
            // A command that is denied by name needs no plan, and one that changes no database has
            // none.
            let matters = scene.effect == Effect::Database && !scene.is_forbidden(settings);
            if let Some(rules) = plan::in_force(&scene, settings.plan.iter()).filter(|_| matters) {
                let opinion = rules.judge(&scene, ask(), ask_statements);
                denials.extend(opinion.denials);
                warnings.extend(opinion.warnings);
            }
            // The rule also covers `lback alembic revision -m …`, so that it can't be bypassed.
            let explains = scene.effect == Effect::Nothing;
            if alembic::makes_revision(&started.command) && !explains {
                let complaint = message::check_all(settings, &message::in_args(&started.args));
                denials.extend(message_rule(settings, &started.command, complaint));
            }
        }
        // The signal is not subscribed to by default, but where `signals` in `lback.toml` names it,
        // ignoring it would be a hole. The event doesn't have whether the run is offline, so it
        // counts as online.
        Signal::MigrationMigrateCommand(_) => {
            denials = command_rules(&Scene::of(event, settings, "upgrade", &[])?, settings)?;
        }
        Signal::MigrationRollbackCommand(_) => {
            denials = command_rules(&Scene::of(event, settings, "downgrade", &[])?, settings)?;
        }
        _ => {}
    }
    for denial in &mut denials {
        finish(denial, settings);
    }
    let decision = if denials.is_empty() { Decision::Allow } else { Decision::Deny(denials) };
    Ok(Verdict { decision, warnings })
}

/// Returns a warning that belongs to no rule.
fn warning(message: String) -> Warning {
    Warning { message, code: None, hint: None, place: None, acceptable: false }
}

/// A command and the environment that it is to run in.
struct Scene<'a> {
    command: &'a str,
    /// The environment; `None` if the run doesn't name one.
    environment: Option<&'a str>,
    protected: bool,
    effect: Effect,
    now: Timestamp,
}

impl<'a> Scene<'a> {
    fn of(event: &'a Event, settings: &Settings, command: &'a str, args: &[String]) -> Result<Self, String> {
        // An empty variable in CI is a name that was not set.
        let environment = event.context.environment.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let protected = match environment {
            Some(name) => settings.protect.iter().any(|pattern| pattern.matches(name)),
            None => !settings.protect.is_empty(),
        };
        let effect = alembic::effect(command, args);
        let now =
            event.time.parse().map_err(|error| format!("the event's time `{}` can't be read: {error}", event.time))?;
        Ok(Self { command, environment, protected, effect, now })
    }

    /// Returns whether the command is denied by name here, whatever it does.
    fn is_forbidden(&self, settings: &Settings) -> bool {
        // With `--sql` or `--help`, a command that otherwise changes the database changes nothing.
        // A command that never does is denied only by name.
        let harmless = self.effect == Effect::Nothing && alembic::effect(self.command, &[]) == Effect::Database;
        self.protected && !harmless && settings.deny.iter().any(|pattern| names(pattern, self.command))
    }

    /// Returns the end of a clause about the command.
    fn place(&self) -> String {
        match self.environment {
            Some(environment) if self.protected => format!("in the protected environment `{environment}`"),
            Some(environment) => format!("in the environment `{environment}`"),
            None => "where no environment is named (that counts as protected)".to_owned(),
        }
    }

    /// Builds a denial. Without an environment, its hint is to name one: the other hints apply only
    /// in a protected environment.
    fn denial(&self, code: impl Into<String>, message: String, hint: String) -> Denial {
        let hint = match self.environment {
            Some(_) => hint,
            None => "name the environment with `--environment`, `LBACK_ENVIRONMENT` or `environment` in `lback.toml`"
                .to_owned(),
        };
        Denial { code: code.into(), message, hint: Some(hint), url: None, place: None, acceptable: false }
    }
}

/// Evaluates the rules for protected environments, except those about what a command would do.
fn command_rules(scene: &Scene, settings: &Settings) -> Result<Vec<Denial>, String> {
    let mut denials = Vec::new();
    if !scene.protected || scene.command.is_empty() {
        return Ok(denials);
    }
    let forbidden = scene.is_forbidden(settings);
    if forbidden {
        denials.push(command_denial(scene));
    }
    if scene.effect == Effect::Database {
        // Waiting doesn't help with a command that will still be denied afterwards.
        let hint = if forbidden { instead(scene.command).to_owned() } else { wait_hint(scene, settings)? };
        for freeze in schedule::freezes(settings, scene.now)? {
            denials.push(freeze_denial(scene, settings, freeze, &hint));
        }
        if !schedule::is_open(settings, scene.now) {
            denials.push(hours_denial(scene, settings, hint));
        }
    }
    Ok(denials)
}

/// Returns whether the pattern matches the command; `ensure-version` and `ensure_version` are the
/// same command.
fn names(pattern: &Pattern, command: &str) -> bool {
    pattern.matches(command)
        || pattern.matches(&command.replace('-', "_"))
        || pattern.matches(&command.replace('_', "-"))
}

fn command_denial(scene: &Scene) -> Denial {
    let code = format!("{}-in-protected-environment", scene.command.replace('_', "-"));
    let message = format!("`{}` is not allowed {}", scene.command, scene.place());
    scene.denial(code, message, instead(scene.command).to_owned())
}

/// Returns the alternative to a forbidden command.
fn instead(command: &str) -> &'static str {
    match command {
        "downgrade" => {
            "roll forward instead: make a revision that undoes the change, and `lback migrate` it; `--sql` shows what a downgrade would do"
        }
        "stamp" => "let `lback migrate` move the version; `--sql` shows what a stamp would do",
        "upgrade" | "ensure_version" => "leave it to the pipeline that may; `--sql` shows what it would do",
        _ => "run it in an environment that isn't protected",
    }
}

fn freeze_denial(scene: &Scene, settings: &Settings, freeze: &Freeze, hint: &str) -> Denial {
    let reason = freeze.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let (from, to, zone) = (freeze.from, freeze.to, freeze.zone(settings));
    let message = format!("`{}` is frozen {} from {from} to {to} ({zone}){reason}", scene.command, scene.place());
    scene.denial("change-freeze", message, hint.to_owned())
}

fn hours_denial(scene: &Scene, settings: &Settings, hint: String) -> Denial {
    // The time is shown in the zone of the first window: most settings have one window.
    let zone = settings.allowed_hours.first().map_or(&settings.time_zone, |window| window.zone(settings));
    let (now, windows) = (zone.show(scene.now), schedule::show_windows(settings));
    let message = format!(
        "`{}` is outside the allowed hours {}: it is {now} ({zone}), allowed is {windows}",
        scene.command,
        scene.place()
    );
    scene.denial("outside-allowed-hours", message, hint)
}

fn wait_hint(scene: &Scene, settings: &Settings) -> Result<String, String> {
    let when = match schedule::next_chance(settings, scene.now)? {
        Some((moment, zone)) => format!("wait until {} ({zone})", zone.show(moment)),
        None => "wait until the settings of guard allow it".to_owned(),
    };
    Ok(format!("{when}; `--sql` shows what it would do, at any time"))
}

fn message_rule(settings: &Settings, command: &str, complaint: Option<Complaint>) -> Option<Denial> {
    let complaint = complaint?;
    let pattern = settings.message_pattern.as_ref()?.as_str();
    let (code, message) = match complaint {
        Complaint::Missing => {
            ("message-required", format!("`{command}` needs a message: those of this project match `{pattern}`"))
        }
        Complaint::Mismatch(message) => {
            ("message-pattern", format!("`{command}`: the message `{message}` doesn't match `{pattern}`"))
        }
    };
    let hint = settings.message_hint.clone().unwrap_or_else(|| match command {
        "makemigrations" => "give one that matches: `lback makemigrations \"…\"`".to_owned(),
        _ => "give one that matches with `-m \"…\"`".to_owned(),
    });
    Some(Denial { code: code.to_owned(), message, hint: Some(hint), url: None, place: None, acceptable: false })
}

/// Appends the contact and the runbook to a denial.
fn finish(denial: &mut Denial, settings: &Settings) {
    if let (Some(hint), Some(contact)) = (&mut denial.hint, &settings.contact) {
        hint.push_str("; or ask ");
        hint.push_str(contact);
    }
    denial.url = settings.runbook_url.as_ref().map(|url| url.as_str().to_owned());
}

/// Returns a warning for each unknown command in `deny`: a misspelt name would deny nothing.
fn misspelt(deny: &[Pattern]) -> Vec<String> {
    let unknown =
        deny.iter().enumerate().filter(|(_, pattern)| pattern.literal().is_some_and(|name| !alembic::is_known(name)));
    unknown
        .map(|(n, pattern)| format!("settings: `deny[{n}]`: Alembic has no command `{pattern}` of its own"))
        .collect()
}

#[cfg(test)]
mod tests;
