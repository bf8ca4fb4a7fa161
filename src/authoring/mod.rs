//! What a plugin's author gets from lback: a project that builds, and a component of what a compiler made.
//!
//! The projects are the files in `templates/`, with those of `wit/`. What a plugin does, and how it is run, is `plugin/`'s.

mod component;
mod language;
mod plugin_name;
mod plugin_project;
mod template_files;
mod wit;

pub(crate) use component::{ComponentError, component};
pub(crate) use language::{Language, PluginKind};
pub(crate) use plugin_name::PluginName;
pub(crate) use plugin_project::PluginProject;
