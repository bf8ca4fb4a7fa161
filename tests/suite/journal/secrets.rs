//! Secrets never reach the disk: the bytes of every file of the journal are searched.

use std::fs;

use super::looking::{deliveries, runs};
use crate::support::{Project, component, script};

/// The secrets: a value of `-x`, the password of a URL in the arguments, one that only Alembic
/// prints, a granted secret, and one that a plugin returns.
const SECRETS: [&str; 5] = ["xs3cr3t-value", "urls3cr3t-word", "printeds3cr3t", "grants3cr3t-token", "returneds3cr3t"];

#[test]
fn no_secret_is_in_any_file_of_the_journal() {
    let [x, url, printed, granted, returned] = SECRETS;
    let project = Project::new();
    let print = format!(
        "echo \"$@\"\necho {x} {url} >&2\necho 'connect mysql://root:{printed}@db/shop with {granted}' >&2\necho {granted}\nexit 3"
    );
    let alembic = script(&project, "alembic", &print);
    let project = project
        .alembic_command(&alembic)
        .plugin(
            "rec",
            &component("record-handler"),
            "allow.secrets = [\"TOKEN\"]\n[plugin.settings]\nfail-handler = [\"alembic_command_failed\"]",
        )
        .plugin(
            "bad",
            &component("hostile-handler"),
            "allow.secrets = [\"OTHER\"]\n[plugin.settings]\nattack = \"secret-log\"\nname = \"OTHER\"",
        );
    let target = format!("postgresql://app:{url}@db/shop");
    let run = |typed: &[&str]| {
        let run = project.lback(typed).env("TOKEN", granted).env("OTHER", returned);
        run.exits(3).stderr_has(&[x])
    };
    run(&["-x", &format!("password={x}"), "migrate", &target]);
    run(&["migrate", &target, "-x", x]);
    run(&["alembic", &format!("-x{x}"), "upgrade", &target]);

    let mut searched = 0;
    let mut folders = vec![project.path(".state")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).expect("a file");
            searched += bytes.len();
            for secret in SECRETS {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "{secret:?} is in {}", path.display());
            }
        }
    }
    assert!(searched > 50_000, "there is something to search: {searched} bytes");
    // The texts are there, without the secrets.
    let runs = runs(&project);
    assert_eq!(runs.len(), 3);
    for run in &runs {
        assert_eq!(run["stdout"].as_str().expect("a text").lines().last(), Some("[secret TOKEN]"), "{run}");
        assert_eq!(run["stderr"], "*** ***\nconnect mysql://root:***@db/shop with [secret TOKEN]\n", "{run}");
    }
    assert!(deliveries(&project, "rec").iter().any(|(_, state)| state == "waiting"));
    let errors = runs.iter().flat_map(|run| run["events"].as_array().expect("a list"));
    let errors: Vec<_> = errors.flat_map(|event| event["deliveries"].as_array().expect("a list")).collect();
    assert!(errors.iter().any(|delivery| delivery["error"].to_string().contains("[secret OTHER]")), "{errors:?}");
}
