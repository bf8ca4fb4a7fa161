//! The source of a plugin: its language, and the commands that build a component of it.

use std::fs;
use std::path::{Path, PathBuf};

use super::language::Language;
use crate::support::exit::Exit;
use crate::support::io_error::FileError;
use crate::support::read_file;
use crate::support::user_error::{CommandError, UserError};

/// The file by which a language's projects are known, the most telling ones first.
const MARKS: [(&str, Language); 5] = [
    ("Cargo.toml", Language::Rust),
    ("package.json", Language::Javascript),
    ("go.mod", Language::Go),
    ("plugin.c", Language::C),
    ("plugin.py", Language::Python),
];

/// The folder of a plugin's source.
pub(crate) struct PluginSource {
    folder: PathBuf,
    pub(crate) language: Language,
}

/// One command of a build.
pub(crate) struct BuildCommand {
    pub(crate) program: &'static str,
    pub(crate) args: Vec<String>,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
}

/// The result of a build.
pub(crate) enum BuildResult {
    /// A component at this path.
    Component(PathBuf),
    /// A core module at this path, of which a component is still to be made.
    Module(PathBuf),
    /// The component that cargo names in the answer to `cargo metadata`.
    OfCargo,
}

/// A folder of which lback can't tell how a plugin is built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnknownSource {
    #[error("`{}` has no source of a plugin", .0.display())]
    Missing(PathBuf),
    #[error("`{}` doesn't say which component it builds", .0.display())]
    Nameless(PathBuf),
    #[error("`plugin.py` has neither a class `Policy` nor a class `Handler`")]
    WithoutRole,
}

impl UserError for UnknownSource {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Missing(_) => "name the folder that `lback plugin new NAME --lang LANGUAGE` has written",
            Self::Nameless(_) => "compare it with that of a new plugin, which `lback plugin new` writes",
            Self::WithoutRole => "export one of them, or both, as the plugins that `lback plugin new` writes do",
        };
        Some(hint.to_owned())
    }
}

impl PluginSource {
    /// Recognises the language of the source in a folder.
    pub(crate) fn find(folder: &Path) -> Result<Self, UnknownSource> {
        let found = MARKS.into_iter().find(|(mark, _)| folder.join(mark).is_file());
        let (_, language) = found.ok_or_else(|| UnknownSource::Missing(folder.to_owned()))?;
        Ok(Self { folder: folder.to_owned(), language })
    }

    /// Returns the commands that build the component, in their order, and their result.
    pub(crate) fn commands(&self) -> Result<(Vec<BuildCommand>, BuildResult), CommandError> {
        let built = || Ok::<_, CommandError>(format!("{}.wasm", self.name()?));
        Ok(match self.language {
            Language::Rust => {
                (vec![command("cargo", &["build", "--release", "--target", "wasm32-wasip2"])], BuildResult::OfCargo)
            }
            Language::Python => {
                let (world, built) = (self.python_world()?, built()?);
                let words = ["--wit-path", "wit", "--world", world, "componentize", "plugin", "--output", &built];
                (vec![command("componentize-py", &words)], BuildResult::Component(built.into()))
            }
            Language::Javascript => {
                let install = (!self.has("node_modules")).then(|| command("npm", &["install"]));
                let commands = install.into_iter().chain([command("npm", &["run", "build"])]);
                (commands.collect(), BuildResult::Component(built()?.into()))
            }
            Language::Go => {
                let tidy = (!self.has("go.sum")).then(|| command("go", &["mod", "tidy"]));
                let flags = ["build", "-buildmode=c-shared", "-ldflags=-s -w -checklinkname=0", "-o"];
                let mut compile = command("go", &[&flags[..], &[MODULE, "."]].concat());
                compile.environment = vec![("GOOS", "wasip1"), ("GOARCH", "wasm")];
                (tidy.into_iter().chain([compile]).collect(), BuildResult::Module(MODULE.into()))
            }
            Language::C => (vec![command("make", &[])], BuildResult::Component(built()?.into())),
        })
    }

    /// Returns the name of the plugin, which the file of the component has too.
    pub(crate) fn name(&self) -> Result<String, CommandError> {
        let (file, name) = match self.language {
            Language::Javascript => ("package.json", self.named("package.json", json_name)?),
            Language::Go => ("go.mod", self.named("go.mod", module_name)?),
            Language::C => ("Makefile", self.named("Makefile", target_name)?),
            Language::Rust | Language::Python => {
                let folder = self.folder.canonicalize().map_err(FileError::read(&self.folder))?;
                (".", folder.file_name().and_then(|name| name.to_str()).map(str::to_owned))
            }
        };
        Ok(name.ok_or_else(|| UnknownSource::Nameless(self.folder.join(file)))?)
    }

    fn named(&self, file: &str, name: fn(&str) -> Option<String>) -> Result<Option<String>, CommandError> {
        Ok(name(&self.text(file)?))
    }

    fn text(&self, file: &str) -> Result<String, CommandError> {
        let path = self.folder.join(file);
        Ok(read_file::read_text(&path, read_file::WRITTEN_BY_PROGRAMS).map_err(FileError::read(&path))?)
    }

    fn has(&self, file: &str) -> bool {
        fs::exists(self.folder.join(file)).unwrap_or_default()
    }

    fn python_world(&self) -> Result<&'static str, CommandError> {
        let text = self.text("plugin.py")?;
        let has = |class: &str| text.lines().any(|line| line.starts_with(&format!("class {class}")));
        match (has("Policy"), has("Handler")) {
            (true, false) => Ok("policy-plugin"),
            (false, true) => Ok("handler-plugin"),
            (true, true) => Ok("policy-and-handler-plugin"),
            (false, false) => Err(UnknownSource::WithoutRole.into()),
        }
    }
}

/// The core module that Go builds.
const MODULE: &str = "build/core.wasm";

fn command(program: &'static str, args: &[&str]) -> BuildCommand {
    let args = args.iter().map(|&word| word.to_owned()).collect();
    BuildCommand { program, args, environment: Vec::new() }
}

/// Returns the name in a `package.json`.
fn json_name(text: &str) -> Option<String> {
    let parsed: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(parsed.get("name")?.as_str()?.to_owned())
}

/// Returns the last part of the module's path in a `go.mod`.
fn module_name(text: &str) -> Option<String> {
    let path = text.lines().find_map(|line| line.strip_prefix("module "))?;
    Some(path.trim().rsplit('/').next()?.to_owned())
}

/// Returns the first target of a `Makefile` that is a component.
fn target_name(text: &str) -> Option<String> {
    let targets = text.lines().filter_map(|line| line.split_once(':'));
    let name = targets.into_iter().find_map(|(target, _)| target.strip_suffix(".wasm"))?;
    (!name.contains(['/', ' ', '\t', '$'])).then(|| name.to_owned())
}

/// Returns the component that a package builds, from the answer to `cargo metadata --no-deps`.
pub(crate) fn component_of_cargo(answer: &[u8], folder: &Path) -> Option<PathBuf> {
    let parsed: serde_json::Value = serde_json::from_slice(answer).ok()?;
    let manifest = folder.join("Cargo.toml").canonicalize().ok()?;
    let packages = parsed.get("packages")?.as_array()?;
    let package = packages.iter().find(|package| {
        let own = package.get("manifest_path").and_then(serde_json::Value::as_str).map(Path::new);
        own.is_some_and(|own| own.canonicalize().is_ok_and(|own| own == manifest))
    })?;
    let targets = package.get("targets")?.as_array()?;
    let is_component = |target: &&serde_json::Value| {
        target["crate_types"].as_array().is_some_and(|all| all.contains(&"cdylib".into()))
    };
    let name = targets.iter().find(is_component)?.get("name")?.as_str()?;
    let target = Path::new(parsed.get("target_directory")?.as_str()?);
    Some(target.join("wasm32-wasip2/release").join(format!("{}.wasm", name.replace('-', "_"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_the_files_of_each_language() {
        assert_eq!(json_name(r#"{"name": "no-base"}"#).as_deref(), Some("no-base"));
        assert_eq!(module_name("// a plugin\nmodule example.com/x/no-base\n\ngo 1.25\n").as_deref(), Some("no-base"));
        assert_eq!(target_name("CC = cc\n\nno-base.wasm: build/core.wasm\n").as_deref(), Some("no-base"));
        assert_eq!(target_name("build/core.wasm: plugin.c\n\nno-base.wasm: build/core.wasm\n"), None);
        assert_eq!((json_name("{"), module_name("go 1.25"), target_name("all:\n")), (None, None, None));
    }

    #[test]
    fn cargo_names_the_component_of_the_package_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Cargo.toml"), "").unwrap();
        let manifest = folder.path().join("Cargo.toml");
        let target = |kind: &str, name: &str| serde_json::json!({ "name": name, "crate_types": [kind] });
        let answer = serde_json::json!({
            "target_directory": "/t",
            "packages": [
                { "manifest_path": "/elsewhere/Cargo.toml", "targets": [target("cdylib", "other")] },
                { "manifest_path": manifest, "targets": [target("bin", "tool"), target("cdylib", "no-base")] },
            ],
        });
        let found = component_of_cargo(answer.to_string().as_bytes(), folder.path());
        assert_eq!(found, Some(PathBuf::from("/t/wasm32-wasip2/release/no_base.wasm")));
        assert_eq!(component_of_cargo(b"{}", folder.path()), None);
    }

    #[test]
    fn a_folder_without_source_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(PluginSource::find(folder.path()), Err(UnknownSource::Missing(_))));
        fs::write(folder.path().join("plugin.py"), "class Other:\n").unwrap();
        let source = PluginSource::find(folder.path()).unwrap();
        assert_eq!(source.language, Language::Python);
        assert!(source.commands().is_err_and(|error| error.get().to_string().contains("neither a class `Policy`")));
    }
}
