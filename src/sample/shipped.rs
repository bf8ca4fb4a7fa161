//! The samples that lback ships.

use super::sample_event::Sample;
use crate::model::wire::read_events;

const SHIPPED: [(&str, &str); 14] = [
    ("migration_commands_initialized", include_str!("signals/migration_commands_initialized.json")),
    ("migration_makemigrations_command", include_str!("signals/migration_makemigrations_command.json")),
    ("migration_migrate_command", include_str!("signals/migration_migrate_command.json")),
    ("migration_rollback_command", include_str!("signals/migration_rollback_command.json")),
    ("migration_history_command", include_str!("signals/migration_history_command.json")),
    ("alembic_command_started.upgrade", include_str!("signals/alembic_command_started.upgrade.json")),
    ("alembic_command_started.downgrade", include_str!("signals/alembic_command_started.downgrade.json")),
    ("alembic_lock_wait", include_str!("signals/alembic_lock_wait.json")),
    ("alembic_command_completed", include_str!("signals/alembic_command_completed.json")),
    ("alembic_command_failed", include_str!("signals/alembic_command_failed.json")),
    ("alembic_command_failed.denied", include_str!("signals/alembic_command_failed.denied.json")),
    ("alembic_command_failed.timed_out", include_str!("signals/alembic_command_failed.timed_out.json")),
    ("alembic_command_failed.not_found", include_str!("signals/alembic_command_failed.not_found.json")),
    ("extension", include_str!("signals/extension.json")),
];

/// Returns the shipped samples, in the order in which a run could send their signals.
pub(crate) fn shipped() -> Vec<Sample> {
    let read = |(name, text): &(&str, &str)| {
        let mut events = read_events(text).unwrap_or_else(|(_, why)| panic!("the sample `{name}`: {why}"));
        Sample::new((*name).to_owned(), events.remove(0))
    };
    SHIPPED.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::signal::SignalName;

    #[test]
    fn every_signal_is_shipped_and_so_is_an_extension() {
        let samples = shipped();
        let signals: BTreeSet<_> = samples.iter().filter_map(Sample::known_signal).collect();
        assert_eq!(signals, SignalName::ALL.into());
        assert_eq!(samples.iter().filter(|sample| sample.extension.is_some()).count(), 1);
        for sample in &samples {
            let signal = sample.known_signal().map_or("extension", SignalName::as_str);
            assert_eq!(sample.name.split('.').next(), Some(signal));
        }
        let ids: BTreeSet<_> = samples.iter().map(|sample| sample.event.id).collect();
        assert_eq!(ids.len(), samples.len());
    }
}
