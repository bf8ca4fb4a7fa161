//! Every command, denied at every signal before Alembic.

use serde_json::{Value, json};

use super::commands;
use super::heard::{before, check_circumstances, never_ran, told};
use super::table::{Database, logged, recorded_with, side_by_side, text};
use crate::support::{Project, alembic};

#[test]
fn denied_commands_send_their_signals_up_to_the_denial() {
    side_by_side(2, commands::ALL, |command| {
        let signals = before(&command, &text(&alembic()));
        for (position, denied) in signals.iter().enumerate() {
            let denied = denied["signal"].as_str().expect("a name");
            let more = format!("[plugin.settings]\ndeny = [{denied:?}]");
            let project = recorded_with(Database::AtHead.put(Project::new()), &more);
            let run = logged(&project, command.typed);
            let files = project.files();
            let done = run.exits(77).stderr_has(&[
                "error: denied by policy; Alembic was not started",
                &format!("rec: the recorder denies `{denied}` (recorder)"),
                "see https://example.org/recorder",
                &format!("hint: take `{denied}` out of the recorder's `deny`"),
            ]);
            assert_eq!(done.stdout, "");
            assert!(project.files() == files, "neither the database nor the folder has changed: {done}");

            assert_eq!(told(&done, "policy"), signals[..=position], "{done}");
            // A denied action didn't happen, so no handler is notified of it.
            let end = never_ran(&command, &json!({ "error_type": "denied_by_policy", "exception": exception(denied) }));
            assert_eq!(told(&done, "handler"), [&signals[..position], &[end]].concat(), "{done}");
            check_circumstances(&done);
        }
    });
}

fn exception(denied: &str) -> Value {
    let denial = json!({
        "code": "recorder",
        "message": format!("the recorder denies `{denied}`"),
        "hint": format!("take `{denied}` out of the recorder's `deny`"),
        "url": "https://example.org/recorder",
        "place": null,
        "acceptable": false,
    });
    json!({
        "kind": "PolicyDenied",
        "message": "denied by policy `rec`",
        "denials": [{ "plugin": "rec", "denial": denial }],
    })
}
