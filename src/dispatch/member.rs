//! A plugin of `lback.toml` as the dispatch sees it: loaded, or known to have failed.

use std::sync::Arc;

use super::failure_policy::{Consequence, consequence};
use crate::config::{OnError, PluginConfig, PluginMode};
use crate::model::event::SignalName;
use crate::model::notice::NotEnforced;
use crate::plugin::{Failure, Plugin, Role};

pub(crate) struct Member {
    pub(crate) name: String,
    /// `Audit` where a person has set its veto aside: whatever it says or does stops nothing.
    mode: PluginMode,
    /// Is that a person's doing?
    overridden: bool,
    on_error: Option<OnError>,
    /// As `lback.toml` chooses; what a plugin that didn't load would have wanted is otherwise not known.
    signals: Option<Vec<SignalName>>,
    pub(super) loaded: Result<Plugin, Arc<Failure>>,
}

impl Member {
    /// `overridden`: a person has set its veto aside for this run.
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

    /// The plugin, if it plays this role for this signal.
    pub(super) fn for_signal(&self, role: Role, signal: SignalName) -> Option<&Plugin> {
        self.loaded.as_ref().ok().filter(|plugin| plugin.wants(role, signal))
    }

    /// The failure to load, if it stops a run at this signal.
    pub(super) fn blocks_unloaded(&self, signal: SignalName) -> Option<&Arc<Failure>> {
        let failure = self.loaded.as_ref().err()?;
        // A policy that is to be asked about the wrong signals would be asked about nothing: that must not pass for an answer.
        let wanted = matches!(**failure, Failure::AfterSignal(_))
            || self.signals.as_ref().is_none_or(|signals| signals.contains(&signal));
        (wanted && self.consequence(failure.role(), signal) == Consequence::Block).then_some(failure)
    }

    /// May it be a policy that could not be loaded, and would have been asked about this signal?
    pub(super) fn may_be_policy(&self, signal: SignalName) -> bool {
        let is_handler = |failure: &Arc<Failure>| failure.role() == Some(Role::Handler);
        self.loaded.as_ref().is_err_and(|failure| !is_handler(failure))
            && self.signals.as_ref().is_none_or(|signals| signals.contains(&signal))
    }

    /// Is there a signal at which the failure to load stops a run?
    pub(super) fn can_block_unloaded(&self) -> bool {
        SignalName::ALL.into_iter().any(|signal| self.blocks_unloaded(signal).is_some())
    }

    pub(super) fn consequence(&self, role: Option<Role>, signal: SignalName) -> Consequence {
        consequence(role, self.mode, self.on_error, signal.is_before())
    }

    /// Why a denial of it does not count, if it doesn't.
    pub(super) fn not_enforced(&self) -> Option<NotEnforced> {
        match (self.overridden, self.mode) {
            (true, _) => Some(NotEnforced::Overridden),
            (false, PluginMode::Audit) => Some(NotEnforced::Audit),
            (false, PluginMode::Enforce) => None,
        }
    }
}
