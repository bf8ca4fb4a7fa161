//! Events as JSON, with the names of signals and arguments that lback's documentation uses.

use contract::plan;
use contract::types::{Event, Signal};
use serde_json::{Value, json};

/// The length in bytes from which an output of Alembic is recorded by its ends, so that the line
/// stays within the limit of a plugin's log.
const LONGEST_TEXT: usize = 16 * 1024;
/// The length in bytes of each recorded end of such an output.
const END: usize = 200;

/// Returns the name of a signal.
pub fn name(signal: &Signal) -> &str {
    match signal {
        Signal::MigrationCommandsInitialized => "migration_commands_initialized",
        Signal::MigrationMakemigrationsCommand(_) => "migration_makemigrations_command",
        Signal::MigrationMigrateCommand(_) => "migration_migrate_command",
        Signal::MigrationRollbackCommand(_) => "migration_rollback_command",
        Signal::MigrationHistoryCommand => "migration_history_command",
        Signal::AlembicCommandStarted(_) => "alembic_command_started",
        Signal::AlembicCommandCompleted(_) => "alembic_command_completed",
        Signal::AlembicCommandFailed(_) => "alembic_command_failed",
        Signal::Extension(extension) => &extension.name,
    }
}

/// Returns the record of one call: the signal's arguments, with `role`, `signal`, `id`, `time`,
/// `sender` and `context` beside them.
pub fn record(role: &str, event: Event) -> Value {
    let mut record = json!({
        "role": role,
        "signal": name(&event.signal),
        "id": event.id,
        "time": event.time,
        "sender": event.sender,
        "context": event.context,
    });
    if let (Value::Object(record), Value::Object(arguments)) = (&mut record, arguments(event.signal)) {
        record.extend(arguments);
    }
    record
}

/// Returns the plan that the host gives, with the statements of each step as `statements`; an error
/// as `error`.
pub fn plan() -> Value {
    let planned = match plan::get() {
        Ok(planned) => planned,
        Err(error) => return json!({ "error": error }),
    };
    let mut value = json!(planned);
    for (database, steps) in
        planned.iter().flat_map(|plan| &plan.databases).zip(0..).map(|(found, at)| (at, &found.steps))
    {
        for (step, at) in steps.iter().zip(0..).map(|(_, at)| (at as usize, at)) {
            value["databases"][database as usize]["steps"][step]["statements"] = match plan::statements(database, at) {
                Ok(statements) => with_answers(json!(statements)),
                Err(error) => json!({ "error": error }),
            };
        }
    }
    value
}

/// Returns statements with the answers as `lback plan --json` writes them.
fn with_answers(mut statements: Value) -> Value {
    let locks = |statement: &mut Value| statement["locks"].as_array_mut().map(std::mem::take).unwrap_or_default();
    for statement in statements.as_array_mut().into_iter().flatten() {
        let mut locks = locks(statement);
        for lock in &mut locks {
            for name in ["blocks_reads", "blocks_writes", "rewrites", "scans"] {
                lock[name] = lock[name].as_str().unwrap_or_default().to_lowercase().into();
            }
        }
        statement["locks"] = locks.into();
    }
    statements
}

fn arguments(signal: Signal) -> Value {
    match signal {
        Signal::MigrationCommandsInitialized | Signal::MigrationHistoryCommand => json!({}),
        Signal::MigrationMakemigrationsCommand(makemigrations) => json!(makemigrations),
        Signal::MigrationMigrateCommand(migrate) => json!(migrate),
        Signal::MigrationRollbackCommand(rollback) => json!(rollback),
        Signal::AlembicCommandStarted(started) => json!(started),
        Signal::AlembicCommandCompleted(completed) => shortened(json!(completed)),
        Signal::AlembicCommandFailed(failed) => shortened(json!(failed)),
        Signal::Extension(extension) => json!({ "json": extension.json }),
    }
}

/// Returns the arguments with `stdout` and `stderr` shortened where they are long.
fn shortened(mut arguments: Value) -> Value {
    for stream in ["stdout", "stderr"] {
        let short = arguments[stream].as_str().filter(|text| text.len() > LONGEST_TEXT).map(ends);
        if let Some(short) = short {
            arguments[stream] = short;
        }
    }
    arguments
}

/// Returns a long text's length, its ends, and the lines in which lback reports an omission.
fn ends(text: &str) -> Value {
    let head = text.floor_char_boundary(END);
    let tail = text.ceil_char_boundary(text.len() - END);
    json!({
        "bytes": text.len(),
        "head": &text[..head],
        "tail": &text[tail..],
        "marks": text.lines().filter(|line| line.starts_with("[lback: ")).collect::<Vec<_>>(),
    })
}
