//! Facts about the repository's Python files, by Python's own parser. The program beside this file
//! needs nothing but an interpreter.

use super::tree::Tree;
use crate::{
    error::{Error, Output},
    paths::Paths,
    process,
};
use serde::Deserialize;
use std::{
    io::Write as _,
    process::{Command, Stdio},
};

const PROGRAM: &str = include_str!("python_facts.py");

#[derive(Debug, Deserialize)]
pub(super) struct PythonModule {
    /// The path from the top of the repository.
    pub(super) path: String,
    /// The line and the first line of text of each docstring.
    pub(super) docstrings: Vec<(usize, String)>,
    /// The line, the name and the number of lines of each function.
    pub(super) functions: Vec<(usize, String, usize)>,
    pub(super) imports: Vec<Import>,
}

/// An import, at the top of a module or within a function; those for types alone are left out.
#[derive(Debug, Deserialize)]
pub(super) struct Import {
    pub(super) line: usize,
    /// The number of dots before the module.
    pub(super) level: usize,
    pub(super) module: String,
    /// The names of a `from` import with their new names; empty for `import x`.
    pub(super) names: Vec<(String, String)>,
}

pub(super) fn read(paths: &Paths, tree: &Tree) -> Result<Vec<PythonModule>, Error> {
    let files: Vec<&str> = tree.with_extension("py").map(|file| file.path.as_str()).collect();
    let python = Some(paths.python()).filter(|python| python.is_file()).unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    command.args(["-c", PROGRAM]).current_dir(&paths.root);
    let output = with_input(&mut command, &files.join("\n"))?;
    serde_json::from_str(&output).map_err(|error| Error::Settings("python_facts.py".into(), error.to_string()))
}

/// Runs a program that reads all of its input before it prints, and returns its output.
fn with_input(command: &mut Command, input: &str) -> Result<String, Error> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|source| process::spawn_error(command, source))?;
    let mut stdin = child.stdin.take().expect("standard input was piped");
    stdin.write_all(input.as_bytes()).ok();
    drop(stdin);
    let output = child.wait_with_output().map_err(|source| process::spawn_error(command, source))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Error::Command {
        purpose: "parse the Python files".into(),
        command: "python_facts.py".into(),
        status: output.status,
        output: Output::tail(&String::from_utf8_lossy(&output.stderr)),
        hint: None,
    })
}
