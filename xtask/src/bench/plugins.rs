//! The `lback.toml` of each comparison, and the plugins in it.

use super::room::Room;
use crate::error::Error;
use std::{fmt::Write as _, fs, path::Path};

/// A configuration without a program in `[alembic]`: lback finds Alembic in the virtual
/// environment.
pub(super) fn project(alembic: &str) -> String {
    format!("[project]\nname = \"bench\"\nenvironment = \"development\"\n\n[alembic]\n{alembic}\n")
}

/// The activity of slack and metrics.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sending {
    /// slack receives the start and the end, and has nothing to report; metrics is loaded but not
    /// called.
    No,
    /// slack and metrics each send one request to the local server.
    Yes,
}

/// Configures guard, slack and metrics.
pub(super) fn the_three(room: &Room, sending: Sending) -> String {
    let (on, signals) = match sending {
        Sending::No => ("failed", "alembic_command_failed"),
        Sending::Yes => ("completed", "alembic_command_completed"),
    };
    let source = |name: &str| literal(&room.plugins.join(format!("{name}.wasm")));
    let (guard, slack, metrics) = (source("guard"), source("slack"), source("metrics"));
    let origin = &room.server.origin;
    format!(
        r#"
[[plugin]]
name = "guard"
source = {guard}
[plugin.settings]
protect = ["production"]
message-pattern = "^[a-z][a-z0-9_ ]+$"

[[plugin]]
name = "slack"
source = {slack}
allow.http = ["{origin}"]
allow.secrets = ["SLACK_WEBHOOK_URL"]
allow.private = true
[plugin.settings]
origin = "{origin}"
on = ["{on}"]

[[plugin]]
name = "metrics"
source = {metrics}
signals = ["{signals}"]
allow.http = ["{origin}"]
allow.private = true
[plugin.settings]
pushgateway = "{origin}"
"#
    )
}

/// Configures slack, which reports the start.
pub(super) fn slack_at_the_start(room: &Room) -> String {
    let (source, origin) = (literal(&room.plugins.join("slack.wasm")), &room.server.origin);
    format!(
        r#"
[[plugin]]
name = "slack"
source = {source}
allow.http = ["{origin}"]
allow.secrets = ["SLACK_WEBHOOK_URL"]
allow.private = true
[plugin.settings]
origin = "{origin}"
on = ["started"]
"#
    )
}

/// Configures webhook, which posts the end of the run.
pub(super) fn posting(room: &Room) -> String {
    let (source, origin) = (literal(&room.plugins.join("webhook.wasm")), &room.server.origin);
    format!(
        r#"
[[plugin]]
name = "webhook"
source = {source}
signals = ["alembic_command_completed"]
allow.http = ["{origin}"]
allow.secrets = ["WEBHOOK_SECRET"]
allow.private = true
[plugin.settings]
url = "{origin}/webhook"
"#
    )
}

/// Configures `count` plugins that encode each event as JSON and log it: the test component
/// `component`, each time as a file of its own, so that none shares compiled code with another.
pub(super) fn recorders(room: &Room, component: &str, count: usize) -> Result<String, Error> {
    let original = room.components.join(format!("{component}.wasm"));
    let bytes = fs::read(&original).map_err(Error::file("read", &original))?;
    let folder = room.folder("recorders")?;
    let mut config = String::new();
    for number in 0..count {
        let file = folder.join(format!("{component}-{number}.wasm"));
        fs::write(&file, distinct(&bytes, number)).map_err(Error::file("write", &file))?;
        writeln!(config, "\n[[plugin]]\nname = \"recorder-{number}\"\nsource = {}", literal(&file))
            .expect("a string takes any text");
    }
    Ok(config)
}

/// Returns the component with one more custom section: id 0, the size, and a name whose length is
/// the byte before it.
fn distinct(component: &[u8], number: usize) -> Vec<u8> {
    let name = format!("{number:08}");
    [component, &[0, 9, 8], name.as_bytes()].concat()
}

/// Returns a path as a literal string of TOML.
fn literal(path: &Path) -> String {
    format!("'{}'", path.display())
}
