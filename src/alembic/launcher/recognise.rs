//! Recognises the commands that the launcher can run, and how: the words of the interpreter, and
//! the entry point.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::super::flask_migrate::FLASK;
use super::super::locate::Program;
use super::super::project_tools::{PROJECT_TOOLS, ProjectTool};
use super::{BypassReason, shebang};
use crate::support::read_file;

/// A way to launch a command: `interpreter`, the launcher, `entry`, `group`, and Alembic's
/// arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Launch {
    pub(super) interpreter: Vec<OsString>,
    /// A script's path, its name in `PATH`, or `-m` and a module.
    pub(super) entry: Vec<OsString>,
    /// The words after `flask`, as `db`.
    pub(super) group: Vec<OsString>,
}

impl Launch {
    /// Returns the words that take the place of the program: all but Alembic's arguments.
    pub(super) fn words(self, launcher: OsString) -> Vec<OsString> {
        [self.interpreter, vec![launcher], self.entry, self.group].concat()
    }
}

/// The number of bytes to read of a script. Scripts of installers are shorter.
const SCRIPT: u64 = 16 * 1024;

pub(super) fn recognise(program: &Program, root: &Path) -> Result<Launch, BypassReason> {
    let other = || BypassReason::OtherProgram { command: shown(&program.argv) };
    let group = program.group();
    let name = if group.is_empty() { "alembic" } else { FLASK };
    let argv = &program.argv[..program.argv.len() - group.len()];
    let (first, rest) = argv.split_first().ok_or_else(other)?;
    let first_name = stem(first);
    let found = if let Some(tool) = PROJECT_TOOLS.iter().find(|tool| first_name == tool.name) {
        within_tool(tool, argv, name, root)?
    } else if is_python(&first_name) {
        module(argv, name)
    } else if rest.is_empty() {
        script(Path::new(first), name)
    } else {
        None
    };
    let launch = found.ok_or_else(other)?;
    Ok(Launch { group: group.to_vec(), ..launch })
}

/// Recognises `/venv/bin/alembic`, if an installer wrote it for Alembic.
fn script(path: &Path, name: &str) -> Option<Launch> {
    let text = read_file::read_start(path, SCRIPT).ok()?;
    let interpreter = shebang::interpreter(path, &text)?;
    let named = stem(&interpreter[0]);
    let by_env = named == "env" && interpreter.get(1).is_some_and(|word| word.to_string_lossy().contains("python"));
    let is_own = text.windows(name.len()).any(|part| part == name.as_bytes());
    (is_own && (is_python(&named) || by_env)).then(|| launch(interpreter, &[path.as_os_str()]))
}

/// Recognises `python -m alembic`, with options of the interpreter.
fn module(argv: &[OsString], name: &str) -> Option<Launch> {
    let interpreter = argv.strip_suffix(&["-m".into(), name.into()])?;
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
    Some(launch(interpreter.to_vec(), &["-m", name]))
}

/// Recognises `uv run alembic`, `poetry run python -m alembic` and similar commands: the tool finds
/// the interpreter, which runs the launcher.
fn within_tool(tool: &ProjectTool, argv: &[OsString], name: &str, root: &Path) -> Result<Option<Launch>, BypassReason> {
    if !argv.iter().any(|word| word == "run") {
        return Ok(None);
    }
    let ends_with = |end: &[&str]| argv.strip_suffix(&*end.iter().map(OsString::from).collect::<Vec<_>>());
    let python = |before: &[OsString]| [before, &["python".into()]].concat();
    if let Some(before) = ends_with(&["python", "-m", name]) {
        return Ok(Some(launch(python(before), &["-m", name])));
    }
    if let Some(before) = ends_with(&["-m", name]) {
        // `uv run -m alembic` is `uv run python -m alembic`. No other tool has this form, and after
        // another program it means something else.
        let is_module = tool.name == "uv" && before.last().is_some_and(|word| word == "run");
        return Ok(is_module.then(|| launch(python(before), &["-m", name])));
    }
    let before = ends_with(&[name]).filter(|before| before.last().is_some_and(|word| word == "run" || is_option(word)));
    if before.is_some() && tool.has_own_command(root, name) {
        return Err(BypassReason::Alias { name: name.to_owned(), tool: tool.name.to_owned() });
    }
    Ok(before.map(|before| launch(python(before), &[name])))
}

/// Returns a launch of a command that has no group.
fn launch(interpreter: Vec<OsString>, entry: &[impl AsRef<OsStr>]) -> Launch {
    Launch { interpreter, entry: entry.iter().map(Into::into).collect(), group: Vec::new() }
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
        Some((shown(&launch.interpreter), shown(&[launch.entry, launch.group].concat())))
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
            ("python -m flask db", "python", "-m flask db"),
            ("python -I -m flask --app shop database", "python -I", "-m flask --app shop database"),
            ("uv run flask db", "uv run python", "flask db"),
            ("uv run --frozen flask -A shop db -d other", "uv run --frozen python", "flask -A shop db -d other"),
            ("uv run -m flask db", "uv run python", "-m flask db"),
            ("poetry run flask db", "poetry run python", "flask db"),
            ("pipenv run python -m flask db", "pipenv run python", "-m flask db"),
        ];
        for (words, interpreter, entry) in cases {
            assert_eq!(launch(words), Some((interpreter.into(), entry.into())), "{words}");
        }
    }

    #[test]
    fn other_commands_run_as_they_are() {
        for words in [
            "flask db",
            "flask",
            "uv run flask",
            "uv run other flask db",
            "docker compose run app flask db",
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
            script(&path, "alembic").map(|launch| shown(&launch.interpreter))
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
        assert!(of("pdm run flask db"));
    }
}
