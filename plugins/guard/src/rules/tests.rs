//! The rules, as a table: an environment, a command line, a time and settings, and the codes of the
//! expected denials.

use super::*;
use crate::bindings::lback::plugin::plan::{Error, Statement};
use crate::bindings::lback::plugin::types::{Context, Makemigrations, Migrate, Rollback, Sender, Started};

/// A Sunday; Monday begins at 23:00 UTC in Berlin.
pub(super) const SUNDAY: &str = "2026-11-22T18:00:00.000Z";
const MONDAY: &str = "2026-11-23T10:00:00.000Z";
const OFFICE: &str =
    r#"{"time-zone": "Europe/Berlin", "allowed-hours": {"days": ["mon-fri"], "from": "09:00", "to": "17:00"}}"#;
const FROZEN: &str = r#"{"time-zone": "Europe/Berlin",
    "freeze": [{"from": "2026-11-20", "to": "2026-11-30", "reason": "Black Friday"}, {"from": "2026-12-20", "to": "2027-01-03"}]}"#;
const EVERYTHING: &str = r##"{"time-zone": "Europe/Berlin",
    "allowed-hours": {"days": ["mon-fri"], "from": "09:00", "to": "17:00"},
    "freeze": {"from": "2026-11-20", "to": "2026-11-30", "reason": "Black Friday"},
    "message-pattern": "^DB-[0-9]+ ", "message-hint": "begin with the ticket, as `DB-42 add users`",
    "contact": "#database on Slack", "runbook-url": "https://wiki.example.com/db"}"##;

pub(super) fn event(environment: Option<&str>, time: &str, signal: Signal) -> Event {
    Event {
        id: "019aaf2e-0000-7000-8000-000000000001".to_owned(),
        time: time.to_owned(),
        sender: Sender {
            run_id: "019aaf2e-0000-7000-8000-000000000000".to_owned(),
            project: "shop".to_owned(),
            lback_version: "0.1.0".to_owned(),
        },
        context: Context {
            environment: environment.map(str::to_owned),
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

pub(super) fn started(line: &str) -> Signal {
    let mut words = line.split_whitespace().map(str::to_owned);
    let command = words.next().unwrap_or_default();
    let args = words.collect::<Vec<_>>();
    let full_command = [vec!["alembic".to_owned(), command.clone()], args.clone()].concat();
    Signal::AlembicCommandStarted(Started { command, args, full_command })
}

fn made(message: &str) -> Signal {
    Signal::MigrationMakemigrationsCommand(Makemigrations { message: message.to_owned() })
}

/// Fails the test if a plan is requested where no rule needs one.
#[expect(clippy::unnecessary_wraps, reason = "the host's function has this type")]
pub(super) fn no_statements(_: u32, _: u32) -> Result<Option<Vec<Statement>>, Error> {
    Ok(Some(Vec::new()))
}

fn not_asked() -> Answer {
    panic!("the plan was asked for");
}

#[track_caller]
fn denials(environment: Option<&str>, time: &str, signal: Signal, settings: &str) -> Vec<Denial> {
    match evaluate(&event(environment, time, signal), &Settings::parse(settings).unwrap(), not_asked, &no_statements)
        .unwrap()
        .decision
    {
        Decision::Allow => Vec::new(),
        Decision::Deny(denials) => {
            assert!(!denials.is_empty(), "a denial without a reason");
            denials
        }
    }
}

#[track_caller]
fn codes(environment: Option<&str>, time: &str, signal: Signal, settings: &str) -> Vec<String> {
    denials(environment, time, signal, settings).into_iter().map(|denial| denial.code).collect()
}

const DOWNGRADE: &str = "downgrade-in-protected-environment";
const STAMP: &str = "stamp-in-protected-environment";
const HOURS: &str = "outside-allowed-hours";
const FREEZE: &str = "change-freeze";

#[test]
fn commands_in_environments() {
    let lists = r#"{"protect": ["prod-*", "live"], "deny": ["downgrade", "ensure-version", "e*t"]}"#;
    for (environment, line, settings, expected) in [
        (Some("production"), "downgrade -1", "{}", &[DOWNGRADE][..]),
        (Some("Production"), "downgrade base", "{}", &[DOWNGRADE]),
        (Some("PROD"), "downgrade -1", "{}", &[DOWNGRADE]),
        (Some("production"), "stamp head", "{}", &[STAMP]),
        (Some("production"), "stamp --purge head", "{}", &[STAMP]),
        (Some("production"), "upgrade head", "{}", &[]),
        (Some("production"), "history", "{}", &[]),
        (Some("production"), "", "{}", &[]),
        (Some("development"), "downgrade -1", "{}", &[]),
        (Some("pre-production"), "downgrade -1", "{}", &[]),
        // No environment is given.
        (None, "downgrade -1", "{}", &[DOWNGRADE]),
        (Some(""), "downgrade -1", "{}", &[DOWNGRADE]),
        (Some("  "), "downgrade -1", "{}", &[DOWNGRADE]),
        (None, "upgrade head", "{}", &[]),
        (None, "downgrade -1", r#"{"protect": []}"#, &[]),
        // Offline, or with `--help`.
        (Some("production"), "downgrade base --sql", "{}", &[]),
        (Some("production"), "stamp head --sql", "{}", &[]),
        (Some("production"), "downgrade --help", "{}", &[]),
        (Some("production"), "downgrade base --tag --sql", "{}", &[DOWNGRADE]),
        (Some("production"), "downgrade -- --sql", "{}", &[DOWNGRADE]),
        // Custom lists.
        (Some("prod-eu"), "downgrade -1", lists, &[DOWNGRADE]),
        (Some("live"), "ensure_version", lists, &["ensure-version-in-protected-environment"]),
        (Some("live"), "edit head", lists, &["edit-in-protected-environment"]),
        (Some("live"), "stamp head", lists, &[]),
        (Some("production"), "downgrade -1", lists, &[]),
        (Some("production"), "downgrade -1", r#"{"deny": []}"#, &[]),
        (Some("production"), "history", r#"{"deny": ["*"]}"#, &["history-in-protected-environment"]),
        (Some("production"), "--version", r#"{"deny": ["*"]}"#, &["--version-in-protected-environment"]),
        (Some("production"), "", r#"{"deny": ["*"]}"#, &[]),
        // It writes a file, also with `--sql`.
        (Some("production"), "revision --sql", r#"{"deny": ["revision"]}"#, &["revision-in-protected-environment"]),
    ] {
        assert_eq!(codes(environment, SUNDAY, started(line), settings), expected, "{environment:?} {line} {settings}");
    }
}

#[test]
fn hours_and_freezes() {
    for (environment, time, line, settings, expected) in [
        (Some("production"), MONDAY, "upgrade head", OFFICE, &[][..]),
        (Some("production"), SUNDAY, "upgrade head", OFFICE, &[HOURS]),
        (Some("production"), SUNDAY, "ensure_version", OFFICE, &[HOURS]),
        (Some("production"), SUNDAY, "backfill --fast", OFFICE, &[HOURS]),
        (None, SUNDAY, "upgrade head", OFFICE, &[HOURS]),
        (Some("development"), SUNDAY, "upgrade head", OFFICE, &[]),
        // A command that changes no database may run at any time.
        (Some("production"), SUNDAY, "upgrade head --sql", OFFICE, &[]),
        (Some("production"), SUNDAY, "revision --autogenerate", OFFICE, &[]),
        (Some("production"), SUNDAY, "current", OFFICE, &[]),
        (Some("production"), SUNDAY, "merge heads", OFFICE, &[]),
        (Some("production"), SUNDAY, "", OFFICE, &[]),
        (Some("production"), SUNDAY, "upgrade head", FROZEN, &[FREEZE]),
        (Some("production"), MONDAY, "upgrade head", FROZEN, &[FREEZE]),
        (Some("production"), "2026-11-30T22:59:59.999Z", "upgrade head", FROZEN, &[FREEZE]),
        (Some("production"), "2026-11-30T23:00:00.000Z", "upgrade head", FROZEN, &[]),
        (Some("production"), SUNDAY, "upgrade head --sql", FROZEN, &[]),
        (Some("staging"), SUNDAY, "upgrade head", FROZEN, &[]),
        // Several denials at once.
        (Some("production"), SUNDAY, "downgrade -1", EVERYTHING, &[DOWNGRADE, FREEZE, HOURS]),
        (Some("production"), SUNDAY, "stamp head", EVERYTHING, &[STAMP, FREEZE, HOURS]),
        (Some("production"), SUNDAY, "downgrade -1 --sql", EVERYTHING, &[]),
    ] {
        assert_eq!(codes(environment, time, started(line), settings), expected, "{environment:?} {time} {line}");
    }
}

#[test]
fn messages() {
    let required = &["message-required"][..];
    let mismatch = &["message-pattern"][..];
    for (signal, expected) in [
        (made("DB-1 add users"), &[][..]),
        (made("add users"), mismatch),
        (made("auto"), required),
        (started("revision --autogenerate -m DB-1"), mismatch),
        (started("revision -mx"), mismatch),
        (started("revision --autogenerate"), required),
        (started("revision -m DB-1_x -m auto"), mismatch),
        (started("revision -m auto"), mismatch),
        (started("revision --mess=auto"), mismatch),
        (started("revision -m x --message="), required),
        (started("revision --sql -m x"), mismatch),
        (started("migrate -m x"), mismatch),
        (started("revision --help"), &[]),
        (started("merge -m x heads"), &[]),
        (started("upgrade head"), &[]),
    ] {
        let shown = format!("{signal:?}");
        let pattern = r#"{"message-pattern": "^DB-[0-9]+ "}"#;
        // In every environment.
        for environment in [Some("development"), Some("production"), None] {
            assert_eq!(codes(environment, SUNDAY, signal.clone(), pattern), expected, "{shown}");
        }
    }
    assert!(codes(None, SUNDAY, started("revision --autogenerate"), "{}").is_empty());
}

#[test]
fn signals_of_ones_own_choice() {
    let rollback = Signal::MigrationRollbackCommand(Rollback { version: "-1".to_owned(), table: None });
    let migrate = Signal::MigrationMigrateCommand(Migrate { version: "head".to_owned() });
    assert_eq!(codes(Some("production"), SUNDAY, rollback.clone(), "{}"), [DOWNGRADE]);
    assert_eq!(codes(Some("production"), SUNDAY, migrate, OFFICE), [HOURS]);
    assert!(codes(Some("development"), SUNDAY, rollback, EVERYTHING).is_empty());
    assert!(codes(Some("production"), SUNDAY, Signal::MigrationHistoryCommand, EVERYTHING).is_empty());
    assert!(codes(Some("production"), SUNDAY, Signal::MigrationCommandsInitialized, EVERYTHING).is_empty());
}

fn words(denial: &Denial) -> (&str, &str) {
    (&denial.message, denial.hint.as_deref().unwrap())
}

#[test]
fn what_a_person_reads() {
    let found = denials(Some("production"), SUNDAY, started("upgrade head"), EVERYTHING);
    let wait = "wait until Tue 2026-12-01 09:00 (Europe/Berlin); `--sql` shows what it would do, at any time; or ask #database on Slack";
    assert_eq!(
        found.iter().map(words).collect::<Vec<_>>(),
        [
            (
                "`upgrade` is frozen in the protected environment `production` from 2026-11-20 to 2026-11-30 (Europe/Berlin): \
                 Black Friday",
                wait
            ),
            (
                "`upgrade` is outside the allowed hours in the protected environment `production`: it is Sun 2026-11-22 19:00 \
                 (Europe/Berlin), allowed is Mon–Fri 09:00–17:00 (Europe/Berlin)",
                wait
            ),
        ]
    );
    assert!(found.iter().all(|denial| denial.url.as_deref() == Some("https://wiki.example.com/db")));
}

#[test]
fn nobody_is_told_to_wait_for_what_stays_forbidden() {
    let found = denials(Some("production"), SUNDAY, started("downgrade -1"), EVERYTHING);
    let instead = "roll forward instead: make a revision that undoes the change, and `lback migrate` it; `--sql` shows what a downgrade \
                   would do; or ask #database on Slack";
    assert_eq!(words(&found[0]), ("`downgrade` is not allowed in the protected environment `production`", instead));
    assert!(found.len() == 3 && found.iter().all(|denial| words(denial).1 == instead));
}

#[test]
fn what_a_person_reads_where_no_environment_is_named() {
    let found = denials(None, SUNDAY, started("stamp head"), FROZEN);
    let name = "name the environment with `--environment`, `LBACK_ENVIRONMENT` or `environment` in `lback.toml`";
    assert_eq!(
        found.iter().map(words).collect::<Vec<_>>(),
        [
            ("`stamp` is not allowed where no environment is named (that counts as protected)", name),
            (
                "`stamp` is frozen where no environment is named (that counts as protected) from 2026-11-20 to 2026-11-30 \
                 (Europe/Berlin): Black Friday",
                name
            ),
        ]
    );
    assert_eq!(found[0].url, None);
}

#[test]
fn what_a_person_reads_of_messages() {
    let found = denials(None, SUNDAY, made("add users"), EVERYTHING);
    assert_eq!(
        words(&found[0]),
        (
            "`makemigrations`: the message `add users` doesn't match `^DB-[0-9]+ `",
            "begin with the ticket, as `DB-42 add users`; or ask #database on Slack"
        )
    );
    let found = denials(None, SUNDAY, started("revision --autogenerate"), r#"{"message-pattern": "^DB-"}"#);
    assert_eq!(
        words(&found[0]),
        ("`revision` needs a message: those of this project match `^DB-`", "give one that matches with `-m \"…\"`")
    );
}

#[test]
fn a_misspelt_command_is_remarked_upon() {
    let settings = Settings::parse(r#"{"deny": ["downgarde", "stamp", "x*", "ensure-version"]}"#).unwrap();
    let verdict =
        evaluate(&event(Some("development"), SUNDAY, started("upgrade head")), &settings, not_asked, &no_statements)
            .unwrap();
    assert_eq!(verdict.decision, Decision::Allow);
    let warnings: Vec<_> = verdict.warnings.iter().map(|warning| &warning.message).collect();
    assert_eq!(warnings, ["settings: `deny[0]`: Alembic has no command `downgarde` of its own"]);
}

#[test]
fn an_unreadable_time_is_an_error() {
    let settings = Settings::default();
    let error = evaluate(
        &event(Some("production"), "yesterday", started("upgrade head")),
        &settings,
        not_asked,
        &no_statements,
    )
    .unwrap_err();
    assert!(error.starts_with("the event's time `yesterday` can't be read: "), "{error}");
}
