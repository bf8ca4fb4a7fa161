//! The tutorials for plugin languages. Each command of a `console` block is run, in order, beside a
//! real Alembic project, and the output must have what the page shows. Blocks of `sh` install
//! compilers: their versions must be those of these tests.

use std::fs;
use std::path::Path;

use super::instance::{rust_target, with_compilers};
use crate::support::{Project, alembic};

const MARK: &str = "@@ the command before ended with ";

/// A command, and the lines that the page shows below it.
struct Shown<'a> {
    command: &'a str,
    output: Vec<&'a str>,
}

fn page(language: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/languages").join(format!("{language}.md"));
    fs::read_to_string(path).expect("a page")
}

/// Returns the blocks of this kind.
fn blocks<'a>(page: &'a str, kind: &'a str) -> impl Iterator<Item = &'a str> {
    let fence = format!("\n```{kind}\n");
    let starts: Vec<_> = page.match_indices(&fence).map(|(at, fence)| at + fence.len()).collect();
    starts.into_iter().map(|start| page[start..].split("\n```").next().expect("an end"))
}

fn commands(page: &str) -> Vec<Shown<'_>> {
    let mut commands: Vec<Shown<'_>> = Vec::new();
    for line in blocks(page, "console").flat_map(str::lines) {
        match line.strip_prefix("$ ") {
            Some(command) => commands.push(Shown { command, output: Vec::new() }),
            None => commands.last_mut().expect("a command").output.push(line),
        }
    }
    commands
}

/// Returns a script of all commands for one shell, so that `cd` lasts. It prints the exit code of
/// each.
fn script(commands: &[Shown<'_>]) -> String {
    let mut script = String::from("exec 2>&1\n");
    for Shown { command, .. } in commands {
        script.push_str(command);
        script.extend(["\nended=$?; printf '\\n", MARK, "%s\\n' $ended\n"]);
        if command.starts_with("lback plugin new ") {
            script.push_str("[ -z \"$TARGET\" ] || ln -s \"$TARGET\" keep-safe/target\n");
        }
        script.push_str("(exit $ended)\n");
    }
    script
}

fn follow(language: &str) {
    let page = page(language);
    let pins = include_str!("../../languages/requirements.txt");
    for pin in blocks(&page, "sh").flat_map(str::split_whitespace).filter(|word| word.contains("==")) {
        assert!(pins.lines().any(|line| line == pin), "the tests use another version than `{pin}`");
    }

    // The page's `shop` is a folder beside the new plugin's.
    let (shop, room) = (Project::new(), Project::empty());
    for (path, content) in shop.files() {
        let path = room.path("shop").join(path.strip_prefix(shop.root()).expect("it is in the shop"));
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    let config = format!("[alembic]\ncommand = [{:?}]\n", alembic().display().to_string());
    room.write("shop/lback.toml", &config);
    let commands = commands(&page);
    let script = script(&commands);
    let mut run = with_compilers(room.program("sh".as_ref(), &["-c", &script]));
    let target = (language == "rust").then(rust_target);
    if let Some((target, _)) = &target {
        run = run.env("TARGET", target);
    }
    let done = run.run();
    let mut ends = done.stdout.split(MARK);
    let mut output = ends.next().expect("output").to_owned();
    for (index, shown) in commands.iter().enumerate() {
        let Some(end) = ends.next() else { panic!("the shell ended before `{}`: {done}", shown.command) };
        let (code, next) = end.split_once('\n').unwrap_or((end, ""));
        let is_told = commands.get(index + 1).is_some_and(|next| next.command == "echo $?");
        assert!(code == "0" || is_told, "`{}` ended with {code}: {done}", shown.command);
        let mut lines = output.lines().map(str::trim_end);
        for expected in shown.output.iter().filter(|line| !["", "…"].contains(line)) {
            let found = lines.any(|line| line == expected.trim_end());
            assert!(found, "`{}` doesn't say `{expected}`: {done}", shown.command);
        }
        next.clone_into(&mut output);
    }
    fs::copy(room.path("shop/test.db"), shop.path("test.db")).expect("a database");
    assert_eq!(shop.revision_of_database().as_deref(), Some("three"), "{done}");
}

macro_rules! languages {
    ($($language:ident),*) => { $(
        #[test]
        fn $language() {
            follow(stringify!($language));
        }
    )* };
}

languages!(rust, python, javascript, go, c);
