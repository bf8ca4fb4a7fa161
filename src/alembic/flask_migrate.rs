//! Flask-Migrate in a configured command: `flask`, its own options, the group that has Alembic's
//! commands (usually `db`), and the options of the group.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// The program of Flask.
pub(super) const FLASK: &str = "flask";

/// The options of `flask`, by click's rules.
const OF_FLASK: GroupOptions =
    GroupOptions { valued: &["--app", "--env-file"], short: &['A', 'e'], flags: &["--debug", "--no-debug"] };
/// The options of `flask db`.
const OF_GROUP: GroupOptions = GroupOptions { valued: &["--directory", "--x-arg"], short: &['d', 'x'], flags: &[] };

/// Returns the words after `flask` of a command that runs Flask-Migrate: `db` of `flask db`, `--app
/// shop database` of `uv run flask --app shop database`. Other commands have none.
pub(super) fn group_of(argv: &[OsString]) -> &[OsString] {
    let is = |word: &OsStr, name: &str| Path::new(word).file_name().is_some_and(|file| file == name);
    // `flask` may be the value of an option of another program.
    if argv.last().is_none_or(|last| is(last, "alembic")) {
        return &[];
    }
    let mut flasks = argv.iter().enumerate().filter(|(_, word)| is(word, FLASK)).map(|(at, _)| at);
    flasks.find_map(|at| Some(&argv[at + 1..]).filter(|rest| is_group(rest))).unwrap_or_default()
}

/// Returns whether these words are options of `flask`, the name of a group, and options of it.
fn is_group(words: &[OsString]) -> bool {
    let mut words = words.iter().map(|word| word.to_string_lossy());
    let name = OF_FLASK.skip(&mut words);
    name.is_some_and(|name| !name.starts_with('-')) && OF_GROUP.skip(&mut words).is_none()
}

/// The options of a program that click reads.
struct GroupOptions {
    /// Long options with a value.
    valued: &'static [&'static str],
    /// Short options with a value.
    short: &'static [char],
    flags: &'static [&'static str],
}

impl GroupOptions {
    /// Skips options with their values, and returns the first word that is none of them.
    fn skip<'a>(&self, words: &mut impl Iterator<Item = Cow<'a, str>>) -> Option<Cow<'a, str>> {
        while let Some(word) = words.next() {
            let (name, joined) = word.split_once('=').map_or((&*word, false), |(name, _)| (name, true));
            let is_valued = self.valued.contains(&name);
            let short = word.strip_prefix('-').and_then(|rest| rest.chars().next());
            let is_short = short.is_some_and(|letter| self.short.contains(&letter));
            if !is_valued && !is_short && !self.flags.contains(&&*word) {
                return Some(word);
            }
            if is_valued && !joined || is_short && word.len() == 2 {
                words.next();
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(line: &str) -> String {
        let argv: Vec<_> = line.split(' ').map(OsString::from).collect();
        let words: Vec<_> = group_of(&argv).iter().map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn the_group_follows_flask_and_its_options() {
        for (line, expected) in [
            ("flask db", "db"),
            ("/venv/bin/flask database", "database"),
            ("flask --app shop:create_app db", "--app shop:create_app db"),
            ("flask --app=shop -e .env --debug db", "--app=shop -e .env --debug db"),
            ("flask -Ashop db -d other -x a=b", "-Ashop db -d other -x a=b"),
            ("flask -A flask db --directory=other", "-A flask db --directory=other"),
            ("python -m flask db", "db"),
            ("uv run --frozen flask db", "db"),
            ("uv run --package flask flask db", "db"),
            ("poetry run python -m flask --app shop db", "--app shop db"),
            ("docker compose run app flask db", "db"),
        ] {
            assert_eq!(group(line), expected, "{line}");
        }
    }

    #[test]
    fn other_commands_have_no_group() {
        for line in [
            "alembic",
            "flask",
            "flask --app shop",
            "flask --app db",
            "flask --nosuch db",
            "flask db upgrade",
            "flask db --help",
            "uv run --project flask alembic",
            "/srv/flask/bin/alembic",
            "python manage.py db",
            "flask-db",
        ] {
            assert_eq!(group(line), "", "{line}");
        }
    }
}
