//! The job of `docs/guide/run-in-ci.md` that comments on a merge request of GitLab. Its commands
//! run as GitLab's runner runs them, with a server in the place of GitLab's API.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::runner::{Runner, Step};
use crate::support::{Done, Receiver, Reply, Request, python};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide/run-in-ci.md");
const NOTES: &str = "/api/v4/projects/42/merge_requests/7/notes";

/// GitLab's notes of one merge request, with one of a colleague.
fn gitlab() -> Receiver {
    let notes = Mutex::new(BTreeMap::from([(11, "Looks good to me".to_owned())]));
    Receiver::answering(move |request, _| answer(request, &mut notes.lock().expect("no test panics here")))
}

fn answer(request: &Request, notes: &mut BTreeMap<u64, String>) -> Reply {
    let has_token = request.headers.contains(&("private-token".to_owned(), "glpat-0123456789abcdefghij".to_owned()));
    let (path, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
    let id = path.strip_prefix(NOTES).map(|rest| rest.trim_start_matches('/').parse::<u64>());
    match (&*request.method, id) {
        _ if !has_token => Reply::status(401),
        // GitLab lists the newest notes first, 20 unless the query says otherwise.
        ("GET", Some(Err(_))) if query.contains("per_page=100") => {
            let list: Vec<Value> = notes.iter().rev().map(|(id, body)| json!({ "id": id, "body": body })).collect();
            Reply { body: json!(list).to_string().into_bytes(), ..Reply::status(200) }
        }
        ("POST", Some(Err(_))) => {
            let next = notes.keys().max().map_or(1, |last| last + 1);
            notes.insert(next, body(request));
            Reply { body: json!({ "id": next }).to_string().into_bytes(), ..Reply::status(201) }
        }
        ("PUT", Some(Ok(id))) if notes.contains_key(&id) => {
            notes.insert(id, body(request));
            Reply { body: json!({ "id": id }).to_string().into_bytes(), ..Reply::status(200) }
        }
        _ => Reply::status(404),
    }
}

/// Returns the text of a note that a form has.
fn body(request: &Request) -> String {
    let value = request.body.strip_prefix("body=").expect("a form with a body");
    let mut bytes = Vec::new();
    let mut ahead = value.bytes();
    while let Some(byte) = ahead.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits: String = [ahead.next(), ahead.next()].into_iter().flatten().map(char::from).collect();
                u8::from_str_radix(&digits, 16).expect("two digits")
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Returns the commands of the job: those of `script` in one shell, those of `after_script` in
/// another, which runs after a failure as well.
fn steps(runner: &Runner) -> Vec<Step> {
    let read = "import json, sys, yaml\n\
        section = open(sys.argv[1]).read().split('## Comment on a merge request\\n', 1)[1]\n\
        json.dump(yaml.safe_load(section.split('```yaml\\n', 1)[1].split('```', 1)[0]), sys.stdout)";
    let done = runner.0.project.program(python().as_os_str(), &["-c", read, PAGE]).exits(0);
    let job: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(job["plan"]["rules"][0]["if"], "$CI_PIPELINE_SOURCE == \"merge_request_event\"");
    assert_eq!(job["plan"]["variables"]["GIT_DEPTH"], 0);
    let lines = |name: &str| {
        let lines = job["plan"][name].as_array().expect("commands").iter();
        lines.map(|line| line.as_str().expect("text").to_owned()).collect::<Vec<_>>().join("\n")
    };
    vec![Step { command: lines("script"), always: false }, Step { command: lines("after_script"), always: true }]
}

fn run(runner: &Runner, gitlab: &Receiver) -> Option<Done> {
    runner.run(&steps(runner), &|run| {
        run.env("CI_API_V4_URL", format!("{}/api/v4", gitlab.origin()))
            .env("CI_PROJECT_ID", "42")
            .env("CI_MERGE_REQUEST_IID", "7")
            .env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")
            .env("GITLAB_TOKEN", "glpat-0123456789abcdefghij")
    })
}

/// Returns the method, the path and the text of each request that wrote a note.
fn written(gitlab: &Receiver) -> Vec<(String, String, String)> {
    let requests = gitlab.received().into_iter().filter(|request| request.method != "GET");
    requests.map(|request| (request.method.clone(), request.url.clone(), body(&request))).collect()
}

#[test]
fn a_merge_request_has_one_comment_with_the_latest_plan() {
    let (runner, gitlab) = (Runner::with_branch("op.add_column('users', sa.Column('name', sa.String(9)))"), gitlab());
    for _ in 0..2 {
        if let Some(failed) = run(&runner, &gitlab) {
            panic!("{failed}");
        }
    }
    let [first, second] = &written(&gitlab)[..] else { panic!("{:#?}", gitlab.received()) };
    assert_eq!((&*first.0, &*first.1), ("POST", NOTES));
    assert!(first.2.contains("`two`") && first.2.contains("add column `name` to `users`"), "{}", first.2);
    assert_eq!((&*second.0, &*second.1), ("PUT", &*format!("{NOTES}/12")), "the colleague's note is left alone");
    assert_eq!(first.2, second.2);
}

#[test]
fn a_denial_fails_the_job_and_is_in_the_comment() {
    let (runner, gitlab) = (Runner::with_branch("op.drop_column('users', 'nickname')"), gitlab());
    let failed = run(&runner, &gitlab).expect("the script fails");
    assert_eq!(failed.code(), Some(77));
    failed.stderr_has(&["denied by policy", "users.nickname"]);
    let [(_, _, comment)] = &written(&gitlab)[..] else { panic!("{:#?}", gitlab.received()) };
    assert!(comment.contains("plan-drops") && comment.contains("drop column `nickname` of `users`"), "{comment}");
}

#[test]
fn a_comment_that_gitlab_refuses_is_an_error_of_the_step() {
    let (runner, gitlab) = (Runner::with_branch("pass"), Receiver::answering(|_, _| Reply::status(403)));
    let failed = run(&runner, &gitlab).expect("the comment fails");
    failed.stderr_has(&["403"]);
}
