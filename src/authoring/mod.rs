//! Help for authors of plugins: a new project that builds, and a component of a compiled module.
//!
//! The projects consist of the files in `templates/` and `wit/`. `plugin/` runs plugins.

mod component;
mod language;
mod plugin_name;
mod plugin_project;
mod plugin_source;
mod template_files;
mod wit;

pub(crate) use component::{ComponentError, component};
pub(crate) use language::{Language, PluginKind};
pub(crate) use plugin_name::PluginName;
pub(crate) use plugin_project::PluginProject;
pub(crate) use plugin_source::{BuildCommand, BuildResult, PluginSource, component_of_cargo};
