//! The name of lback's configuration file.

/// The name of the file in a project's root.
pub(crate) const FILE_NAME: &str = "lback.toml";
