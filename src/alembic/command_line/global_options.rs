//! Alembic's global options, and those of `flask db` that have the same effect.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::dialect::Dialect;

/// Alembic's global options, which precede its command.
#[derive(Debug, Clone, Default)]
pub(crate) struct GlobalOptions {
    /// `-c`: an ini file, a `pyproject.toml`, or both.
    pub(crate) config: Vec<OsString>,
    /// `-n`: the section of the ini file.
    pub(crate) name: Option<OsString>,
    /// `-x`: arguments for env.py, which may hold secrets.
    pub(crate) x: Vec<OsString>,
    pub(crate) raiseerr: bool,
    pub(crate) quiet: bool,
    /// The keys of `-x` whose values are no secrets.
    pub(crate) show_x: Vec<String>,
}

impl GlobalOptions {
    /// Returns the options as words of a command line. Flask refuses those that it lacks.
    pub(super) fn words(&self, dialect: Dialect, with_config: bool) -> Vec<OsString> {
        let mut words = Vec::new();
        let config = if with_config { self.config.as_slice() } else { &[] };
        for file in config {
            match directory_of(file).filter(|_| dialect == Dialect::FlaskMigrate) {
                Some(directory) => push_option(&mut words, "-d", directory),
                None => push_option(&mut words, "-c", file),
            }
        }
        let name = self.name.iter().map(|name| ("-n", name));
        let x = self.x.iter().map(|value| ("-x", value));
        for (flag, value) in name.chain(x) {
            push_option(&mut words, flag, value);
        }
        words.extend(self.raiseerr.then(|| "--raiseerr".into()));
        words.extend(self.quiet.then(|| "--quiet".into()));
        words
    }
}

/// Returns the folder of an `alembic.ini`: Flask-Migrate always reads the file of this name.
fn directory_of(file: &OsStr) -> Option<&OsStr> {
    let path = Path::new(file);
    let directory = path.parent().filter(|_| path.file_name().is_some_and(|name| name == "alembic.ini"))?;
    Some(if directory.as_os_str().is_empty() { OsStr::new(".") } else { directory.as_os_str() })
}

fn push_option(words: &mut Vec<OsString>, flag: &str, value: &OsStr) {
    // argparse treats a word that starts with `-` as an option, unless it is joined to the option.
    if value.as_encoded_bytes().starts_with(b"-") {
        let mut joined = OsString::from(flag);
        joined.push(value);
        words.push(joined);
    } else {
        words.extend([flag.into(), value.to_owned()]);
    }
}
