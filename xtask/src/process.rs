//! Other programs: run quietly with their last line shown, or with their output passed through.

use crate::{
    error::{Error, Output},
    paths::Paths,
    progress::Step,
};
use std::{
    env,
    io::{BufRead as _, BufReader, ErrorKind, Read as _},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    thread,
};

/// Returns the cargo that called xtask, with the target folder that every command uses.
///
/// `cargo run` gives xtask variables about its own package. Build scripts that watch some of them
/// would run again, and rebuild what depends on them, whenever cargo is called from a shell next.
pub(crate) fn cargo(paths: &Paths, folder: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder).env("CARGO_TARGET_DIR", &paths.target);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| text.starts_with(start)) {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs a program without input and returns its standard output. Its standard error feeds the
/// step's live line, and is shown if the program fails.
pub(crate) fn quiet(
    step: &mut Step,
    purpose: &str,
    command: &mut Command,
    hint: Option<&'static str>,
) -> Result<String, Error> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| spawn_error(command, source))?;

    let mut stdout = child.stdout.take().expect("standard output was piped");
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        stdout.read_to_end(&mut bytes).map(|_| bytes)
    });
    let mut said = String::new();
    let mut stderr = BufReader::new(child.stderr.take().expect("standard error was piped"));
    let mut line = Vec::new();
    while matches!(stderr.read_until(b'\n', &mut line), Ok(1..)) {
        let text = String::from_utf8_lossy(&line);
        step.show(text.trim());
        said.push_str(&text);
        line.clear();
    }
    let status = child.wait().map_err(|source| spawn_error(command, source))?;
    let stdout =
        reader.join().expect("reading a pipe does not panic").map_err(|source| spawn_error(command, source))?;
    let stdout = String::from_utf8_lossy(&stdout).into_owned();
    if status.success() {
        Ok(stdout)
    } else {
        let said = if said.trim().is_empty() { stdout } else { said };
        Err(failed(purpose, command, status, &said, hint))
    }
}

/// Runs a program with its output passed through.
pub(crate) fn open(purpose: &str, command: &mut Command) -> Result<(), Error> {
    let status = command.stdin(Stdio::null()).status().map_err(|source| spawn_error(command, source))?;
    if status.success() { Ok(()) } else { Err(failed(purpose, command, status, "", None)) }
}

/// Returns the command line for display.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

pub(crate) fn spawn_error(command: &Command, source: std::io::Error) -> Error {
    let by_name = Path::new(command.get_program()).components().count() == 1;
    let hint = (by_name && source.kind() == ErrorKind::NotFound).then_some("install it, or put it on the PATH");
    Error::Spawn { program: command.get_program().to_string_lossy().into_owned(), source, hint }
}

fn failed(purpose: &str, command: &Command, status: ExitStatus, said: &str, hint: Option<&'static str>) -> Error {
    Error::Command { purpose: purpose.into(), command: line(command), status, output: Output::tail(said), hint }
}
