use std::path::PathBuf;

use clap::Args;

use crate::authoring::{Language, PluginKind, PluginName, PluginProject};
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;
use crate::ui;

/// Create a new plugin
///
/// Writes a project that builds with the language's usual tools: a working example, its test, this
/// lback's contract (`wit/`) and a README. `docs/guide/languages/` has a page for each language.
#[derive(Args)]
pub(in crate::cli) struct New {
    /// The plugin's name, in kebab-case, as `no-base`
    name: PluginName,

    /// The language; `javascript` is for TypeScript as well
    #[arg(long, value_enum)]
    lang: Language,

    /// The kind of plugin
    #[arg(long, value_enum, default_value = "policy")]
    kind: PluginKind,

    /// The folder to create [default: the plugin's name]; an existing folder is never changed
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

impl New {
    pub(in crate::cli) fn run(self) -> Result<Exit, CommandError> {
        let folder = self.dir.unwrap_or_else(|| self.name.as_str().into());
        let project = PluginProject::new(&self.name, self.lang, self.kind);
        project.write(&folder)?;
        let (kind, language) = (self.kind.name(), self.lang.name());
        ui::status("wrote", &format!("`{}`, a {kind} in {language}", folder.display()));
        let component = folder.join(&project.component);
        let next = [format!("cd {}", folder.display())].into_iter().chain(project.commands);
        let next: String = next.flat_map(|command| ["\n".to_owned(), command]).collect();
        ui::hint(&format!(
            "its README says which tools it needs; then{next}\nand in a project: lback plugin install {}",
            component.display()
        ));
        Ok(Exit::Success)
    }
}
