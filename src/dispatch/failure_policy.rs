//! The consequence of a plugin's failure. This is the only place that decides it.

use crate::config::{OnError, PluginMode};
use crate::plugin::Role;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consequence {
    /// Alembic does not run.
    Block,
    /// The failure is reported, and the run goes on.
    Warn,
}

/// The consequence of any failure of a plugin, at load or in a call.
///
/// `role` is the role in which the plugin was called; `None` if the plugin couldn't be read, so
/// that it may be a policy. `before` is true as long as Alembic can still be stopped.
pub(crate) fn consequence(
    role: Option<Role>,
    mode: PluginMode,
    on_error: Option<OnError>,
    before: bool,
) -> Consequence {
    if mode == PluginMode::Audit || !before {
        return Consequence::Warn;
    }
    match (on_error, role) {
        (Some(OnError::Block), _) | (None, Some(Role::Policy) | None) => Consequence::Block,
        (Some(OnError::Warn), _) | (None, Some(Role::Handler)) => Consequence::Warn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_mode_setting_and_moment() {
        use Consequence::{Block, Warn};
        let roles = [Some(Role::Policy), Some(Role::Handler), None];
        let settings = [None, Some(OnError::Block), Some(OnError::Warn)];
        // Rows: the role; columns: `on-error` unset, "block", "warn". Enforced, and before Alembic
        // runs.
        let enforced = [[Block, Block, Warn], [Warn, Block, Warn], [Block, Block, Warn]];
        for (role, row) in roles.into_iter().zip(enforced) {
            for (on_error, expected) in settings.into_iter().zip(row) {
                assert_eq!(consequence(role, PluginMode::Enforce, on_error, true), expected, "{role:?} {on_error:?}");
                for (mode, before) in
                    [(PluginMode::Enforce, false), (PluginMode::Audit, true), (PluginMode::Audit, false)]
                {
                    assert_eq!(consequence(role, mode, on_error, before), Warn, "{role:?} {mode:?} {on_error:?}");
                }
            }
        }
    }
}
