//! The job of `docs/guide/run-in-ci.md` that comments on a pull request. Its steps run as GitHub
//! would run them: in a shell, in a clone with the branch of the pull request.

use super::runner::{Runner, Step};
use crate::support::Done;

const PAGES: [&str; 2] =
    [include_str!("../../../docs/guide/run-in-ci.md"), include_str!("../../../docs/guide/tutorial.md")];

/// Returns the first job of a page.
fn job(page: &str) -> &str {
    let (_, job) = page.split_once("```yaml\n").expect("a job");
    job.split_once("```").expect("an end").0
}

fn steps(job: &str) -> Vec<Step> {
    let (_, steps) = job.split_once("    steps:\n").expect("steps");
    let of = |step: &str| {
        let (_, command) = step.split_once("run: ")?;
        let command = command.trim_end().replace("${{ github.event.number }}", "7");
        Some(Step { command, always: step.contains("if: success() || failure()") })
    };
    steps.split("      - ").filter_map(of).collect()
}

/// Runs the job of the page; returns what the failing step said, if one fails.
pub(super) fn run(runner: &Runner) -> Option<Done> {
    runner.run(&steps(job(PAGES[0])), &|run| {
        run.env("GITHUB_BASE_REF", "main").env("GITHUB_STEP_SUMMARY", runner.0.project.path("summary.md"))
    })
}

#[test]
fn both_pages_have_the_same_job() {
    assert_eq!(job(PAGES[0]), job(PAGES[1]));
    assert_eq!(steps(job(PAGES[0])).len(), 4);
}

#[test]
fn the_comment_has_the_revisions_of_the_branch() {
    let runner = Runner::with_branch("op.add_column('users', sa.Column('name', sa.String(9)))");
    assert!(run(&runner).is_none());
    let comment = runner.text("comment.md");
    assert!(comment.contains("`two`") && comment.contains("add column `name` to `users`"), "{comment}");
    assert!(!comment.contains("create table"), "{comment}");
    assert_eq!(runner.text("summary.md"), comment);
    assert_eq!(runner.text("gh.txt"), "pr comment 7 --edit-last --create-if-none --body-file plan.md\n");
    assert_eq!(runner.text("pip.txt"), "install -r requirements.txt lback-cli\n");
}

#[test]
fn a_denial_fails_the_job_and_is_in_the_comment_and_the_log() {
    let runner = Runner::with_branch("op.drop_column('users', 'nickname')");
    let failed = run(&runner).expect("a step fails");
    assert_eq!(failed.code(), Some(77));
    failed.stderr_has(&["denied by policy", "users.nickname"]);
    for file in ["comment.md", "summary.md"] {
        let text = runner.text(file);
        assert!(text.contains("plan-drops") && text.contains("drop column `nickname` of `users`"), "{text}");
    }
}
