//! The context in every event: environment, actor, host, commit, branch, and CI job.

use std::process::Command;

use serde_json::{Value, json};

use super::heard::check_circumstances;
use super::table::{logged, recorded};
use crate::support::{Done, Project, Run, records};

/// Returns the context in the events of a run.
#[track_caller]
fn context(done: &Done) -> Value {
    check_circumstances(done);
    records(&done.stderr).swap_remove(0)["context"].take()
}

fn version(project: &Project) -> Run<'_> {
    logged(project, &["alembic", "--version"])
}

/// A project with these lines about the environment in `lback.toml`. Any program will do as
/// Alembic.
fn in_environment(environment: &str) -> Project {
    let config = format!("[project]\nname = 'shop'\n{environment}\n[alembic]\ncommand = ['true']\n");
    recorded(Project::new().whole_config(&config))
}

#[test]
fn environment_comes_from_the_option_the_variable_or_the_file() {
    // In `lback.toml`, `LBACK_ENVIRONMENT`, `--environment`, and what counts.
    let cases: [(&str, Option<&str>, Option<&str>, Value); 6] = [
        ("", None, None, Value::Null),
        ("environment = 'development'", None, None, json!("development")),
        ("environment = 'development'", Some("staging"), None, json!("staging")),
        ("environment = 'development'", Some("staging"), Some("production"), json!("production")),
        ("environment = 'development'", None, Some("production"), json!("production")),
        ("environment = 'development'", Some(""), None, json!("development")),
    ];
    for (file, variable, option, expected) in cases {
        let project = in_environment(file);
        let option = option.map(|name| ["--environment", name]);
        let run =
            logged(&project, &[option.as_ref().map_or(&[][..], |words| words), &["alembic", "--version"]].concat());
        let run = if let Some(name) = variable { run.env("LBACK_ENVIRONMENT", name) } else { run };
        assert_eq!(context(&run.exits(0))["environment"], expected, "{file} {variable:?} {option:?}");
    }
}

#[test]
fn actor_and_host_are_those_of_this_machine() {
    let project = in_environment("");
    let host = Command::new("uname").arg("-n").output().expect("uname").stdout;
    let host = String::from_utf8(host).expect("a name");
    let found = context(&version(&project).exits(0));
    let expected = json!({
        "environment": null,
        "actor": "tester",
        "host": host.trim(),
        "git_commit": null,
        "git_branch": null,
        "ci_job_url": null,
        "overrides": [],
        "target": null,
    });
    assert_eq!(found, expected);
    let found = context(&version(&project).without_env("USER").env("LOGNAME", "deployer").exits(0));
    assert_eq!(found["actor"], "deployer");
}

fn git(project: &Project, args: &[&str]) -> String {
    let identity = ["-c", "user.name=tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(identity).args(args).current_dir(project.root()).output().expect("git");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

#[test]
fn commit_and_branch_are_those_that_are_checked_out() {
    let project = in_environment("");
    git(&project, &["init", "--quiet"]);
    git(&project, &["symbolic-ref", "HEAD", "refs/heads/feature/users"]);
    let found = context(&version(&project).exits(0));
    assert_eq!((&found["git_commit"], &found["git_branch"]), (&Value::Null, &json!("feature/users")), "no commit yet");

    git(&project, &["commit", "--quiet", "--allow-empty", "--message", "first"]);
    let commit = git(&project, &["rev-parse", "HEAD"]);
    assert_eq!(commit.len(), 40);
    let found = context(&version(&project).in_folder("migrations").exits(0));
    assert_eq!((&found["git_commit"], &found["git_branch"]), (&json!(commit), &json!("feature/users")));

    git(&project, &["checkout", "--quiet", "--detach"]);
    let found = context(&version(&project).exits(0));
    assert_eq!((&found["git_commit"], &found["git_branch"]), (&json!(commit), &Value::Null));
}

/// A CI system: its variables, and the context that results.
type Ci = (&'static [(&'static str, &'static str)], fn() -> Value);

const SYSTEMS: [Ci; 3] = [
    (
        &[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_ACTOR", "author"),
            ("GITHUB_TRIGGERING_ACTOR", "octocat"),
            ("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567"),
            ("GITHUB_REF_NAME", "main"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "acme/shop"),
            ("GITHUB_RUN_ID", "42"),
        ],
        || {
            json!({
                "actor": "octocat",
                "git_commit": "0123456789abcdef0123456789abcdef01234567",
                "git_branch": "main",
                "ci_job_url": "https://github.com/acme/shop/actions/runs/42",
            })
        },
    ),
    (
        // A pull request: the name of the ref is that of a merge that was never made.
        &[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_ACTOR", "author"),
            ("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567"),
            ("GITHUB_REF_NAME", "7/merge"),
            ("GITHUB_HEAD_REF", "add-users"),
            ("GITHUB_REPOSITORY", "acme/shop"),
        ],
        || {
            json!({
                "actor": "author",
                "git_commit": "0123456789abcdef0123456789abcdef01234567",
                "git_branch": "add-users",
                "ci_job_url": null,
            })
        },
    ),
    (
        &[
            ("GITLAB_CI", "true"),
            ("GITLAB_USER_LOGIN", "tanuki"),
            ("CI_COMMIT_SHA", "89abcdef0123456789abcdef0123456789abcdef"),
            ("CI_COMMIT_REF_NAME", "release"),
            ("CI_JOB_URL", "https://gitlab.com/acme/shop/-/jobs/7"),
        ],
        || {
            json!({
                "actor": "tanuki",
                "git_commit": "89abcdef0123456789abcdef0123456789abcdef",
                "git_branch": "release",
                "ci_job_url": "https://gitlab.com/acme/shop/-/jobs/7",
            })
        },
    ),
];

#[test]
fn ci_systems_are_asked_before_the_machine() {
    for (variables, expected) in SYSTEMS {
        let project = in_environment("");
        let run = variables.iter().fold(version(&project), |run, (name, value)| run.env(name, value));
        let found = context(&run.exits(0));
        for (name, value) in expected().as_object().expect("an object") {
            assert_eq!(found[name], *value, "{name} of {found}");
        }
    }
}
