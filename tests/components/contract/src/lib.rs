//! Bindings to `wit/`, shared by the components of this workspace: one set of Rust types, and one
//! `export_*!` macro for each interface that a component may export. Each component exports exactly
//! what it names, and imports what it calls.
//!
//! Components of plugin authors use one of the worlds in `wit/worlds.wit` instead.

mod imports {
    wit_bindgen::generate!({
        path: "../../../wit",
        inline: "
            package test:imports;
            world all {
                import lback:plugin/types@1.0.0;
                import lback:plugin/log@1.0.0;
                import lback:plugin/plan@1.0.0;
                import lback:plugin/http@1.0.0;
                import lback:plugin/secrets@1.0.0;
                import lback:plugin/store@1.0.0;
            }
        ",
        additional_derives: [serde::Serialize],
        additional_type_attributes: {
            "lback:plugin/plan@1.0.0/error": [#[serde(rename_all = "kebab-case")]],
            "lback:plugin/http@1.0.0/error": [#[serde(rename_all = "kebab-case")]],
            "lback:plugin/secrets@1.0.0/error": [#[serde(rename_all = "kebab-case")]],
            "lback:plugin/store@1.0.0/error": [#[serde(rename_all = "kebab-case")]],
        },
        generate_all,
        generate_unused_types: true,
    });
}

pub use imports::lback::plugin::{http, log, plan, secrets, store, types};

/// The description of a plugin.
pub mod metadata {
    wit_bindgen::generate!({
        path: "../../../wit",
        inline: "package test:metadata; world metadata-alone { export lback:plugin/metadata@1.0.0; }",
        generate_all,
        pub_export_macro: true,
        export_macro_name: "export_metadata",
        default_bindings_module: "contract::metadata",
    });
    pub use exports::lback::plugin::metadata::{Description, Guest, Permissions, Request};

    /// A description that asks for nothing.
    #[must_use]
    pub fn plain(name: &str, summary: &str, signals: &[&str]) -> Description {
        Description {
            name: name.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: summary.to_owned(),
            signals: signals.iter().map(ToString::to_string).collect(),
            permissions: Permissions { http: Vec::new(), secrets: Vec::new() },
            settings_schema: None,
        }
    }
}

/// A plugin that may deny a command.
pub mod policy {
    wit_bindgen::generate!({
        path: "../../../wit",
        inline: "package test:policy; world policy-alone { export lback:plugin/policy@1.0.0; }",
        with: { "lback:plugin/types@1.0.0": crate::types },
        generate_all,
        pub_export_macro: true,
        export_macro_name: "export_policy",
        default_bindings_module: "contract::policy",
    });
    pub use crate::types::{Denial, Event};
    pub use exports::lback::plugin::policy::{Decision, Guest, Verdict, Warning};

    impl Verdict {
        /// Allows the command, without warnings.
        #[must_use]
        pub fn allow() -> Self {
            Self { decision: Decision::Allow, warnings: Vec::new() }
        }
    }

    /// Returns a warning that belongs to no rule.
    #[must_use]
    pub fn warning(message: String) -> Warning {
        Warning { message, code: None, hint: None, place: None, acceptable: false }
    }
}

/// A plugin that is notified.
pub mod handler {
    wit_bindgen::generate!({
        path: "../../../wit",
        inline: "package test:handler; world handler-alone { export lback:plugin/handler@1.0.0; }",
        with: { "lback:plugin/types@1.0.0": crate::types },
        generate_all,
        pub_export_macro: true,
        export_macro_name: "export_handler",
        default_bindings_module: "contract::handler",
    });
    pub use crate::types::Event;
    pub use exports::lback::plugin::handler::Guest;
}

/// The signals that lback sends before something happens, in the contract's order. Policies may
/// subscribe to these.
pub const BEFORE_SIGNALS: [&str; 6] = [
    "migration_commands_initialized",
    "migration_makemigrations_command",
    "migration_migrate_command",
    "migration_rollback_command",
    "migration_history_command",
    "alembic_command_started",
];

/// The signals that lback sends after Alembic has ended.
pub const AFTER_SIGNALS: [&str; 2] = ["alembic_command_completed", "alembic_command_failed"];

/// Writes the line `<word>: <text>` to lback's log at level info, where tests look for it.
pub fn say(word: &str, text: &impl core::fmt::Display) {
    log::log(log::Level::Info, &format!("{word}: {text}"));
}
