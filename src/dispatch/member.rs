//! A plugin of `lback.toml` as the dispatch sees it: loaded, or failed to load.

use std::sync::Arc;

use super::failure_policy::{Consequence, consequence};
use crate::config::{OnError, PluginConfig, PluginMode};
use crate::model::notice::NotEnforced;
use crate::model::signal::SignalName;
use crate::plugin::{Failure, Plugin, Role};

pub(crate) struct Member {
    pub(crate) name: String,
    /// The plugin's mode. An override makes it `Audit`, so that the plugin can't stop the run.
    mode: PluginMode,
    /// Set if the operator has overridden the plugin for this run.
    overridden: bool,
    on_error: Option<OnError>,
    /// The signals set in `lback.toml`. The signals of a plugin that didn't load are otherwise
    /// unknown.
    signals: Option<Vec<SignalName>>,
    pub(super) loaded: Result<Plugin, Arc<Failure>>,
}

impl Member {
    /// Creates a member. `overridden` means that the operator has overridden the plugin for this
    /// run.
    pub(crate) fn new(config: &PluginConfig, overridden: bool, loaded: Result<Plugin, Failure>) -> Self {
        Self {
            name: config.name.clone(),
            mode: if overridden { PluginMode::Audit } else { config.mode },
            overridden,
            on_error: config.on_error,
            signals: config.signals.clone(),
            loaded: loaded.map_err(Arc::new),
        }
    }

    /// Returns the plugin if it has this role for this signal.
    pub(super) fn for_signal(&self, role: Role, signal: SignalName) -> Option<&Plugin> {
        self.loaded.as_ref().ok().filter(|plugin| plugin.wants(role, signal))
    }

    /// Returns the load failure if it stops a run at this signal.
    pub(super) fn blocks_unloaded(&self, signal: SignalName) -> Option<&Arc<Failure>> {
        let failure = self.loaded.as_ref().err()?;
        // A policy configured for the wrong signals would never be asked. Its silence must not
        // count as `allow`.
        let wanted = matches!(**failure, Failure::AfterSignal(_))
            || self.signals.as_ref().is_none_or(|signals| signals.contains(&signal));
        (wanted && self.consequence(failure.role(), signal) == Consequence::Block).then_some(failure)
    }

    /// Returns whether the member may be a policy for this signal that failed to load.
    pub(super) fn may_be_policy(&self, signal: SignalName) -> bool {
        let is_handler = |failure: &Arc<Failure>| failure.role() == Some(Role::Handler);
        self.loaded.as_ref().is_err_and(|failure| !is_handler(failure))
            && self.signals.as_ref().is_none_or(|signals| signals.contains(&signal))
    }

    /// Returns whether the load failure stops a run at any signal.
    pub(super) fn can_block_unloaded(&self) -> bool {
        SignalName::ALL.into_iter().any(|signal| self.blocks_unloaded(signal).is_some())
    }

    pub(super) fn consequence(&self, role: Option<Role>, signal: SignalName) -> Consequence {
        consequence(role, self.mode, self.on_error, signal.is_before())
    }

    /// Returns why the member's denials aren't enforced; `None` if they are.
    pub(super) fn not_enforced(&self) -> Option<NotEnforced> {
        match (self.overridden, self.mode) {
            (true, _) => Some(NotEnforced::Overridden),
            (false, PluginMode::Audit) => Some(NotEnforced::Audit),
            (false, PluginMode::Enforce) => None,
        }
    }
}
