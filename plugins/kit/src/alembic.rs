//! Alembic's command line: what each command changes, and how a command is written.
//!
//! The facts are from Alembic 1.20's `config.py` and `command.py`, and from Flask-Migrate, whose
//! `flask db` may take Alembic's place.

/// The effect of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// No change that matters.
    Nothing,
    /// Files of the project, such as a new revision.
    Files,
    /// The database: its schema, or its version table.
    Database,
}

/// The commands of Alembic and Flask-Migrate, with what each changes when it runs online.
///
/// Some of the commands that read (`check`, `history -i`, `revision --autogenerate`) create an
/// empty version table in a database that has none. This changes no schema and no version, so it
/// doesn't count.
const COMMANDS: [(&str, Effect); 16] = [
    ("branches", Effect::Nothing),
    ("check", Effect::Nothing),
    ("current", Effect::Nothing),
    ("downgrade", Effect::Database),
    ("edit", Effect::Files),
    ("ensure_version", Effect::Database),
    ("heads", Effect::Nothing),
    ("history", Effect::Nothing),
    ("init", Effect::Files),
    ("list_templates", Effect::Nothing),
    ("merge", Effect::Files),
    // Flask-Migrate's name for `revision --autogenerate`.
    ("migrate", Effect::Files),
    ("revision", Effect::Files),
    ("show", Effect::Nothing),
    ("stamp", Effect::Database),
    ("upgrade", Effect::Database),
];

/// Returns whether the command is known.
#[must_use]
pub fn is_known(command: &str) -> bool {
    lookup(command).is_some()
}

/// Returns what this command line changes.
///
/// With `--sql` a command only prints, and with `--help` it only explains. An unknown command
/// counts as changing the database: it was registered with Alembic by the project, and may do
/// anything. No command at all, as in `alembic --version`, changes nothing.
#[must_use]
pub fn effect(command: &str, args: &[String]) -> Effect {
    if command.is_empty() || has_flag(args, &["--help", "-h"]) {
        return Effect::Nothing;
    }
    let effect = lookup(command).unwrap_or(Effect::Database);
    if effect == Effect::Database && is_offline(args) { Effect::Nothing } else { effect }
}

/// Returns whether the command only prints SQL (`--sql`) and leaves the database alone.
#[must_use]
pub fn is_offline(args: &[String]) -> bool {
    has_flag(args, &["--sql"])
}

/// Returns whether the command makes a new revision with a message: `revision`, or Flask-Migrate's
/// `migrate`. A `merge` doesn't count, since it changes no schema.
#[must_use]
pub fn makes_revision(command: &str) -> bool {
    matches!(command, "revision" | "migrate")
}

/// Returns the command as typed, with quotes where a shell needs them, without global options.
#[must_use]
pub fn command_line(command: &str, args: &[String]) -> String {
    let words = std::iter::once("alembic").chain((!command.is_empty()).then_some(command));
    words.chain(args.iter().map(String::as_str)).map(quoted).collect::<Vec<_>>().join(" ")
}

/// Looks up a command. Flask-Migrate writes `list-templates` where Alembic writes `list_templates`.
fn lookup(command: &str) -> Option<Effect> {
    let command = command.replace('-', "_");
    COMMANDS.iter().find(|(name, _)| *name == command).map(|(_, effect)| *effect)
}

/// Returns whether one of these flags is certainly given.
///
/// An ambiguous word doesn't count, so that it can't bypass a policy. After `--` the word is a
/// revision. Right after an option that may take a value, it may be that value (argparse rejects
/// such a line, but click, under `flask db`, accepts it). argparse's abbreviations, such as `--sq`,
/// don't count either: they cause a needless denial at most.
fn has_flag(args: &[String], flags: &[&str]) -> bool {
    const WITHOUT_VALUE: [&str; 5] = ["--autogenerate", "--help", "-h", "--purge", "--sql"];
    let mut after_option = false;
    for arg in args.iter().take_while(|arg| *arg != "--") {
        if flags.contains(&arg.as_str()) && !after_option {
            return true;
        }
        let is_step = arg.strip_prefix('-').is_some_and(|rest| rest.parse::<u32>().is_ok());
        after_option = arg.starts_with('-') && !is_step && !arg.contains('=') && !WITHOUT_VALUE.contains(&arg.as_str());
    }
    false
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_+@:.,/=%^*~".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn effects() {
        for (command, line, expected) in [
            ("", "", Effect::Nothing),
            ("upgrade", "head", Effect::Database),
            ("downgrade", "-1", Effect::Database),
            ("stamp", "head", Effect::Database),
            ("stamp", "--purge head", Effect::Database),
            ("ensure_version", "", Effect::Database),
            ("upgrade", "head --sql", Effect::Nothing),
            ("upgrade", "--sql head", Effect::Nothing),
            ("downgrade", "-1 --sql", Effect::Nothing),
            ("ensure_version", "--sql", Effect::Nothing),
            ("downgrade", "-1 --help", Effect::Nothing),
            ("downgrade", "-h", Effect::Nothing),
            ("upgrade", "head --tag release --sql", Effect::Nothing),
            ("upgrade", "head --tag=release --sql", Effect::Nothing),
            ("stamp", "--purge --sql head", Effect::Nothing),
            // Possibly not the flag.
            ("upgrade", "head --tag --sql", Effect::Database),
            ("upgrade", "head -x --sql", Effect::Database),
            ("upgrade", "head --tag=--sql", Effect::Database),
            ("upgrade", "-- --sql", Effect::Database),
            ("upgrade", "head --sq", Effect::Database),
            ("downgrade", "base -x --help", Effect::Database),
            ("revision", "--autogenerate -m x", Effect::Files),
            ("revision", "--sql", Effect::Files),
            ("merge", "heads", Effect::Files),
            ("migrate", "-m x", Effect::Files),
            ("list-templates", "", Effect::Nothing),
            ("history", "-v", Effect::Nothing),
            ("check", "", Effect::Nothing),
            ("backfill", "", Effect::Database),
            ("backfill", "--sql", Effect::Nothing),
        ] {
            assert_eq!(effect(command, &args(line)), expected, "{command} {line}");
        }
    }

    #[test]
    fn lines_can_be_typed_again() {
        assert_eq!(command_line("", &args("")), "alembic");
        assert_eq!(command_line("upgrade", &args("head")), "alembic upgrade head");
        assert_eq!(command_line("downgrade", &args("label@-1")), "alembic downgrade label@-1");
        let message = ["-m".to_owned(), "it's new".to_owned(), String::new()];
        assert_eq!(command_line("revision", &message), r"alembic revision -m 'it'\''s new' ''");
    }
}
