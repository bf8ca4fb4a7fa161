//! `lback plugin inspect`.

use serde_json::Value;

use super::schema::{assert_matches, schema};
use crate::support::{Project, component, plugin};

#[test]
fn a_plugin_is_described_as_text() {
    let path = plugin("slack");
    let done = Project::empty().lback(&["plugin", "inspect", path.to_str().expect("UTF-8")]).exits(0);
    assert_eq!(done.stderr, "");
    for line in [
        "slack 0.1.0: tells a Slack channel",
        "\n\nroles             handler\n",
        "\nbuilt for         lback:plugin@1.0.0\n",
        "\ndigest            sha256:",
        "\nsignals           alembic_command_started\n                  alembic_command_completed\n",
        "\nasks for origins  setting:/origin\n",
        "\nasks for secrets  setting:/webhook\n",
        "\nimports           lback:plugin@1.0.0: http, types\n",
        "\n                  title: The title of the project in messages.\n",
    ] {
        assert!(done.stdout.contains(line), "{line:?} is missing: {done}");
    }
}

#[test]
fn the_document_matches_its_schema() {
    let project = Project::empty();
    let schema = schema("plugin-inspect.schema.json");
    let inspect = |path: std::path::PathBuf| -> Value {
        let done = project.lback(&["plugin", "inspect", "--json", path.to_str().expect("UTF-8")]).exits(0);
        let document = serde_json::from_str(&done.stdout).expect("one JSON document");
        assert_matches(&schema, &document);
        document
    };
    let guard = inspect(plugin("guard"));
    assert_eq!((&guard["name"], &guard["roles"]), (&"guard".into(), &serde_json::json!(["policy"])));
    assert_eq!(guard["bytes"], std::fs::metadata(plugin("guard")).expect("a file").len());
    assert!(guard["settings_schema"]["properties"]["protect"].is_object());

    let recorder = inspect(component("recorder"));
    assert_eq!(recorder["roles"], serde_json::json!(["policy", "handler"]));
    assert_eq!(recorder["signals"].as_array().expect("a list").len(), 8);
    inspect(plugin("metrics"));
}

#[test]
fn a_file_that_is_no_plugin_is_refused_with_the_reason() {
    let project = Project::empty().file("text.wasm", "Not WebAssembly.\n").file("empty.wasm", "");
    std::fs::write(project.path("module.wasm"), b"\0asm\x01\0\0\0").expect("a file");
    std::fs::write(project.path("cut.wasm"), &std::fs::read(plugin("slack")).expect("a plugin")[..5000])
        .expect("a file");
    let own = |name: &str| project.path(name);
    project
        .lback(&["plugin", "inspect", "absent.wasm"])
        .exits(65)
        .stderr_has(&["error: the file `", "absent.wasm` does not exist\n\nhint: build or copy the plugin there"]);
    for (path, reason, hint) in [
        (
            own("text.wasm"),
            "it is not a WebAssembly component: it doesn't begin like WebAssembly",
            "must name a WebAssembly component",
        ),
        (own("empty.wasm"), "it is not a WebAssembly component", "must name a WebAssembly component"),
        (own("cut.wasm"), "it is not a WebAssembly component", "must name a WebAssembly component"),
        (own("module.wasm"), "it is a core WebAssembly module, not a component", "`wasm32-wasip2`"),
        (
            component("wrong-world"),
            "it exports neither `lback:plugin/policy` nor `lback:plugin/handler`",
            "`policy-plugin`",
        ),
        (
            component("newer-package"),
            "it is built for `lback:plugin@2.0.0`, but this lback supports 1.0.0",
            "update lback",
        ),
        (
            component("policy-wants-http"),
            "it is a policy and imports `lback:plugin/http`, which only a handler may import",
            "move what needs this into a handler",
        ),
        (component("unknown-signal"), "there is no signal `alembic_command_imagined`", "report it to its author"),
        (component("bad-describe"), "it trapped: ", "report it to its author"),
    ] {
        let name = path.to_str().expect("UTF-8");
        for form in [&["plugin", "inspect", name][..], &["plugin", "inspect", "--json", name]] {
            let done = project.lback(form).exits(65);
            assert_eq!(done.stdout, "", "{done}");
            done.stderr_has(&[&format!("error: the plugin `{name}` is not valid: "), reason, "\n\nhint: ", hint]);
        }
    }
}

#[test]
fn a_path_is_meant_from_the_folder_of_the_call() {
    let project = Project::new();
    std::fs::copy(component("recorder"), project.path("recorder.wasm")).expect("a copy");
    project.lback(&["plugin", "inspect", "../recorder.wasm"]).in_folder("src").exits(0);
}
