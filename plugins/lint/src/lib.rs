//! lint: a policy that denies migrations which block or rewrite large tables.
//!
//! This file is the border to lback: it converts the contract's types; `rules` decides.

mod rules;
mod settings;

/// The types and traits of the contract, generated from `wit/`.
mod bindings {
    #![allow(clippy::pedantic, unreachable_pub, dead_code, reason = "generated code")]

    wit_bindgen::generate!({ path: "../../wit", world: "policy-plugin", additional_derives: [PartialEq] });
}

use bindings::exports::lback::plugin::metadata::{Description, Permissions};
use bindings::exports::lback::plugin::policy::Verdict;
use bindings::exports::lback::plugin::{metadata, policy};
use bindings::lback::plugin::plan;
use bindings::lback::plugin::types::Event;

struct Lint;

impl metadata::Guest for Lint {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "denies migrations that block or rewrite large tables, and shows the safe form".to_owned(),
            signals: vec!["alembic_command_started".to_owned()],
            permissions: Permissions { http: Vec::new(), secrets: Vec::new() },
            settings_schema: Some(include_str!("../settings.schema.json").to_owned()),
        }
    }
}

impl policy::Guest for Lint {
    fn evaluate(event: Event, settings: String) -> Result<Verdict, String> {
        let settings = settings::Settings::parse(&settings).map_err(|error| error.to_string())?;
        Ok(rules::evaluate(&event, &settings, plan::get, &plan::statements))
    }
}

// A native linker rejects the names of a component's exports.
#[cfg(target_family = "wasm")]
bindings::export!(Lint with_types_in bindings);
