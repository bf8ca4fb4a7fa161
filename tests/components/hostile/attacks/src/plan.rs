//! Requests for the plan: where none is allowed, without end, and for steps that don't exist.

use contract::plan;
use serde_json::{Value, json};

use crate::report;

pub fn once() {
    report(&match plan::get() {
        Ok(planned) => {
            json!({ "ok": { "steps": planned.map(|plan| plan.databases.iter().map(|database| database.steps.len()).sum::<usize>()) } })
        }
        Err(error) => json!({ "error": error }),
    });
}

pub fn without_end() -> ! {
    loop {
        let _ = std::hint::black_box(plan::get());
        let _ = std::hint::black_box(plan::statements(0, 0));
    }
}

pub fn statements_of_nothing() {
    let places = [(0, u32::MAX), (u32::MAX, 0), (u32::MAX, u32::MAX), (1, 0), (0, 1 << 31)];
    let answers: Vec<_> = places
        .into_iter()
        .map(|(database, step)| match plan::statements(database, step) {
            Ok(statements) => json!({ "ok": statements }),
            Err(error) => json!({ "error": error }),
        })
        .collect();
    report(&Value::from(answers));
}
