//! Recognises the commands that the launcher can run, and how: the words of the interpreter, and
//! the entry point.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::super::locate::Program;
use super::super::project_tools::{PROJECT_TOOLS, ProjectTool};
use super::{BypassReason, shebang};
use crate::support::read_file;

/// A way to launch a command: `interpreter`, the launcher, `entry`, and Alembic's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Launch {
    pub(super) interpreter: Vec<OsString>,
    /// A script's path, its name in `PATH`, or `-m` and a module.
    pub(super) entry: Vec<OsString>,
}

/// The number of bytes to read of a script. Scripts of installers are shorter.
const SCRIPT: u64 = 16 * 1024;

pub(super) fn recognise(program: &Program, root: &Path) -> Result<Launch, BypassReason> {
    let other = || BypassReason::OtherProgram { command: shown(&program.argv) };
    let (first, rest) = program.argv.split_first().ok_or_else(other)?;
    let name = stem(first);
    if let Some(tool) = PROJECT_TOOLS.iter().find(|tool| name == tool.name) {
        return within_tool(tool, &program.argv, root).unwrap_or_else(|| Err(other()));
    }
    let launch = if is_python(&name) {
        module(&program.argv)
    } else if rest.is_empty() {
        script(Path::new(first))
    } else {
        None
    };
    launch.ok_or_else(other)
}

/// Recognises `/venv/bin/alembic`, if an installer wrote it for Alembic.
fn script(path: &Path) -> Option<Launch> {
    let text = read_file::read_start(path, SCRIPT).ok()?;
    let interpreter = shebang::interpreter(path, &text)?;
    let named = stem(&interpreter[0]);
    let by_env = named == "env" && interpreter.get(1).is_some_and(|word| word.to_string_lossy().contains("python"));
    let is_alembic = text.windows(7).any(|seven| seven == b"alembic");
    (is_alembic && (is_python(&named) || by_env)).then(|| Launch { interpreter, entry: vec![path.into()] })
}

/// Recognises `python -m alembic`, with options of the interpreter.
fn module(argv: &[OsString]) -> Option<Launch> {
    let interpreter = argv.strip_suffix(&["-m".into(), "alembic".into()])?;
    let mut options = interpreter[1..].iter().map(|word| word.to_string_lossy());
    while let Some(option) = options.next() {
        let letters = option.strip_prefix('-')?;
        match letters.chars().next()? {
            'W' | 'X' if letters.len() == 1 => drop(options.next()?),
            'W' | 'X' => {}
            _ if letters.chars().all(|letter| "bBdEIOPqsSuv".contains(letter)) => {}
            _ => return None,
        }
    }
    Some(Launch { interpreter: interpreter.to_vec(), entry: vec!["-m".into(), "alembic".into()] })
}

/// Recognises `uv run alembic`, `poetry run python -m alembic` and similar commands: the tool finds
/// the interpreter, which runs the launcher.
fn within_tool(tool: &ProjectTool, argv: &[OsString], root: &Path) -> Option<Result<Launch, BypassReason>> {
    if !argv.iter().any(|word| word == "run") {
        return None;
    }
    let ends_with = |end: &[&str]| argv.strip_suffix(&*end.iter().map(OsString::from).collect::<Vec<_>>());
    let python = |before: &[OsString]| [before, &["python".into()]].concat();
    let module = vec!["-m".into(), "alembic".into()];
    if let Some(before) = ends_with(&["python", "-m", "alembic"]) {
        return Some(Ok(Launch { interpreter: python(before), entry: module }));
    }
    if let Some(before) = ends_with(&["-m", "alembic"]) {
        // `uv run -m alembic` is `uv run python -m alembic`. No other tool has this form, and after
        // another program it means something else.
        let launch = || Launch { interpreter: python(before), entry: module };
        return (tool.name == "uv" && before.last()? == "run").then(|| Ok(launch()));
    }
    let before =
        ends_with(&["alembic"]).filter(|before| before.last().is_some_and(|word| word == "run" || is_option(word)))?;
    if tool.has_own_alembic(root) {
        return Some(Err(BypassReason::Alias { tool: tool.name.to_owned() }));
    }
    Some(Ok(Launch { interpreter: python(before), entry: vec!["alembic".into()] }))
}

fn is_option(word: &OsStr) -> bool {
    word.as_encoded_bytes().starts_with(b"-")
}

fn stem(program: &OsStr) -> String {
    Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_python(name: &str) -> bool {
    ["python", "pypy"].iter().any(|start| {
        let version = name.strip_prefix(start);
        version.is_some_and(|version| version.chars().all(|char| char.is_ascii_digit() || char == '.'))
    })
}

fn shown(argv: &[OsString]) -> String {
    let words: Vec<_> = argv.iter().map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch(words: &str) -> Option<(String, String)> {
        let program = Program { argv: words.split(' ').map(OsString::from).collect() };
        let launch = recognise(&program, Path::new("/no/such/folder")).ok()?;
        Some((shown(&launch.interpreter), shown(&launch.entry)))
    }

    #[test]
    fn commands_are_launched_by_their_own_interpreter() {
        let cases = [
            ("python -m alembic", "python", "-m alembic"),
            (
                "/venv/bin/python3.14 -sE -X dev -Werror -W default -m alembic",
                "/venv/bin/python3.14 -sE -X dev -Werror -W default",
                "-m alembic",
            ),
            ("pypy3 -m alembic", "pypy3", "-m alembic"),
            ("/bin/uv run alembic", "/bin/uv run python", "alembic"),
            ("uv run --project x --frozen alembic", "uv run --project x --frozen python", "alembic"),
            ("uv run -m alembic", "uv run python", "-m alembic"),
            ("uv run python -m alembic", "uv run python", "-m alembic"),
            ("poetry run alembic", "poetry run python", "alembic"),
            ("pdm run alembic", "pdm run python", "alembic"),
            ("hatch run python -m alembic", "hatch run python", "-m alembic"),
        ];
        for (words, interpreter, entry) in cases {
            assert_eq!(launch(words), Some((interpreter.into(), entry.into())), "{words}");
        }
    }

    #[test]
    fn other_commands_run_as_they_are() {
        for words in [
            "flask db",
            "uv run flask db",
            "uv run ./alembic.sh",
            "uv tool run alembic --from",
            "uvx alembic",
            "uv run other -m alembic",
            "poetry run -m alembic",
            "python manage.py db",
            "python -c x -m alembic",
            "python -i -m alembic",
            "python -W",
            "python alembic.py",
            "pythonista -m alembic",
            "docker compose run app alembic",
            "/no/such/alembic",
            "/no/such/alembic -c x",
        ] {
            assert_eq!(launch(words), None, "{words}");
        }
    }

    #[test]
    fn only_a_script_of_alembic_is_launched() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("alembic");
        let of = |text: &str| {
            std::fs::write(&path, text).expect("a script");
            script(&path).map(|launch| shown(&launch.interpreter))
        };
        let rest = "import sys\nfrom alembic.config import main\nsys.exit(main())\n";
        assert_eq!(of(&format!("#!/venv/bin/python\n{rest}")).as_deref(), Some("/venv/bin/python"));
        assert_eq!(of(&format!("#!/usr/bin/env python3\n{rest}")).as_deref(), Some("/usr/bin/env python3"));
        let long = format!("#!/bin/sh\n'''exec' /venv/bin/python \"$0\" \"$@\"\n' '''\n{rest}");
        assert_eq!(of(&long).as_deref(), Some("/venv/bin/python"));
        assert_eq!(of("#!/venv/bin/python\nimport mine\n"), None);
        assert_eq!(of("#!/bin/sh\nexec alembic \"$@\"\n"), None);
        assert_eq!(of("#!/usr/bin/ruby\n# alembic\n"), None);
        assert_eq!(of("\u{7f}ELF alembic"), None);
    }

    #[test]
    fn command_of_the_project_is_not_taken_for_alembic() {
        let folder = tempfile::tempdir().expect("a folder");
        let of = |words: &str| {
            recognise(&Program { argv: words.split(' ').map(OsString::from).collect() }, folder.path()).is_ok()
        };
        std::fs::write(folder.path().join("pyproject.toml"), "[tool.pdm.scripts]\nalembic = 'x'\n").expect("a file");
        assert!(!of("pdm run alembic"));
        assert!(of("pdm run python -m alembic") && of("rye run alembic") && of("uv run alembic"));
    }
}
