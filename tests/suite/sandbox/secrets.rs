//! Secrets: the plugins that get them, and the places where their values never appear.

use serde_json::json;

use super::attack::{Attack, attack};
use super::origins::granted;
use crate::support::{Project, Receiver, component, records, reports, script};

const VALUE: &str = "hunter2-and-more";

#[test]
fn a_secret_goes_to_a_plugin_that_asks_and_is_granted() {
    let table = [
        ("settings.name = 'TOKEN'", json!({ "error": "not-granted" })),
        ("settings.name = 'TOKEN'\nallow.secrets = ['OTHER']", json!({ "error": "not-granted" })),
        ("settings.unasked-name = 'TOKEN'\nallow.secrets = ['TOKEN']", json!({ "error": "not-granted" })),
        ("settings.name = 'PATH'", json!({ "error": "not-granted" })),
        ("settings.name = 'UNSET'\nallow.secrets = ['UNSET', 'TOKEN']", json!({ "error": "not-set" })),
        // The host removes the value from the log; its length shows that the plugin had it.
        (
            "settings.name = 'TOKEN'\nallow.secrets = ['TOKEN']",
            json!({ "ok": { "value": "[secret TOKEN]", "length": VALUE.len() } }),
        ),
    ];
    for (lines, expected) in table {
        let attack = attack("hostile-handler", "secret", lines);
        assert_eq!(
            attack.report(attack.lback().env("TOKEN", VALUE).env("OTHER", "another-value")),
            expected,
            "{lines}"
        );
    }
}

#[test]
fn a_secret_of_one_plugin_is_not_one_of_another() {
    let source = component("hostile-handler");
    let attack = Attack::new("")
        .plugin("honest", &source, "allow.secrets = ['TOKEN']\nsettings.name = 'TOKEN'")
        .plugin("evil", &source, "settings.attack = 'secret'\nsettings.name = 'TOKEN'");
    assert_eq!(attack.report(attack.lback().env("TOKEN", VALUE)), json!({ "error": "not-granted" }));
}

#[test]
fn a_secret_may_come_from_a_file() {
    let attack = attack("hostile-handler", "secret", "allow.secrets = ['TOKEN']\nsettings.name = 'TOKEN'");
    attack.project().write("token.txt", &format!("{VALUE}\n"));
    let file = attack.project().path("token.txt");
    // The line break at its end is the file's.
    let expected = json!({ "ok": { "value": "[secret TOKEN]", "length": VALUE.len() } });
    assert_eq!(attack.report(attack.lback().env("TOKEN_FILE", &file)), expected);
    // The variable itself goes first.
    let expected = json!({ "ok": { "value": "[secret TOKEN]", "length": 5 } });
    assert_eq!(attack.report(attack.lback().env("TOKEN_FILE", &file).env("TOKEN", "short")), expected);
}

#[test]
fn a_secret_whose_file_cannot_be_read_counts_as_not_set() {
    let attack = attack("hostile-handler", "secret", "allow.secrets = ['TOKEN']\nsettings.name = 'TOKEN'");
    let run = attack.lback().env("TOKEN_FILE", attack.project().path("missing.txt"));
    let done = attack.changes_nothing(run).stderr_has(&["the secret `TOKEN` counts as not set", "missing.txt"]);
    assert_eq!(reports(&done.stderr), [json!({ "error": "not-set" })], "{done}");
}

#[test]
fn a_secret_is_replaced_wherever_the_plugin_writes_it() {
    let attack = attack("hostile-handler", "secret-log", "allow.secrets = ['TOKEN']\nsettings.name = 'TOKEN'");
    let done = attack.changes_nothing(attack.lback().env("TOKEN", VALUE)).output_lacks(&[VALUE]);
    let _ = done.stderr_has(&[
        "in the log: [secret TOKEN]",
        "on stdout: [secret TOKEN]",
        "on stderr: [secret TOKEN]",
        "in the error: [secret TOKEN]",
    ]);
}

#[test]
fn a_value_of_several_lines_is_replaced_line_by_line() {
    let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n";
    let attack = attack("hostile-handler", "secret-log", "allow.secrets = ['KEY']\nsettings.name = 'KEY'");
    let done = attack.changes_nothing(attack.lback().env("KEY", key));
    let _ = done.output_lacks(&["MIIEvQIBADANBgkq", "hkiG9w0BAQEFAASC"]).stderr_has(&["on stdout: [secret KEY]"]);
}

#[test]
fn a_value_in_alembics_output_is_shown_to_the_user_and_kept_from_other_plugins() {
    let project = Project::new();
    let alembic = script(&project, "alembic.sh", "echo \"connecting with $TOKEN\"; echo \"error: $TOKEN\" >&2; exit 3");
    let project = project
        .alembic_command(&alembic)
        .plugin("holder", &component("hostile-handler"), "allow.secrets = ['TOKEN']")
        .plugin("other", &component("record-handler"), "");
    let done = project.lback(&["--log", "plugin=info", "migrate"]).env("TOKEN", VALUE).exits(3);
    assert_eq!(done.stdout, format!("connecting with {VALUE}\n"), "Alembic's output is the user's as it is: {done}");
    let records = records(&done.stderr);
    let failed = records.iter().find(|record| record["signal"] == "alembic_command_failed").expect("it was told");
    assert_eq!(failed["stdout"], "connecting with [secret TOKEN]\n");
    assert_eq!(failed["stderr"], "error: [secret TOKEN]\n");
}

#[test]
fn the_host_can_put_a_secret_into_a_request_that_the_plugin_never_sees() {
    let receiver = Receiver::start();
    let grant = granted(&receiver.origin());
    let lines = format!("{grant}\nallow.secrets = ['TOKEN']\nsettings.name = 'TOKEN'");
    let with_secret = attack("hostile-handler", "secret-header", &lines);
    let done = with_secret.changes_nothing(with_secret.lback().env("TOKEN", VALUE)).output_lacks(&[VALUE]);
    assert_eq!(reports(&done.stderr)[0]["ok"]["status"], 200, "{done}");
    let requests = receiver.received();
    assert_eq!(requests[0].url, format!("/x?token={VALUE}"));
    let authorization = ("authorization".to_owned(), format!("Bearer {VALUE}"));
    assert!(requests[0].headers.contains(&authorization), "{requests:?}");

    let without_grant = attack("hostile-handler", "secret-header", &format!("{grant}\nsettings.name = 'TOKEN'"));
    let report = without_grant.report(without_grant.lback().env("TOKEN", VALUE));
    assert_eq!(report["error"]["refused"], "the secret `TOKEN` is not granted");
    assert_eq!(receiver.received().len(), 1, "nothing was sent");
}

/// A tunnel has no path, and the library that opens it would write the path of the URL to the log.
#[test]
fn no_request_line_is_logged_whatever_the_method_and_the_filter() {
    let receiver = Receiver::start();
    let grant = granted(&receiver.origin());
    for (method, proxy) in
        [("CONNECT", false), ("CONNECT", true), ("GET", false), ("GET", true), ("TRACE", false), ("connect", false)]
    {
        let lines =
            format!("{grant}\nallow.secrets = ['TOKEN']\nsettings.name = 'TOKEN'\nsettings.method = '{method}'");
        let attack = attack("hostile-handler", "secret-header", &lines);
        for filter in ["trace", "hyper_util=trace,hyper=trace,reqwest=trace,h2=trace", "plugin=info"] {
            let mut run = attack.project().lback(&["--log", filter, "migrate"]).env("TOKEN", VALUE);
            if proxy {
                run = run.env("HTTP_PROXY", receiver.origin());
            }
            let done = attack.changes_nothing(run).output_lacks(&[VALUE, "token=", "hyper", "reqwest"]);
            if method == "CONNECT" && filter != "trace" {
                let _ = done.output_lacks(&["stripping path"]);
            }
        }
    }
    assert!(receiver.received().iter().all(|request| request.method != "CONNECT"));
}
