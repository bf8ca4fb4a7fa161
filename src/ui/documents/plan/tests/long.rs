//! Plans that are too long to be shown whole.

use anstream::adapter::strip_str;

use super::super::consent::CONSENT;
use super::super::text;
use super::samples::{self, long};
use super::{PlanOptions, USUAL, WITH_SQL, assert_text, commented, shown};

#[test]
fn what_destroys_data_is_shown_before_the_rest() {
    let text = shown(&long(60), USUAL);
    let revisions: Vec<_> = text.lines().filter(|line| line.contains(". apply") || line.contains('…')).collect();
    assert_text(
        &revisions.join("\n"),
        r"
1. apply `r1`
2. apply `r2`
3. apply `r3`
4. apply `r4`
5. apply `r5`
6. apply `r6`
7. apply `r7`
8. apply `r8`
9. apply `r9`
10. apply `r10`
11. apply `r11`
12. apply `r12`
13. apply `r13`
14. apply `r14`
15. apply `r15`
… 4 revisions left out
20. apply `r20`
… 9 revisions left out
30. apply `r30`
… 9 revisions left out
40. apply `r40`
… 9 revisions left out
50. apply `r50`
… 9 revisions left out
60. apply `r60`",
    );
    assert!(text.ends_with("\n\n`--all` shows what is left out"), "{text}");
}

#[test]
fn thousands_are_counted() {
    let report = long(3000);
    let text = shown(&report, USUAL);
    assert!(text.contains("\n… 2800 revisions left out, 280 of which destroy data\n"), "{text}");
    assert!(
        text.contains("\n!  300 tables dropped: `t10`, `t20`, `t30`, `t40`, `t50`, `t60` and 294 more\n"),
        "{text}"
    );
    assert!(text.lines().count() < 150);
    let all = shown(&report, PlanOptions { all: true, ..USUAL });
    assert_eq!(all.matches(". apply").count(), 3000);
    assert!(!all.contains('…'));
}

#[test]
fn who_is_asked_sees_every_revision_that_destroys_data() {
    let text = text::plan(&long(3000), CONSENT, None).as_str().to_owned();
    assert_eq!(strip_str(&text).to_string().matches("!  drop table").count(), 300);
    assert!(text.contains("`--dry-run --all` shows what is left out"), "{text}");
}

#[test]
fn of_a_long_revision_the_dangerous_operations_are_shown() {
    let mut report = samples::upgrade();
    let step = &mut report.plan.databases[0].steps[0];
    step.operations =
        (0..100).map(|number| samples::operation("add_column", &format!("t:c{number}"), number)).collect();
    step.operations.push(samples::operation("drop_column", "t:last", 101));
    step.doubts = (0..30).map(|line| samples::doubt("a.py", line, "?")).collect();
    step.writes = (0..30).map(|number| samples::table(&format!("t{number}"))).collect();
    let text = shown(&report, USUAL);
    assert!(text.contains("\n   … 61 operations left out\n!  drop column `last` of `t` (line 101)\n"), "{text}");
    assert!(text.contains("\n?  … 20 places left out\n"), "{text}");
    assert!(text.contains(", `t11` and 18 more; mentions `users`\n"), "{text}");
}

#[test]
fn a_comment_stays_shorter_than_it_may_be() {
    let mut report = long(3000);
    let all = commented(&report, PlanOptions { all: true, sql: true });
    assert!(all.len() < 60_000 && all.contains("300 tables dropped"), "{all}");
    assert!(all.ends_with("\n\nMuch is left out: a comment would be too long with it."), "{all}");

    report = samples::upgrade();
    report.plan.databases[0].steps[0].statements = vec![samples::statement(&"-- a long one".repeat(10_000), 1)];
    let text = commented(&report, WITH_SQL);
    assert!(text.contains("drop table `audit.old_users`") && !text.contains("a long one"), "{text}");
    assert!(text.ends_with("\n\nThe SQL is left out: a comment would be too long with it."), "{text}");

    report.plan.databases[0].steps[0].doc = Some("long ".repeat(30_000));
    let text = commented(&report, WITH_SQL);
    assert!(text.len() < 61_000, "{}", text.len());
}
