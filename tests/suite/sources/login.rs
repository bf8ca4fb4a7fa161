//! Registries that require a login: Docker's files and helpers.

use std::os::unix::fs::PermissionsExt as _;

use super::publish::{inspect, publish};
use super::registry::{Registry, USER};
use crate::support::{Project, Run, plugin, script};

/// The logins `ada:lovelace` and `ada:wrong`, as Docker writes them.
const RIGHT: &str = "YWRhOmxvdmVsYWNl";
const WRONG: &str = "YWRhOndyb25n";

/// A project with this configuration of Docker.
fn with_config(config: &str) -> Project {
    Project::empty().file("docker/config.json", config)
}

fn auths(registry: &Registry, auth: &str) -> String {
    format!(r#"{{ "auths": {{ "{}": {{ "auth": "{auth}" }} }} }}"#, registry.address())
}

#[test]
fn without_credentials_nothing_is_read_or_written() {
    let (registry, project) = (Registry::with_login(), Project::empty());
    let target = registry.source("guard:1");
    let login = format!("hint: `docker login {}` stores the credentials", registry.address());
    for run in [publish(&project, &plugin("guard"), &target), inspect(&project, &target)] {
        let done = run.exits(69).stderr_has(&["is not accessible: it needs credentials", &login]);
        assert_eq!(done.stdout, "");
    }
}

#[test]
fn the_credentials_of_dockers_file_are_used() {
    let registry = Registry::with_login();
    let target = registry.source("guard:1");
    let project = with_config(&auths(&registry, RIGHT));
    publish(&project, &plugin("guard"), &target).exits(0);
    inspect(&project, &target).exits(0);

    let project = with_config(&auths(&registry, WRONG));
    for run in [publish(&project, &plugin("guard"), &target), inspect(&project, &target)] {
        run.exits(69)
            .stderr_has(&["these credentials may not have it", "hint: `docker login "])
            .output_lacks(&["wrong", WRONG]);
    }
}

/// Writes the helper `docker-credential-test`, which records its requests in a file.
fn helped<'a>(project: &'a Project, run: Run<'a>, answer: &str) -> Run<'a> {
    let helper = script(project, "docker-credential-test", &format!("cat >\"$ASKED\"\n{answer}"));
    assert_eq!(helper.metadata().expect("a script").permissions().mode() & 0o100, 0o100);
    let path = format!("{}:{}", project.root().display(), std::env::var("PATH").expect("a PATH"));
    run.env("PATH", path).env("ASKED", project.path("asked"))
}

#[test]
fn a_helper_is_asked() {
    let registry = Registry::with_login();
    let address = registry.address().to_string();
    let (user, password) = USER;
    let answer = format!(r#"echo '{{"ServerURL": "x", "Username": "{user}", "Secret": "{password}"}}'"#);
    for config in
        [r#"{ "credsStore": "test" }"#.to_owned(), format!(r#"{{ "credHelpers": {{ "{address}": "test" }} }}"#)]
    {
        let project = with_config(&config);
        helped(&project, publish(&project, &plugin("guard"), &registry.source("guard:1")), &answer).exits(0);
        assert_eq!(std::fs::read_to_string(project.path("asked")).expect("a file"), address);
    }
}

#[test]
fn a_helper_that_knows_none_is_as_good_as_no_helper() {
    let project = with_config(r#"{ "credsStore": "test" }"#);
    let knows_none = "echo 'credentials not found in native keychain'; exit 1";
    let open = Registry::with_login();
    helped(&project, inspect(&project, &open.source("guard:1")), knows_none)
        .exits(69)
        .stderr_has(&["it needs credentials"]);
}

#[test]
fn credentials_that_cannot_be_had() {
    let registry = Registry::with_login();
    let source = registry.source("guard:1");
    let project = with_config(r#"{ "credsStore": "test" }"#);
    for (answer, says) in [
        (
            "echo 'the keychain is locked' >&2; exit 1",
            "the helper `docker-credential-test` fails; it says: the keychain is locked",
        ),
        ("echo nonsense", "answers what can't be read"),
        (r#"echo '{"ServerURL": "x", "Username": "<token>", "Secret": "x"}'"#, "an identity token is stored"),
    ] {
        helped(&project, inspect(&project, &source), answer).exits(69).stderr_has(&[
            "error: cannot get the credentials for `127.0.0.1:",
            says,
            "hint: lback reads Docker's `config.json`",
        ]);
    }
    let project = with_config(r#"{ "credsStore": "not-there" }"#);
    inspect(&project, &source).exits(69).stderr_has(&["a helper that `", "can't be run"]);
    let project = with_config("not JSON");
    inspect(&project, &source).exits(69).stderr_has(&["config.json` is not a `config.json` of Docker"]);
}

/// Registries without a login get no credentials.
#[test]
fn credentials_are_sent_only_when_requested() {
    let registry = Registry::open();
    let project = with_config("not JSON");
    publish(&project, &plugin("guard"), &registry.source("guard:1")).exits(0);
}
