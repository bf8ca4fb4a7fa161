//! The table of rules on the page about them is that of the code.

use std::fmt::Write as _;

use squawk_linter::Rule as Squawk;

use crate::rules::table::{About, RULES, Rule};
use crate::settings::Severity;

#[test]
fn the_page_has_all_rules() {
    let mut table = "\n\n| code | default | needs | a statement that |\n|---|---|---|---|\n".to_owned();
    let mut rules: Vec<&Rule> = RULES.iter().collect();
    rules.sort_by_key(|rule| (std::cmp::Reverse(rule.severity), rule.code));
    for rule in rules {
        let severity = match rule.severity {
            Severity::Off => "off",
            Severity::Warn => "warn",
            Severity::Deny => "deny",
        };
        let needs = match rule.about {
            About::Work => "work",
            About::LargeTable => "large",
            About::UsedTable => "used",
            About::Anything => "–",
        };
        let does = match (rule.does, rule.squawk) {
            ("", _) => "*squawk*".to_owned(),
            (does, Some(_)) => format!("{does} (*squawk*)"),
            (does, None) => does.to_owned(),
        };
        writeln!(table, "| `{}` | {severity} | {needs} | {does} |", rule.code).unwrap();
    }
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/lint-rules.md");
    let marks = ("<!-- rules: begin -->", "<!-- rules: end -->");
    table.push('\n');
    generated_files::assert_section_current(page.as_ref(), marks, &table);
}

#[test]
fn each_rule_of_squawk_is_there_once() {
    // `unused-ignore` is about squawk's own comments, and `require-timeout-settings` is a name for
    // two other rules.
    let left_out = [Squawk::UnusedIgnore, Squawk::RequireTimeoutSettings];
    for squawk in enum_iterator::all::<Squawk>().filter(|squawk| !left_out.contains(squawk)) {
        assert!(RULES.iter().any(|rule| rule.squawk == Some(squawk)), "{squawk}");
    }
    for (position, rule) in RULES.iter().enumerate() {
        assert!(RULES[..position].iter().all(|other| other.code != rule.code), "{}", rule.code);
        if let Some(squawk) = rule.squawk {
            assert_eq!(squawk.to_string(), rule.code);
        }
    }
}
