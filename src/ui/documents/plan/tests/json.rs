use serde_json::{Value, json, to_value};

use super::samples::{denied, doubtful, upgrade};

#[test]
fn a_program_finds_what_a_person_reads() {
    let document = to_value(upgrade()).unwrap();
    assert_eq!(document["format"], 1);
    assert_eq!(document["command"], "migrate");
    assert_eq!(document["alembic"], json!(["alembic", "upgrade", "head"]));
    assert_eq!(document["blocked"], false);
    assert_eq!(
        document["summary"],
        json!({
            "revisions": 2, "destructive_operations": 4, "tables_dropped": 1, "columns_dropped": 1, "data_operations": 2,
            "irreversible": 1, "not_fully_analysed": 0, "collateral": 0
        })
    );
    assert_eq!(document["plan"]["databases"][0]["steps"][1]["operations"][0]["line"], 12);
}

#[test]
fn every_answer_is_there_with_what_follows_from_it() {
    let document = to_value(denied()).unwrap();
    assert_eq!(document["blocked"], true);
    let policies: Vec<_> = document["policies"].as_array().unwrap().iter().map(short).collect();
    assert_eq!(
        policies,
        [
            "guard allow false null",
            "guard deny true null",
            "guard deny true null",
            "keep-safe deny false \"audit\"",
            "hours deny false \"overridden\"",
            "sizes allow false null",
            "sizes allow false null",
            "slow failed true null",
            "slower failed false \"on_error\""
        ]
    );
}

fn short(opinion: &Value) -> String {
    let [plugin, decision] = ["plugin", "decision"].map(|key| opinion[key].as_str().unwrap());
    format!("{plugin} {decision} {} {}", opinion["blocks"], opinion["not_heeded_because"])
}

#[test]
fn the_documents_are_as_the_schema_says() {
    let schema = crate::ui::documents::schema::schema::<super::PlanReport>();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in [upgrade(), denied(), doubtful(), super::samples::collateral(), super::samples::hostile()] {
        let document = to_value(report).unwrap();
        assert!(validator.is_valid(&document), "{document:#}");
    }
}
