//! squawk's own cases, read from its published crate, each as an Alembic script: lint's verdict is
//! squawk's, but for the differences that are listed with their reasons.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use squawk_linter::{Linter, Rule as Squawk};
use squawk_syntax::SourceFile;

use super::analysed::{Script, analyse, found};
use crate::rules::{RULES, Rule};

/// A case of squawk: the rule, the name of the test, and its SQL.
struct Case {
    rule: Squawk,
    name: String,
    sql: String,
}

/// The differences from squawk, as `rule::test`, with the reason in the file.
const DIFFERENCES: &str = include_str!("squawk_differences.txt");

#[test]
fn the_verdicts_are_those_of_squawk() {
    let cases: Vec<_> = cases();
    assert!(cases.len() >= 250, "only {} cases were found in squawk's crate", cases.len());
    let scripts: Vec<_> = cases.iter().map(Case::script).collect();
    let known: Vec<_> = DIFFERENCES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let mut different = Vec::new();
    for (case, steps) in cases.iter().zip(analyse(&scripts)) {
        // As in squawk's own tests, the rule is alone.
        let severity = |rule: &Rule| (rule.code, if rule.squawk == Some(case.rule) { "deny" } else { "off" });
        let rules: std::collections::BTreeMap<_, _> = RULES.iter().map(severity).collect();
        let settings = serde_json::json!({ "rules": rules }).to_string();
        let code = case.rule.to_string();
        let denies = found("postgresql", &steps, &settings, None).iter().any(|(_, finding)| finding.rule.code == code);
        if denies != case.is_reported() {
            let name = format!("{}::{}", case.rule, case.name);
            different.push((
                name,
                denies,
                case.sql.clone(),
                steps.iter().flat_map(|step| step.doubts.clone()).collect::<Vec<_>>(),
            ));
        }
    }
    let unexplained: Vec<_> = different.iter().filter(|(name, ..)| !known.contains(&name.as_str())).collect();
    assert!(unexplained.is_empty(), "{} of {}: {unexplained:#?}", unexplained.len(), cases.len());
    let gone: Vec<_> = known.iter().filter(|name| different.iter().all(|(found, ..)| found != **name)).collect();
    assert!(gone.is_empty(), "no longer different: {gone:?}");
}

impl Case {
    fn script(&self) -> Script {
        // A string of JSON is one of Python. Alembic reads `:name` as a parameter.
        let text = serde_json::to_string(&self.sql.replace(':', "\\:")).unwrap();
        let body = format!("op.execute({text})");
        Script { server: "postgresql".to_owned(), setup: Vec::new(), revisions: vec![body] }
    }

    /// Returns whether squawk itself reports the case.
    fn is_reported(&self) -> bool {
        let mut linter = Linter::from([self.rule]);
        linter.settings.assume_in_transaction = true;
        linter.settings.pg_version = "16.2".parse().unwrap();
        linter.lint(&SourceFile::parse(&self.sql), &self.sql).iter().any(|violation| violation.code == self.rule)
    }
}

/// Reads the cases from the sources of squawk's crate.
#[expect(clippy::disallowed_methods, reason = "a file that cargo unpacked")]
fn cases() -> Vec<Case> {
    let mut files: Vec<_> =
        fs::read_dir(folder().join("src/rules")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
        let source = fs::read_to_string(file).unwrap();
        for test in source.split("#[test]").skip(1) {
            let test = test.split("\n    }\n").next().unwrap();
            let (Some(name), Some(rule), Some(sql)) = (between(test, "fn ", "("), rule_in(test, &source), sql_in(test))
            else {
                continue;
            };
            cases.push(Case { rule, name: name.to_owned(), sql });
        }
    }
    cases
}

/// Returns the rule of a test: the one that it names, or the only one that its file names.
fn rule_in(test: &str, file: &str) -> Option<Squawk> {
    let by_name = |text: &str| {
        let names = text.split("Rule::").skip(1).map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap());
        let mut names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        let known = |name: &str| RULES.iter().filter_map(|rule| rule.squawk).find(|rule| format!("{rule:?}") == name);
        match names.as_slice() {
            [name] => known(name),
            _ => None,
        }
    };
    by_name(test).or_else(|| by_name(file))
}

/// Returns the first raw string, or plain string, of a test.
fn sql_in(test: &str) -> Option<String> {
    let raw = between(test, "r#\"", "\"#").map(str::to_owned);
    let plain = ["let sql = \"", "fix(\"", "lint_ok(\"", "lint_errors(\""];
    let plain = || plain.iter().find_map(|start| between(test, start, "\"")).map(|text| text.replace("\\n", "\n"));
    raw.or_else(plain)
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}

/// Returns the folder of squawk's sources, as cargo unpacked them.
fn folder() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo's metadata");
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "squawk-linter").expect("squawk-linter");
    PathBuf::from(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
}
