//! guard: its denials, what it allows, and its messages.

use std::time::SystemTime;

use crate::support::{Project, plugin};

/// A project with guard under these settings.
fn guarded(settings: &str) -> Project {
    Project::new().plugin("guard", &plugin("guard"), &format!("[plugin.settings]\n{settings}"))
}

fn revision(project: &Project) -> Option<String> {
    project.revision_of_database()
}

#[test]
fn a_protected_environment_is_not_rolled_back_in_any_way() {
    let project = guarded("contact = \"#database on Slack\"\nrunbook-url = \"https://wiki.example.com/migrations\"");
    project.lback(&["--environment", "production", "migrate"]).exits(0);
    assert_eq!(revision(&project).as_deref(), Some("three"));
    let before = project.files();

    let done = project.lback(&["--environment", "production", "rollback"]).exits(77);
    assert_eq!(done.stdout, "");
    assert_eq!(
        done.stderr,
        "\
error: denied by policy; Alembic was not started
  guard: `downgrade` is not allowed in the protected environment `production` (downgrade-in-protected-environment)
    see https://wiki.example.com/migrations

hint: roll forward instead: make a revision that undoes the change, and `lback migrate` it; `--sql` shows what a downgrade would do; \
         or ask #database on Slack
"
    );
    for (args, code) in [
        (&["rollback", "base"][..], "(downgrade-in-protected-environment)"),
        (&["alembic", "downgrade", "-1", "--tag", "--sql"], "(downgrade-in-protected-environment)"),
        (&["alembic", "downgrade", "-1"], "(downgrade-in-protected-environment)"),
        (&["alembic", "-x", "a=b", "downgrade", "-1"], "(downgrade-in-protected-environment)"),
        (&["alembic", "stamp", "base"], "(stamp-in-protected-environment)"),
    ] {
        project.lback(args).env("LBACK_ENVIRONMENT", "Production").exits(77).stderr_has(&[code]);
    }
    assert_eq!(project.files(), before);
}

#[test]
fn an_environment_that_nobody_named_counts_as_protected() {
    let project = guarded("");
    project.lback(&["migrate"]).exits(0);
    project.lback(&["rollback"]).env("LBACK_ENVIRONMENT", "").exits(77).stderr_has(&[
        "where no environment is named (that counts as protected)",
        "hint: name the environment with `--environment`",
    ]);
    // Spaces are no name, and are refused before a policy is asked.
    project.lback(&["rollback"]).env("LBACK_ENVIRONMENT", "  ").exits(64).stderr_has(&["begins or ends with a space"]);
    assert_eq!(revision(&project).as_deref(), Some("three"));

    // The same in an unprotected environment, and offline in a protected one.
    project.lback(&["--environment", "staging", "rollback"]).exits(0);
    assert_eq!(revision(&project).as_deref(), Some("two"));
    let offline = project.lback(&["--environment", "production", "rollback", "two:one", "--sql"]).exits(0);
    assert!(offline.stdout.contains("DROP TABLE two"), "{offline}");
    assert_eq!(revision(&project).as_deref(), Some("two"));
}

#[test]
fn no_environment_is_free_where_none_is_protected() {
    let project = guarded("protect = []");
    project.lback(&["migrate"]).exits(0);
    project.lback(&["rollback"]).exits(0);
    assert_eq!(revision(&project).as_deref(), Some("two"));
}

/// Returns the weekday in UTC that is this many days from now.
fn weekday(days_from_now: u64) -> &'static str {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    let day = usize::try_from((seconds / 86_400 + days_from_now) % 7).expect("less than 7");
    // 1 January 1970 was a Thursday.
    ["thu", "fri", "sat", "sun", "mon", "tue", "wed"][day]
}

#[test]
fn freezes_and_hours_are_about_changes_in_protected_environments() {
    // Three days off, whatever midnight passes while this test runs.
    let closed = format!(
        "[plugin.settings.allowed-hours]\ndays = [\"{}\"]\nfrom = \"10:00\"\nto = \"11:00\"\n\
         [[plugin.settings.freeze]]\nfrom = \"2000-01-01\"\nto = \"2200-01-01\"\nreason = \"the long sleep\"\n",
        weekday(3)
    );
    let project = guarded(&closed);
    project.lback(&["--environment", "production", "migrate"]).exits(77).stderr_has(&[
        "\n  guard: `upgrade` is frozen in the protected environment `production` from 2000-01-01 to 2200-01-01 (UTC): the long sleep \
         (change-freeze)\n",
        "\n  guard: `upgrade` is outside the allowed hours",
        "(outside-allowed-hours)\n",
        "\n\nhint: wait until ",
        " 2200-01-",
    ]);
    assert_eq!(revision(&project), None);
    project.lback(&["--environment", "production", "history"]).exits(0);
    project.lback(&["--environment", "development", "migrate", "one"]).exits(0);
    assert_eq!(revision(&project).as_deref(), Some("one"));

    let open = "[plugin.settings.allowed-hours]\nfrom = \"00:00\"\nto = \"24:00\"\n\
         [[plugin.settings.freeze]]\nfrom = \"2000-01-01\"\nto = \"2001-01-01\"\n";
    let project = guarded(open);
    project.lback(&["--environment", "production", "migrate"]).exits(0);
    assert_eq!(revision(&project).as_deref(), Some("three"));
}

#[test]
fn messages_are_checked_however_a_revision_is_made() {
    let project = guarded("message-pattern = \"^[a-z_]+$\"\nmessage-hint = \"as add_users\"");
    let development = |args: &[&str]| project.lback(args).env("LBACK_ENVIRONMENT", "development");
    development(&["migrate"]).exits(0);
    let before = project.files();
    for (args, code) in [
        (&["makemigrations", "Add users!"][..], "(message-pattern)"),
        (&["makemigrations"], "(message-required)"),
        (&["alembic", "revision", "-m", "Add users!"], "(message-pattern)"),
        (&["alembic", "revision", "-m", "fine", "--message=Not fine"], "(message-pattern)"),
        (&["alembic", "revision"], "(message-required)"),
        (&["alembic", "revision", "-m", "fine", "-m", "Not auto"], "(message-pattern)"),
        (&["alembic", "revision", "-m", "fine", "-m", ""], "(message-required)"),
        (&["makemigrations", "fine", "--", "-m", "Not fine"], "(message-pattern)"),
    ] {
        let done = development(args).exits(77).stderr_has(&[code, "\n\nhint: as add_users\n"]);
        assert_eq!(done.stderr.matches("hint: ").count(), 1, "{done}");
    }
    assert_eq!(project.files(), before);

    development(&["makemigrations", "add_users"]).exits(0);
    let made = project.path("migrations/versions").read_dir().expect("a folder").flatten();
    assert_eq!(made.filter(|entry| entry.file_name().to_string_lossy().ends_with("_add_users.py")).count(), 1);
}

#[test]
fn settings_that_are_wrong_block_and_are_named() {
    // Violations of the schema are reported before guard is called.
    let (of_schema, of_guard) =
        ("correct `[plugin.settings]` in `lback.toml`", "fix the plugin or its settings; with `on-error = \"warn\"`");
    for (settings, code, complaint, hint) in [
        ("protekt = [\"production\"]", 78, "`/protekt` is not a setting of this plugin", of_schema),
        ("protect = \"production\"", 78, "`/protect` must be a list, not a string", of_schema),
        ("message-pattern = \"(\"", 77, "wrong settings: `message-pattern`: `(` is no regular expression", of_guard),
        (
            "time-zone = \"Mars/Olympus\"",
            77,
            "wrong settings: `time-zone`: there is no time zone `Mars/Olympus`",
            of_guard,
        ),
    ] {
        let project = guarded(settings);
        let done = project.lback(&["--environment", "development", "migrate"]).exits(code);
        done.stderr_has(&["error: a required plugin failed; Alembic was not started\n", complaint, hint])
            .output_lacks(&["denied by policy"]);
        assert_eq!(revision(&project), None);
    }
    let warned =
        Project::new().plugin("guard", &plugin("guard"), "on-error = \"warn\"\n[plugin.settings]\nprotekt = []");
    warned
        .lback(&["migrate", "one"])
        .exits(0)
        .stderr_has(&["warning: the plugin `guard` could not be loaded, and the run continues without it: "]);
    assert_eq!(revision(&warned).as_deref(), Some("one"));
}

#[test]
fn audit_mode_only_reports_denials() {
    let project = Project::new().plugin("guard", &plugin("guard"), "mode = \"audit\"");
    project.lback(&["migrate"]).exits(0);
    let done = project.lback(&["--environment", "production", "rollback"]).exits(0);
    done.stderr_has(&["note: guard (audit) would deny alembic_command_started: `downgrade` is not allowed"]);
    assert_eq!(revision(&project).as_deref(), Some("two"));
}

/// Checks guard with lback's sample plans: these settings give these codes for an upgrade and a
/// downgrade.
#[track_caller]
fn tried(settings: &[&str], upgrade: &[&str], downgrade: &[&str]) {
    let guard = plugin("guard").display().to_string();
    let mut args = vec!["plugin".to_owned(), "test".to_owned(), guard];
    for setting in ["deny=[]"].iter().chain(settings) {
        args.extend(["--set".to_owned(), (*setting).to_owned()]);
    }
    for (event, codes) in [("upgrade", upgrade), ("downgrade", downgrade)] {
        let outcomes = if codes.is_empty() { &["allow"][..] } else { codes };
        for outcome in outcomes {
            let outcome = if codes.is_empty() { (*outcome).to_owned() } else { format!("deny:{outcome}") };
            args.extend(["--expect".to_owned(), format!("alembic_command_started.{event}={outcome}")]);
        }
    }
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    Project::empty().lback(&args).exits(0);
}

#[test]
fn plans_are_checked_against_the_rules() {
    tried(&[], &[], &[]);
    tried(&["plan.deny=[\"drops\"]"], &["plan-drops"], &["plan-drops"]);
    tried(&["plan.deny=[\"drops\"]", "plan.on=[\"upgrade\"]"], &["plan-drops"], &[]);
    tried(&["plan.deny=[\"destructive\", \"data\"]"], &["plan-destructive", "plan-data"], &["plan-destructive"]);
    tried(&["plan.deny=[\"irreversible\", \"incomplete\"]"], &["plan-irreversible", "plan-incomplete"], &[]);
    tried(&["plan.deny=[\"collateral\"]"], &[], &["plan-collateral"]);
    tried(&["plan.tables=[\"billing.refunds\"]"], &[], &["plan-tables"]);
    tried(&["plan.max-steps=1"], &["plan-max-steps"], &["plan-max-steps"]);
    tried(&["plan.max-steps=2"], &[], &[]);
    tried(&["plan.max-steps=1", "plan.environments=[\"staging\"]"], &[], &[]);
}
