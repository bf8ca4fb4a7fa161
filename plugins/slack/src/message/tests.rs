use super::*;
use crate::bindings::lback::plugin::types::{
    Completed, Context, Database, Denial, Event, Exception, Failed, Override, Sender, Signal, Started, Step,
};

mod limits;

fn event(signal: Signal) -> Event {
    Event {
        id: "019aaf2e-0000-7000-8000-000000000001".to_owned(),
        time: "2026-11-22T18:00:00.000Z".to_owned(),
        sender: Sender {
            run_id: "019aaf2e-0000".to_owned(),
            project: "shop".to_owned(),
            lback_version: "0.1.0".to_owned(),
        },
        context: Context {
            environment: Some("production".to_owned()),
            actor: Some("ana".to_owned()),
            host: Some("runner-7".to_owned()),
            git_commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
            git_branch: Some("main".to_owned()),
            ci_job_url: Some("https://ci.example.com/jobs/7?a=1&b=2".to_owned()),
            overrides: Vec::new(),
            target: None,
        },
        signal,
    }
}

fn bare(signal: Signal) -> Event {
    let context = Context {
        environment: None,
        actor: None,
        host: None,
        git_commit: None,
        git_branch: None,
        ci_job_url: None,
        overrides: Vec::new(),
        target: None,
    };
    Event { context, ..event(signal) }
}

fn failed(error_type: &str) -> Failed {
    Failed {
        command: "upgrade".to_owned(),
        args: vec!["head".to_owned()],
        returncode: Some(1),
        stdout: String::new(),
        stderr: String::new(),
        error_type: Some(error_type.to_owned()),
        exception: None,
        duration_ms: 12_345,
        databases: Vec::new(),
        attempts: 1,
        accepted: Vec::new(),
    }
}

fn denial(plugin: &str, code: &str) -> AttributedDenial {
    AttributedDenial {
        plugin: plugin.to_owned(),
        denial: Denial {
            code: code.to_owned(),
            message: "`downgrade` is not allowed in `production`".to_owned(),
            hint: Some("roll forward & migrate".to_owned()),
            url: Some("https://wiki.example.com/db?a=1&b=2".to_owned()),
            place: None,
            acceptable: false,
        },
    }
}

fn message(event: &Event, settings: &str) -> Value {
    build(&Run::of(event).unwrap(), &plugin_kit::settings::parse(settings).unwrap())
}

/// Returns the text of each block except the last, which names the sender.
fn texts(message: &Value) -> Vec<String> {
    let blocks = message["blocks"].as_array().unwrap();
    let text = |block: &Value| block["text"]["text"].as_str().map(str::to_owned);
    blocks.iter().filter_map(text).collect()
}

fn step(revision: &str, duration_ms: Option<u64>) -> Step {
    Step { revision: revision.to_owned(), direction: "upgrade".to_owned(), doc: None, duration_ms }
}

fn database(state: &str, heads_after: Option<&str>, steps: Vec<Step>) -> Database {
    Database {
        dialect: "sqlite".to_owned(),
        name: None,
        heads_before: vec!["a1".to_owned()],
        heads_after: heads_after.map(|head| vec![head.to_owned()]),
        state: state.to_owned(),
        steps,
    }
}

#[test]
fn where_the_database_stands() {
    let two = || vec![step("b2", Some(20)), step("c3", None)];
    let listed = "\n• upgrade `b2`\n✗ upgrade `c3`";
    for (state, after, steps, expected) in [
        ("unchanged", Some("a1"), two(), format!("The sqlite database is unchanged, at `a1`; it failed in `c3`.{listed}")),
        ("unchanged", Some("a1"), Vec::new(), "The sqlite database is unchanged, at `a1`.".to_owned()),
        ("advanced", Some("b2"), two(), format!("The sqlite database went from `a1` to `b2` (2 steps, cut off in `c3`).{listed}")),
        (
            "suspect",
            Some("b2"),
            two(),
            format!("🚨 The sqlite database may be between two revisions: it reports `b2`, and was at `a1` (2 steps, cut off in `c3`).{listed}"),
        ),
        (
            "unknown",
            None,
            vec![step("b2", None)],
            "🚨 The sqlite database: its state is unknown, and it was at `a1` (1 step, cut off in `b2`).\n✗ upgrade `b2`".to_owned(),
        ),
    ] {
        let failed = Failed { databases: vec![database(state, after, steps)], ..failed("non_zero_exit_code") };
        let message = message(&event(Signal::AlembicCommandFailed(failed)), "{}");
        assert!(texts(&message).contains(&expected), "{state}: {message:#}");
    }
}

#[test]
fn databases_and_steps_have_their_names() {
    let titled = |revision: &str, doc: &str| Step { doc: Some(doc.to_owned()), ..step(revision, Some(5)) };
    let steps = vec![titled("b2", "Add <phone>"), titled("c3", "Drop & go")];
    let named = Database { name: Some("shop".to_owned()), ..database("done", Some("c3"), steps) };
    let completed = Failed { databases: vec![named], ..failed("non_zero_exit_code") };
    let message = self::message(&event(Signal::AlembicCommandFailed(completed)), "{}");
    let expected = "`shop` (sqlite) went from `a1` to `c3` (2 steps).\n• upgrade `b2` Add &lt;phone&gt;\n• upgrade `c3` Drop &amp; go";
    assert!(texts(&message).contains(&expected.to_owned()), "{message:#}");
    let many = (0..14).map(|number| step(&format!("r{number}"), Some(1))).collect();
    let long = Failed { databases: vec![database("done", Some("r13"), many)], ..failed("non_zero_exit_code") };
    let message = self::message(&event(Signal::AlembicCommandFailed(long)), "{}");
    assert!(message.to_string().contains("… and 4 more"), "{message:#}");
}

#[test]
fn a_message_tells_the_time_of_its_event() {
    let message = message(&event(Signal::AlembicCommandFailed(failed("non_zero_exit_code"))), "{}");
    let last = message["blocks"].as_array().unwrap().last().unwrap();
    assert_eq!(last["elements"][0]["text"], "2026-11-22 18:00:00 UTC · lback 0.1.0 · run 019aaf2e-0000");
}

#[test]
fn a_database_at_which_nothing_was_done_is_no_news() {
    let completed = Completed {
        command: "upgrade".to_owned(),
        args: Vec::new(),
        returncode: 0,
        stdout: String::new(),
        stderr: String::new(),
        duration_ms: 1,
        databases: vec![database("unchanged", Some("a1"), Vec::new())],
        attempts: 1,
        accepted: Vec::new(),
    };
    let message = message(&event(Signal::AlembicCommandCompleted(completed)), "{}");
    assert!(!message.to_string().contains("sqlite"), "{message:#}");
}

#[test]
fn a_veto_that_was_set_aside() {
    let mut event = event(Signal::AlembicCommandFailed(failed("non_zero_exit_code")));
    event.context.overrides =
        vec![Override { plugin: "guard".to_owned(), reason: "ticket <4711> & a fire".to_owned() }];
    let expected = "🔓 The veto of *guard* was set aside: ticket &lt;4711&gt; &amp; a fire";
    assert!(texts(&message(&event, "{}")).contains(&expected.to_owned()));
}

#[test]
fn a_completed_run() {
    let completed = Signal::AlembicCommandCompleted(Completed {
        command: "upgrade".to_owned(),
        args: vec!["head".to_owned()],
        returncode: 0,
        stdout: "not shown".to_owned(),
        stderr: "not shown".to_owned(),
        duration_ms: 1_234,
        databases: Vec::new(),
        attempts: 1,
        accepted: Vec::new(),
    });
    assert_eq!(
        message(&event(completed), "{}"),
        json!({
            "text": "✅ shop: `alembic upgrade head` in *production* completed in 1.2 s",
            "blocks": [
                { "type": "header", "text": { "type": "plain_text", "emoji": true, "text": "✅ shop: upgrade completed" } },
                {
                    "type": "section",
                    "text": { "type": "mrkdwn", "text": "`alembic upgrade head` in *production* completed in 1.2 s" },
                },
                {
                    "type": "section",
                    "fields": [
                        { "type": "mrkdwn", "text": "*Project*\nshop" },
                        { "type": "mrkdwn", "text": "*Environment*\nproduction" },
                        { "type": "mrkdwn", "text": "*By*\nana" },
                        { "type": "mrkdwn", "text": "*Host*\nrunner-7" },
                        { "type": "mrkdwn", "text": "*Duration*\n1.2 s" },
                        { "type": "mrkdwn", "text": "*Commit*\n`0123456789` on `main`" },
                    ],
                },
                {
                    "type": "section",
                    "text": { "type": "mrkdwn", "text": "<https://ci.example.com/jobs/7?a=1&amp;b=2|Open the CI job>" },
                },
                { "type": "context", "elements": [{ "type": "mrkdwn", "text": "2026-11-22 18:00:00 UTC · lback 0.1.0 · run 019aaf2e-0000" }] },
            ],
        })
    );
}

#[test]
fn a_failed_run_shows_what_alembic_said() {
    let failed = Failed {
        stdout: "noise\nFAILED: first\nFAILED: Can't locate revision\n  'abc'\n".to_owned(),
        stderr: "one\ntwo <b>\n```\nthree".to_owned(),
        ..failed("non_zero_exit_code")
    };
    let event = event(Signal::AlembicCommandFailed(failed));
    let settings = r#"{"output-lines": 3, "title": "Shop <DB>", "mention": {"failed": "<!here>"}}"#;
    let message = message(&event, settings);
    let sentence = "<!here> `alembic upgrade head` in *production* failed with exit code 1 after 12.3 s";
    assert_eq!(
        texts(&message),
        [
            "❌ Shop &lt;DB&gt;: upgrade failed",
            sentence,
            "*stdout*\n```\nFAILED: Can't locate revision\n  'abc'\n```",
            "*stderr*\n```\n…\ntwo &lt;b&gt;\n``\u{200b}`\nthree\n```",
            "<https://ci.example.com/jobs/7?a=1&amp;b=2|Open the CI job>",
        ]
    );
    let fallback =
        "<!here> ❌ Shop &lt;DB&gt;: `alembic upgrade head` in *production* failed with exit code 1 after 12.3 s";
    assert_eq!(message["text"], fallback);
    let silent = r#"{"output-lines": 0}"#;
    assert_eq!(texts(&super::tests::message(&event, silent)).len(), 3);
}

#[test]
fn a_denied_run_shows_who_denied_it_and_what_to_do() {
    let exception = Exception {
        kind: "PolicyDenied".to_owned(),
        message: "2 policies said no".to_owned(),
        denials: vec![denial("guard", "downgrade-in-protected-environment"), denial("second", "x")],
    };
    let failed = Failed {
        command: "downgrade".to_owned(),
        args: vec!["-1".to_owned()],
        returncode: None,
        exception: Some(exception),
        duration_ms: 0,
        databases: Vec::new(),
        attempts: 1,
        accepted: Vec::new(),
        ..failed("denied_by_policy")
    };
    let denied = bare(Signal::AlembicCommandFailed(failed));
    let message = message(&denied, "{}");
    let rest = "`downgrade` is not allowed in `production`\n💡 roll forward &amp; migrate\n<https://wiki.example.com/db?a=1&amp;b=2|Read more>";
    assert_eq!(
        texts(&message),
        [
            "⛔ shop: downgrade denied",
            "`alembic downgrade -1` in an unnamed environment was denied by policy; nothing was run",
            &format!("*guard* `downgrade-in-protected-environment`\n{rest}"),
            &format!("*second* `x`\n{rest}"),
        ]
    );
    let fields = message["blocks"][2]["fields"].as_array().unwrap();
    assert_eq!(fields.len(), 2);
    assert_eq!(fields[1]["text"], "*Environment*\n_not named_");
}

#[test]
fn every_ending_has_its_words() {
    let cause =
        Exception { kind: "TimedOut".to_owned(), message: "longer than 30 min".to_owned(), denials: Vec::new() };
    let signal = Failed { returncode: Some(-2), exception: Some(cause), duration_ms: 1_800_000, ..failed("timed_out") };
    let texts_of = |failed: Failed| texts(&message(&bare(Signal::AlembicCommandFailed(failed)), "{}"));
    let place = "`alembic upgrade head` in an unnamed environment";
    assert_eq!(
        texts_of(signal),
        [
            "⏰ shop: upgrade timed out".to_owned(),
            format!("{place} took too long and was stopped after 30 min 00 s"),
            "`TimedOut` longer than 30 min".to_owned(),
        ]
    );
    for (error_type, returncode, headline, ending) in [
        ("interrupted", Some(-2), "⚠️ shop: upgrade interrupted", "was interrupted after 12.3 s"),
        (
            "alembic_not_found",
            None,
            "❌ shop: upgrade impossible without Alembic",
            "could not run: Alembic was not found",
        ),
        ("non_zero_exit_code", Some(-9), "❌ shop: upgrade failed", "failed, ended by signal 9 after 12.3 s"),
        ("exception", None, "❌ shop: upgrade failed", "failed after 12.3 s"),
        ("of_tomorrow", Some(3), "❌ shop: upgrade failed", "failed with exit code 3 after 12.3 s"),
    ] {
        let texts = texts_of(Failed { returncode, ..failed(error_type) });
        assert_eq!(texts, [headline.to_owned(), format!("{place} {ending}")], "{error_type}");
    }
    let started = Started { command: "upgrade".to_owned(), args: vec!["head".to_owned()], full_command: Vec::new() };
    let started = message(&bare(Signal::AlembicCommandStarted(started)), "{}");
    assert_eq!(texts(&started), ["▶️ shop: upgrade started".to_owned(), format!("{place} has started")]);
}

#[test]
fn other_signals_are_not_reported() {
    assert!(Run::of(&event(Signal::MigrationHistoryCommand)).is_none());
    assert!(Run::of(&event(Signal::MigrationCommandsInitialized)).is_none());
}
