//! `lback plan --since`: the plan of the revisions that a branch adds.

use serde_json::{Value, json};

use crate::support::{Project, VersionScript, plugin};

/// The settings of guard with which it denies drops.
const DENIES: &str = "[plugin.settings]\nprotect = [\"production\"]\nplan.deny = [\"drops\"]";

fn git(project: &Project, words: &[&str]) {
    let who = ["-c", "user.name=Ada", "-c", "user.email=a@example.com"];
    project.program("git".as_ref(), &[&who[..], words].concat()).exits(0);
}

fn commit(project: &Project, message: &str) {
    git(project, &["add", "migrations"]);
    git(project, &["commit", "--quiet", "-m", message]);
}

/// A project on the branch `feature`, one commit after `main`, which adds two revisions.
fn branch() -> Project {
    let project = Project::new();
    git(&project, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&project, "three revisions");
    git(&project, &["checkout", "--quiet", "-b", "feature"]);
    let project = project
        .script(&VersionScript::new("four").after(&["three"]).makes_table("four", ""))
        .script(&VersionScript::new("five").after(&["four"]).upgrade("op.drop_table('one')"));
    commit(&project, "two more");
    project
}

/// The plan of the only database, in JSON.
fn planned(project: &Project, words: &[&str]) -> Value {
    let done = project.lback(&[&["plan", "--json"], words].concat()).exits(0);
    let mut plan: Value = serde_json::from_str(&done.stdout).expect("JSON");
    plan["plan"]["databases"][0].take()
}

fn steps(project: &Project, words: &[&str]) -> Vec<String> {
    let plan = planned(project, words);
    let steps = plan["steps"].as_array().expect("steps");
    steps.iter().filter_map(|step| step["revision"].as_str().map(str::to_owned)).collect()
}

#[test]
fn only_revisions_of_the_branch_are_planned() {
    let project = branch();
    assert_eq!(steps(&project, &[]), ["one", "two", "three", "four", "five"]);
    assert_eq!(steps(&project, &["--since", "main"]), ["four", "five"]);
    assert_eq!(steps(&project, &["migrate", "four", "--since", "main"]), ["four"]);
    assert_eq!(steps(&project, &["--since", "HEAD"]), [""; 0]);
    let shown = project.lback(&["plan", "--since", "main", "--markdown"]).exits(0);
    shown.stdout_has(&["four", "five"]).output_lacks(&["make two"]);
    // What is not committed yet is new as well, and what `main` got meanwhile isn't.
    project.write("migrations/versions/six.py", &VersionScript::new("six").after(&["five"]).text());
    assert_eq!(steps(&project, &["--since", "main"]), ["four", "five", "six"]);
    git(&project, &["checkout", "--quiet", "main"]);
    std::fs::remove_file(project.path("migrations/versions/six.py")).expect("a script");
    project.write("other", "");
    git(&project, &["add", "other"]);
    git(&project, &["commit", "--quiet", "-m", "other"]);
    git(&project, &["checkout", "--quiet", "feature"]);
    assert_eq!(steps(&project, &["--since", "main"]), ["four", "five"]);
}

#[test]
fn a_rollback_ends_where_the_branch_begins() {
    let project = branch();
    project.lback(&["migrate"]).exits(0);
    let plan = planned(&project, &["rollback", "base", "--since", "main"]);
    assert_eq!(plan["heads"], json!(["five"]));
    assert_eq!(plan["target_heads"], json!(["three"]));
    assert_eq!(steps(&project, &["rollback", "base", "--since", "main"]), ["five", "four"]);
    let plan = planned(&project, &["rollback", "base", "--since", "HEAD"]);
    assert_eq!((&plan["heads"], &plan["target_heads"]), (&json!(["five"]), &json!(["five"])));
}

#[test]
fn policies_judge_the_revisions_of_the_branch() {
    let project = branch().plugin("guard", &plugin("guard"), DENIES);
    let words = ["--environment", "production", "plan", "--json"];
    let done = project.lback(&[&words[..], &["--since", "main"]].concat()).exits(77);
    let done = done.stderr_has(&["error: denied by policy", "guard: "]);
    serde_json::from_str::<Value>(&done.stdout).expect("stdout is the document alone");
    let first = project.lback(&[&words[..], &["--since", "feature"]].concat()).exits(0);
    assert_eq!(first.stderr, "", "nothing was added: {first}");
}

#[test]
fn a_denial_is_in_the_log_of_the_job() {
    let project = branch().plugin("guard", &plugin("guard"), DENIES);
    for words in [&["plan"][..], &["plan", "--markdown"], &["migrate", "--dry-run"]] {
        let done = project.lback(&[&["--environment", "production"], words].concat()).exits(77);
        done.stderr_has(&["error: denied by policy: the command would not run\n  guard: ", "one"]);
    }
    let shown = project.lback(&["--environment", "production", "plan"]).on_a_terminal("").exits(77);
    assert!(!shown.stdout.contains("error: "), "a terminal shows it once: {shown}");
}

#[test]
fn a_reference_that_git_does_not_know_is_an_error() {
    let project = branch();
    for reference in ["origin/main", "nosuch", "--help", "-x", ""] {
        let option = format!("--since={reference}");
        let done = project.lback(&["plan", &option]).exits(64);
        done.stderr_has(&["error: Git can't tell what was added since", "hint: "]);
    }
    let outside = Project::new();
    outside.lback(&["plan", "--since", "main"]).exits(64).stderr_has(&["error: Git can't tell what was added since"]);
}
