//! The files of each template, from `templates/`.

use super::language::{Language, PluginKind};

/// A file of a template: where a project has it, and its text.
type TemplateFile = (&'static str, &'static str);

/// `files!["rust": "Cargo.toml" = "common/Cargo.toml.in", …]`: the files of a template, from its
/// folder.
macro_rules! files {
    [$language:literal: $($path:literal = $file:literal),* $(,)?] => {
        &[$(($path, include_str!(concat!("../../templates/", $language, "/", $file)))),*]
    };
}

/// The template's files, those of both kinds first; without README and contract.
pub(super) fn files(language: Language, kind: PluginKind) -> impl Iterator<Item = &'static TemplateFile> {
    let (common, own) = match language {
        Language::Rust => (RUST, [RUST_POLICY, RUST_HANDLER]),
        Language::Python => (PYTHON, [PYTHON_POLICY, PYTHON_HANDLER]),
        Language::Javascript => (JAVASCRIPT, [JAVASCRIPT_POLICY, JAVASCRIPT_HANDLER]),
        Language::Go => (GO, [GO_POLICY, GO_HANDLER]),
        Language::C => (C, [C_POLICY, C_HANDLER]),
    };
    let [policy, handler] = own;
    common.iter().chain(match kind {
        PluginKind::Policy => policy,
        PluginKind::Handler => handler,
    })
}

const RUST: &[TemplateFile] = files!["rust": ".gitignore" = "common/gitignore", "Cargo.toml" = "common/Cargo.toml.in"];
const RUST_POLICY: &[TemplateFile] = files!["rust": "src/lib.rs" = "policy/lib.rs"];
const RUST_HANDLER: &[TemplateFile] = files!["rust": "src/lib.rs" = "handler/lib.rs"];

const PYTHON: &[TemplateFile] =
    files!["python": ".gitignore" = "common/gitignore", "requirements.txt" = "common/requirements.txt"];
const PYTHON_POLICY: &[TemplateFile] = files![
    "python": "plugin.py" = "policy/plugin.py", "rule.py" = "policy/rule.py", "test_rule.py" = "policy/test_rule.py",
];
const PYTHON_HANDLER: &[TemplateFile] = files![
    "python": "message.py" = "handler/message.py", "plugin.py" = "handler/plugin.py",
    "test_message.py" = "handler/test_message.py",
];

const JAVASCRIPT: &[TemplateFile] =
    files!["javascript": ".gitignore" = "common/gitignore", "tsconfig.json" = "common/tsconfig.json"];
const JAVASCRIPT_POLICY: &[TemplateFile] = files![
    "javascript": "package.json" = "policy/package.json", "src/plugin.js" = "policy/plugin.js",
    "src/rule.js" = "policy/rule.js", "src/rule.test.js" = "policy/rule.test.js",
    "types/policy-plugin.d.ts" = "policy/types/policy-plugin.d.ts",
    "types/interfaces/lback-plugin-log.d.ts" = "policy/types/interfaces/lback-plugin-log.d.ts",
    "types/interfaces/lback-plugin-metadata.d.ts" = "policy/types/interfaces/lback-plugin-metadata.d.ts",
    "types/interfaces/lback-plugin-plan.d.ts" = "policy/types/interfaces/lback-plugin-plan.d.ts",
    "types/interfaces/lback-plugin-policy.d.ts" = "policy/types/interfaces/lback-plugin-policy.d.ts",
    "types/interfaces/lback-plugin-types.d.ts" = "policy/types/interfaces/lback-plugin-types.d.ts",
];
const JAVASCRIPT_HANDLER: &[TemplateFile] = files![
    "javascript": "package.json" = "handler/package.json", "src/message.js" = "handler/message.js",
    "src/message.test.js" = "handler/message.test.js", "src/plugin.js" = "handler/plugin.js",
    "types/handler-plugin.d.ts" = "handler/types/handler-plugin.d.ts",
    "types/interfaces/lback-plugin-handler.d.ts" = "handler/types/interfaces/lback-plugin-handler.d.ts",
    "types/interfaces/lback-plugin-http.d.ts" = "handler/types/interfaces/lback-plugin-http.d.ts",
    "types/interfaces/lback-plugin-log.d.ts" = "handler/types/interfaces/lback-plugin-log.d.ts",
    "types/interfaces/lback-plugin-metadata.d.ts" = "handler/types/interfaces/lback-plugin-metadata.d.ts",
    "types/interfaces/lback-plugin-secrets.d.ts" = "handler/types/interfaces/lback-plugin-secrets.d.ts",
    "types/interfaces/lback-plugin-store.d.ts" = "handler/types/interfaces/lback-plugin-store.d.ts",
    "types/interfaces/lback-plugin-types.d.ts" = "handler/types/interfaces/lback-plugin-types.d.ts",
];

const GO: &[TemplateFile] = files![
    "go": ".gitignore" = "common/gitignore", "go.mod" = "common/go.mod.in", "main.go" = "common/main.go",
];
const GO_POLICY: &[TemplateFile] = files![
    "go": "export_lback_plugin_metadata/metadata.go" = "policy/metadata.go",
    "export_lback_plugin_policy/policy.go" = "policy/policy.go",
    "rule/rule.go" = "policy/rule.go", "rule/rule_test.go" = "policy/rule_test.go",
    "bindings/lback_plugin_log/empty.s" = "policy/bindings/lback_plugin_log/empty.s",
    "bindings/lback_plugin_log/wit_bindings.go" = "policy/bindings/lback_plugin_log/wit_bindings.go",
    "bindings/lback_plugin_metadata/empty.s" = "policy/bindings/lback_plugin_metadata/empty.s",
    "bindings/lback_plugin_metadata/wit_bindings.go" = "policy/bindings/lback_plugin_metadata/wit_bindings.go",
    "bindings/lback_plugin_plan/empty.s" = "policy/bindings/lback_plugin_plan/empty.s",
    "bindings/lback_plugin_plan/wit_bindings.go" = "policy/bindings/lback_plugin_plan/wit_bindings.go",
    "bindings/lback_plugin_policy/empty.s" = "policy/bindings/lback_plugin_policy/empty.s",
    "bindings/lback_plugin_policy/wit_bindings.go" = "policy/bindings/lback_plugin_policy/wit_bindings.go",
    "bindings/lback_plugin_types/empty.s" = "policy/bindings/lback_plugin_types/empty.s",
    "bindings/lback_plugin_types/wit_bindings.go" = "policy/bindings/lback_plugin_types/wit_bindings.go",
    "bindings/wit_exports/wit_exports.go" = "policy/bindings/wit_exports/wit_exports.go",
];
const GO_HANDLER: &[TemplateFile] = files![
    "go": "export_lback_plugin_handler/handler.go" = "handler/handler.go",
    "export_lback_plugin_metadata/metadata.go" = "handler/metadata.go",
    "message/message.go" = "handler/message.go", "message/message_test.go" = "handler/message_test.go",
    "bindings/lback_plugin_handler/empty.s" = "handler/bindings/lback_plugin_handler/empty.s",
    "bindings/lback_plugin_handler/wit_bindings.go" = "handler/bindings/lback_plugin_handler/wit_bindings.go",
    "bindings/lback_plugin_http/empty.s" = "handler/bindings/lback_plugin_http/empty.s",
    "bindings/lback_plugin_http/wit_bindings.go" = "handler/bindings/lback_plugin_http/wit_bindings.go",
    "bindings/lback_plugin_log/empty.s" = "handler/bindings/lback_plugin_log/empty.s",
    "bindings/lback_plugin_log/wit_bindings.go" = "handler/bindings/lback_plugin_log/wit_bindings.go",
    "bindings/lback_plugin_metadata/empty.s" = "handler/bindings/lback_plugin_metadata/empty.s",
    "bindings/lback_plugin_metadata/wit_bindings.go" = "handler/bindings/lback_plugin_metadata/wit_bindings.go",
    "bindings/lback_plugin_secrets/empty.s" = "handler/bindings/lback_plugin_secrets/empty.s",
    "bindings/lback_plugin_secrets/wit_bindings.go" = "handler/bindings/lback_plugin_secrets/wit_bindings.go",
    "bindings/lback_plugin_store/empty.s" = "handler/bindings/lback_plugin_store/empty.s",
    "bindings/lback_plugin_store/wit_bindings.go" = "handler/bindings/lback_plugin_store/wit_bindings.go",
    "bindings/lback_plugin_types/empty.s" = "handler/bindings/lback_plugin_types/empty.s",
    "bindings/lback_plugin_types/wit_bindings.go" = "handler/bindings/lback_plugin_types/wit_bindings.go",
    "bindings/wit_exports/wit_exports.go" = "handler/bindings/wit_exports/wit_exports.go",
];

const C: &[TemplateFile] = files![
    "c": ".gitignore" = "common/gitignore", "json.c" = "common/json.c", "json.h" = "common/json.h",
    "text.c" = "common/text.c", "text.h" = "common/text.h",
];
const C_POLICY: &[TemplateFile] = files![
    "c": "Makefile" = "policy/Makefile", "plugin.c" = "policy/plugin.c", "rule.c" = "policy/rule.c",
    "rule.h" = "policy/rule.h", "test.c" = "policy/test.c",
    "bindings/component_type.c" = "policy/bindings/component_type.c",
    "bindings/policy_plugin.c" = "policy/bindings/policy_plugin.c",
    "bindings/policy_plugin.h" = "policy/bindings/policy_plugin.h",
];
const C_HANDLER: &[TemplateFile] = files![
    "c": "Makefile" = "handler/Makefile", "message.c" = "handler/message.c", "message.h" = "handler/message.h",
    "plugin.c" = "handler/plugin.c", "test.c" = "handler/test.c",
    "bindings/component_type.c" = "handler/bindings/component_type.c",
    "bindings/handler_plugin.c" = "handler/bindings/handler_plugin.c",
    "bindings/handler_plugin.h" = "handler/bindings/handler_plugin.h",
];

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum as _;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn below(folder: &Path, found: &mut BTreeSet<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, found);
            } else {
                found.insert(path);
            }
        }
    }

    /// A file that is added to a template and forgotten here would be missing from every new
    /// project.
    #[test]
    fn every_file_of_a_template_is_in_its_projects() {
        for language in Language::value_variants() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(language.name().to_lowercase());
            for kind in PluginKind::value_variants() {
                let mut there = BTreeSet::new();
                below(&folder.join("common"), &mut there);
                below(&folder.join(kind.name()), &mut there);
                let texts: BTreeSet<_> = there.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
                let here: BTreeSet<_> = files(*language, *kind).map(|(_, text)| (*text).to_owned()).collect();
                assert_eq!(texts, here, "{language:?} {kind:?}");
                assert_eq!(there.len(), files(*language, *kind).count(), "{language:?} {kind:?}");
            }
        }
    }
}
