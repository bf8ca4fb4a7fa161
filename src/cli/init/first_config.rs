//! The first `lback.toml` of a project.

use toml::Value;

/// The text of the file, with places for the name and the command.
const TEXT: &str = include_str!("lback.toml");
const NAME: &str = "\"@NAME@\"";
const COMMAND: &str = "# @COMMAND@\n";

/// The command of Alembic where lback finds it by itself.
const NO_COMMAND: &str =
    "# command = [\"uv\", \"run\", \"alembic\"]  # default: `alembic` in .venv, VIRTUAL_ENV or PATH\n";

/// Returns the text of `lback.toml`. `command` and `config` are those of `[alembic]`.
pub(super) fn first_config(name: &str, command: Option<&[String]>, config: Option<&str>) -> String {
    let command = command.map_or_else(|| NO_COMMAND.to_owned(), |words| line("command", &Value::from(words.to_vec())));
    let config = config.map(|file| line("config", &Value::from(file))).unwrap_or_default();
    TEXT.replace(NAME, &Value::from(name).to_string()).replace(COMMAND, &format!("{command}{config}"))
}

fn line(key: &str, value: &Value) -> String {
    format!("{key} = {value}\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;

    fn parsed(text: &str) -> Config {
        Config::parse(text.as_bytes(), Path::new("/shop/lback.toml")).expect("a valid file")
    }

    #[test]
    fn the_first_config_is_valid() {
        let config = parsed(&first_config("shop", None, None));
        assert_eq!(config.project.name, "shop");
        assert_eq!((config.project.environment, config.alembic.command), (None, None));
        assert!(config.plugins.is_empty());
    }

    #[test]
    fn the_command_and_the_configuration_file_are_written() {
        let command = ["uv", "run", "flask", "db"].map(str::to_owned);
        let config = parsed(&first_config("it's \"a\" \\shop", Some(&command), Some("db/alembic.ini")));
        assert_eq!(config.project.name, "it's \"a\" \\shop");
        assert_eq!(config.alembic.command.as_deref(), Some(&command[..]));
        assert_eq!(config.alembic.config.as_deref(), Some("db/alembic.ini"));
    }

    #[test]
    fn its_commented_example_is_valid_too() {
        let text = first_config("shop", None, None);
        let (_, example) = text.split_once("# [[plugin]]").expect("an example");
        let example: String = example.lines().flat_map(|line| [line.trim_start_matches("# "), "\n"]).collect();
        assert_eq!(parsed(&format!("[[plugin]]{example}")).plugins[0].name, "guard");
    }
}
