//! The start of a script: its environment, and failures to start.

use super::*;

#[tokio::test]
async fn folder_environment_and_empty_stdin() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a path");
    let mut run = Run::sh("pwd -P; cat; echo \"$PYTHONUTF8 $PYTHONUNBUFFERED ${PATH:+inherited}\"");
    run.invocation.root.clone_from(&root);
    run.invocation.environment = python_defaults(|name| name == "PYTHONUTF8");
    run.invocation.environment.push(("PYTHONUTF8".into(), "user".into()));
    let text = run.ended().await.stdout.into_text();
    assert_eq!(text, format!("{}\nuser 1 inherited\n", root.display()));
}

#[tokio::test]
async fn failures_to_start_are_told_apart() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str, mode: u32| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("permissions");
        path.into_os_string().into_string().expect("UTF-8")
    };
    let missing = folder.path().join("missing").into_os_string().into_string().expect("UTF-8");
    assert!(matches!(Run::of(&[&missing]).fails().await, StartError::NotFound(_)));
    assert!(matches!(Run::of(&[]).fails().await, StartError::NotFound(_)));
    let plain = file("plain", "#!/bin/sh\n", 0o644);
    assert!(matches!(Run::of(&[&plain]).fails().await, StartError::PermissionDenied(_)));
    let moved = file("moved", "#!/no/such/python\n", 0o755);
    assert!(matches!(Run::of(&[&moved]).fails().await, StartError::NoInterpreter(_)));
    let broken = file("broken", "\u{1}\u{2}", 0o755);
    assert!(matches!(Run::of(&[&broken]).fails().await, StartError::Other { .. }));
    assert!(matches!(Run::of(&["/bin/sh", "a\0b"]).fails().await, StartError::Other { .. }));
    let mut run = Run::sh("true");
    run.invocation.root = missing.into();
    assert!(matches!(run.fails().await, StartError::NoFolder(_)));
}

#[test]
fn a_run_can_move_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    let mut run = Run::sh("true");
    is_send(&crate::alembic::process::run(
        &run.invocation,
        Sinks { stdout: tokio::io::sink(), stderr: tokio::io::sink() },
        &mut run.requests,
    ));
}
