//! The errors of [`Config`](super::Config), and their rendering: file, line, a caret, and a hint.

use std::{
    io,
    path::{Path, PathBuf},
};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};

use super::{document, fault::Problem, file_name::FILE_NAME};
use crate::support::exit::Exit;
use crate::support::user_error::UserError;

/// The number of problems to show. A file that isn't TOML may have thousands.
const MOST_SHOWN: usize = 10;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// A path can't be made absolute, because the current folder is gone or has no path.
    #[error("can't tell which folder `{}` is in", path.display())]
    NoFolder { path: PathBuf, source: io::Error },
    /// The file exists, or may exist, and can't be read.
    #[error("can't read `{}`", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    /// A folder has the lock file of a project, and not its `lback.toml`.
    #[error("`{}` is here, but no `{FILE_NAME}`: the plugins that it names would not be used", path.display())]
    OnlyLockFile { path: PathBuf },
    /// The file lists no plugin, and the lock file beside it names some.
    #[error("`{}` names plugins, but `{FILE_NAME}` beside it lists none: they would not be used", path.display())]
    LostPlugins { path: PathBuf },
    /// The name of the file is written in other letters.
    #[error("`{}` is not used: lback reads `{FILE_NAME}`, in lower case", path.display())]
    OtherCase { path: PathBuf },
    /// The file has problems.
    #[error("`{}` is not right", path.display())]
    Invalid {
        path: PathBuf,
        /// The text of the file, to which the positions refer.
        text: String,
        /// The problems, in the order of the file; at least one.
        problems: Vec<Problem>,
    },
}

impl ConfigError {
    pub(super) fn invalid(path: &Path, bytes: &[u8], mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
        let mut text = document::lossy(bytes);
        for problem in problems.iter().filter(|problem| problem.fault.hides_text()) {
            let stars: String = text[problem.span.clone()].bytes().map(star).collect();
            text.replace_range(problem.span.clone(), &stars);
        }
        Self::Invalid { path: path.to_owned(), text, problems }
    }

    /// Returns the message and the hint of the first fault in a file.
    pub(crate) fn first_fault(&self) -> Option<(String, Option<String>)> {
        let Self::Invalid { problems, .. } = self else { return None };
        problems.first().map(|problem| (problem.fault.to_string(), problem.fault.hint()))
    }

    /// Returns the whole report, without a newline at its end. A path in, below or above the folder
    /// `here` is shown relative to it.
    pub(crate) fn render(&self, color: bool, here: &Path) -> String {
        match self {
            Self::NoFolder { source, .. } => {
                report(&format!("{self}: {source}"), Some("change to a folder that exists"), color)
            }
            Self::Unreadable { path, source } => {
                report(&format!("can't read `{}`: {source}", shown(path, here)), unreadable_hint(source), color)
            }
            Self::OnlyLockFile { path } => report(
                &Self::OnlyLockFile { path: shown(path, here).into() }.to_string(),
                Some(
                    "bring `lback.toml` back from version control, or delete `lback.lock` if the project has no plugins",
                ),
                color,
            ),
            Self::LostPlugins { path } => report(
                &Self::LostPlugins { path: shown(path, here).into() }.to_string(),
                Some(
                    "bring the list of plugins in `lback.toml` back from version control, or delete `lback.lock` if the project has no plugins any more",
                ),
                color,
            ),
            Self::OtherCase { path } => {
                report(&Self::OtherCase { path: shown(path, here).into() }.to_string(), Some("rename it"), color)
            }
            Self::Invalid { path, text, problems } => {
                let path = shown(path, here);
                let mut reports: Vec<String> =
                    problems.iter().take(MOST_SHOWN).map(|problem| located(problem, &path, text, color)).collect();
                match problems.len().saturating_sub(MOST_SHOWN) {
                    0 => {}
                    1 => reports.push("and 1 more problem".to_owned()),
                    more => reports.push(format!("and {more} more problems")),
                }
                reports.join("\n\n")
            }
        }
    }
}

/// Returns one byte for one byte, so that other positions stay valid.
fn star(byte: u8) -> char {
    if matches!(byte, b'"' | b'\'' | b'\n' | b'\r') { char::from(byte) } else { '*' }
}

fn unreadable_hint(source: &io::Error) -> Option<&'static str> {
    match source.kind() {
        io::ErrorKind::NotFound => Some("check the path, or run `lback init` to make one"),
        io::ErrorKind::IsADirectory => Some(
            "put the file in place of the folder; Docker makes such a folder when the file of a bind mount is missing",
        ),
        io::ErrorKind::PermissionDenied => {
            Some("make the file readable: it may name policies, so lback doesn't run without it")
        }
        io::ErrorKind::InvalidInput => {
            Some("put a regular file in its place: it may name policies, so lback doesn't run without it")
        }
        _ => None,
    }
}

/// Renders one problem, with its lines.
fn located(problem: &Problem, path: &str, text: &str, color: bool) -> String {
    let mut snippet = Snippet::source(text).path(path);
    snippet = snippet.annotation(AnnotationKind::Primary.span(problem.span.clone()));
    if let Some(first) = &problem.first {
        snippet = snippet.annotation(AnnotationKind::Context.span(first.clone()).label("first here"));
    }
    let title = problem.fault.to_string();
    let groups = [Level::ERROR.primary_title(title).element(snippet)];
    with_hint(renderer(color).render(&groups), problem.fault.hint().as_deref(), color)
}

/// Renders an error without a position in a file.
fn report(message: &str, hint: Option<&str>, color: bool) -> String {
    let groups = [annotate_snippets::Group::with_title(Level::ERROR.primary_title(message))];
    with_hint(renderer(color).render(&groups), hint, color)
}

fn with_hint(report: String, hint: Option<&str>, color: bool) -> String {
    let Some(hint) = hint else { return report };
    let style = if color { Style::new().bold().fg_color(Some(AnsiColor::Cyan.into())) } else { Style::new() };
    format!("{report}\n\n{style}hint:{style:#} {hint}")
}

fn renderer(color: bool) -> Renderer {
    if color { Renderer::styled() } else { Renderer::plain() }
}

/// Returns a path relative to `here` if the file is in that folder, below it, or in a folder above
/// it.
fn shown(path: &Path, here: &Path) -> String {
    let above = path.parent().and_then(|folder| here.strip_prefix(folder).ok()).zip(path.file_name());
    let typed = match above {
        Some((way, name)) => way.components().map(|_| "..").collect::<PathBuf>().join(name),
        None => path.strip_prefix(here).unwrap_or(path).to_owned(),
    };
    typed.display().to_string()
}

impl UserError for ConfigError {
    fn exit(&self) -> Exit {
        Exit::Config
    }

    fn report(&self, color: bool, current_folder: &Path) -> Option<String> {
        Some(self.render(color, current_folder))
    }
}

/// A plugin that `lback.toml` does not list.
#[derive(Debug, thiserror::Error)]
#[error("`lback.toml` lists no plugin `{0}`")]
pub(crate) struct UnlistedPlugin(pub(crate) String);

impl UserError for UnlistedPlugin {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        Some("`lback plugin list` shows the plugins of this project".to_owned())
    }
}
