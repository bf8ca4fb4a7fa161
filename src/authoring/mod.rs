//! What a plugin's author gets from lback: a project that builds, and a component of what a compiler made.
//!
//! The projects are the files in `templates/`, with those of `wit/`. What a plugin does, and how it is run, is `plugin/`'s.

mod component;
mod files;
mod language;
mod name;
mod project;
mod wit;

pub(crate) use component::{ComponentError, component};
pub(crate) use language::{Kind, Language};
pub(crate) use name::PluginName;
pub(crate) use project::{Project, ProjectError};
