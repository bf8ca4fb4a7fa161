use super::*;
use crate::model::database::Direction;
use crate::model::plan::{DatabasePlan, PlannedStep, Reversible};

const TODAY: &str = "2027-01-31T23:30:00Z";

fn comment(code: &str, lines: Option<(u32, u32)>, until: Option<&str>, reason: Option<&str>) -> AllowComment {
    AllowComment { code: code.into(), line: 7, lines, until: until.map(Into::into), reason: reason.map(Into::into) }
}

fn plan(comments: Vec<AllowComment>) -> Plan {
    let step = PlannedStep {
        revision: "b2".into(),
        direction: Direction::Upgrade,
        down_revisions: vec![],
        depends_on: vec![],
        branch_labels: vec![],
        doc: None,
        file: Some("versions/b2.py".into()),
        operations: vec![],
        writes: vec![],
        references: vec![],
        reversible: Reversible::Yes,
        irreversible_because: None,
        leftovers: vec![],
        statements: vec![],
        doubts: vec![],
        allow_comments: comments,
        part: None,
        because: None,
    };
    let database = DatabasePlan {
        dialect: "postgresql".into(),
        name: None,
        server: "postgresql".into(),
        version: None,
        schema: None,
        transactional_ddl: true,
        heads: vec![],
        target_heads: vec![],
        steps: vec![step],
        tables: vec![],
        saved_facts: None,
        invalid_indexes: Vec::new(),
        inputs: vec![],
    };
    Plan { direction: Direction::Upgrade, target: "head".into(), table: None, databases: vec![database] }
}

fn denial(code: &str, file: Option<&str>, line: Option<u32>) -> Denial {
    let place = Some(Place { revision: "b2".into(), file: file.map(Into::into), line });
    Denial { place, acceptable: true, hint: Some("do otherwise".into()), ..Denial::new(code, "it drops".into()) }
}

fn judged(denials: Vec<Denial>, comments: Vec<AllowComment>) -> Verdict {
    let mut verdict = Verdict { decision: Decision::Deny(denials), warnings: vec![], accepted: vec![] };
    accept(&mut verdict, "guard", &plan(comments), TODAY.parse().unwrap());
    verdict
}

/// Returns the hint of the only denial.
fn denied(verdict: &Verdict) -> &str {
    match &verdict.decision {
        Decision::Deny(denials) if denials.len() == 1 && verdict.accepted.is_empty() => {
            denials[0].hint.as_deref().unwrap()
        }
        _ => panic!("{verdict:?}"),
    }
}

#[test]
fn a_comment_about_the_place_sets_a_denial_aside() {
    let agreed = comment("drops", Some((8, 10)), Some("2027-01-31"), Some("DB-412"));
    for line in [8, 10] {
        let verdict = judged(vec![denial("drops", Some("versions/b2.py"), Some(line))], vec![agreed.clone()]);
        assert_eq!(verdict.decision, Decision::Allow);
        let [accepted] = &verdict.accepted[..] else { panic!("{verdict:?}") };
        assert_eq!((accepted.plugin.as_str(), accepted.code.as_str()), ("guard", "drops"));
        assert_eq!((accepted.message.as_str(), &accepted.comment), ("it drops", &agreed));
    }
}

#[test]
fn a_comment_about_something_else_has_no_effect() {
    let agreed = comment("drops", Some((8, 10)), None, Some("DB-412"));
    for found in [
        denial("drops", None, Some(7)),
        denial("drops", None, Some(11)),
        denial("drops", None, None),
        denial("drop", None, Some(8)),
        denial("drops", Some("helpers.py"), Some(8)),
        Denial { acceptable: false, ..denial("drops", None, Some(8)) },
        Denial { place: None, ..denial("drops", None, Some(8)) },
        Denial {
            place: Some(Place { revision: "c3".into(), file: None, line: Some(8) }),
            ..denial("drops", None, Some(8))
        },
    ] {
        assert_eq!(denied(&judged(vec![found], vec![agreed.clone()])), "do otherwise");
    }
}

#[test]
fn a_comment_about_the_revision_covers_each_of_its_places() {
    let agreed = comment("drops", None, None, Some("DB-412"));
    let found = vec![denial("drops", Some("helpers.py"), Some(1)), denial("drops", None, None)];
    assert_eq!(judged(found, vec![agreed]).accepted.len(), 2);
}

#[test]
fn other_denials_stay() {
    let agreed = comment("drops", None, None, Some("DB-412"));
    let verdict = judged(vec![denial("drops", None, None), denial("rewrites", None, None)], vec![agreed]);
    assert_eq!(verdict.decision, Decision::Deny(vec![denial("rewrites", None, None)]));
    assert_eq!(verdict.accepted.len(), 1);
}

#[test]
fn a_comment_counts_until_the_end_of_its_day() {
    let over = comment("drops", None, Some("2027-01-30"), Some("DB-412"));
    let hint = "do otherwise; the comment in versions/b2.py:7 allowed it until 2027-01-30";
    assert_eq!(denied(&judged(vec![denial("drops", None, None)], vec![over.clone()])), hint);
    let renewed = comment("drops", None, Some("2027-02-28"), Some("again"));
    assert_eq!(judged(vec![denial("drops", None, None)], vec![over, renewed]).accepted.len(), 1);
}

#[test]
fn a_comment_without_a_reason_does_not_count() {
    let hint = "do otherwise; the comment in versions/b2.py:7 doesn't count because it gives no reason";
    let verdict = judged(vec![denial("drops", None, None)], vec![comment("drops", None, None, None)]);
    assert_eq!(denied(&verdict), hint);
}

#[test]
fn a_warning_is_set_aside_like_a_denial() {
    let warning = |code: Option<&str>| Warning {
        message: "it scans".into(),
        code: code.map(Into::into),
        hint: None,
        place: denial("", None, Some(8)).place,
        acceptable: true,
    };
    let mut verdict =
        Verdict { decision: Decision::Allow, warnings: vec![warning(Some("scans")), warning(None)], accepted: vec![] };
    let comments = vec![comment("scans", None, None, Some("DB-412"))];
    accept(&mut verdict, "lint", &plan(comments), TODAY.parse().unwrap());
    assert_eq!(verdict.warnings, [warning(None)]);
    assert_eq!(verdict.accepted.len(), 1);
}
