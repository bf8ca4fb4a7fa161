//! The role in which a plugin is called.

/// The role in which a plugin is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Policy,
    Handler,
}
