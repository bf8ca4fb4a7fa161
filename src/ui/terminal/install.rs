//! The messages before a plugin is installed or updated: its description, its permissions, and
//! changes.

use super::message;
use crate::plugin::{PluginFacts, ResolvedRequests};
use crate::registry::LockEntry;

/// Shows a plugin before it is installed under `name`.
pub(crate) fn show_candidate(name: &str, inspected: &PluginFacts, wanted: &ResolvedRequests) {
    let description = &inspected.description;
    let own = if description.name == name { String::new() } else { format!(" ({})", description.name) };
    let mut lines = vec![format!("{name}{own} {}: {}", description.version, description.summary)];
    let roles = match (inspected.contract.policy, inspected.contract.handler) {
        (true, true) => "policy and handler",
        (true, false) => "policy",
        _ => "handler",
    };
    let signals: Vec<_> = description.signals.iter().map(ToString::to_string).collect();
    lines.push(format!(
        "{roles}, for {}",
        if signals.is_empty() { "no signals".to_owned() } else { signals.join(", ") }
    ));
    lines.extend(wanted.http.iter().map(|origin| format!("asks for requests to {origin}")));
    lines.extend(wanted.secrets.iter().map(|name| format!("asks for the secret {name}")));
    if wanted.is_empty() {
        lines.push("asks for no permissions".to_owned());
    }
    lines.push(inspected.digest.to_string());
    message::lines(&lines);
}

/// Shows the differences between an entry in `lback.lock` and the new one.
pub(crate) fn show_locked_change(old: Option<&LockEntry>, new: &LockEntry) {
    let Some(old) = old else {
        let first = format!("{} {}: not locked before", new.name, new.version);
        message::lines(&[first, format!("digest sha256:{}", new.sha256.hex())]);
        return;
    };
    let mut lines = vec![format!("{} {} → {}", new.name, old.version, new.version)];
    let mut changed = |what: &str, old: &str, new: &str| {
        if old != new {
            lines.push(format!("{what}: {old} → {new}"));
        }
    };
    changed("digest", &old.sha256.to_string(), &new.sha256.to_string());
    changed("source", &old.source, &new.source);
    changed("manifest", old.resolved.as_deref().unwrap_or("none"), new.resolved.as_deref().unwrap_or("none"));
    changed("built for", &old.package, &new.package);
    changed("signed", signed(old), signed(new));
    lines.extend(difference("exports", &old.exports, &new.exports));
    lines.extend(difference("signals", &old.signals, &new.signals));
    lines.extend(difference("asks for requests to", &old.permissions.http, &new.permissions.http));
    lines.extend(difference("asks for the secret", &old.permissions.secrets, &new.permissions.secrets));
    message::lines(&lines);
}

fn signed(locked: &LockEntry) -> &'static str {
    if locked.signature.is_some() { "yes" } else { "no" }
}

/// Returns a line for each item that is removed or added.
fn difference<'a>(what: &'a str, old: &'a [String], new: &'a [String]) -> impl Iterator<Item = String> + 'a {
    let gone = old.iter().filter(|item| !new.contains(item)).map(move |item| format!("- {what} {item}"));
    let come = new.iter().filter(|item| !old.contains(item)).map(move |item| format!("+ {what} {item}"));
    gone.chain(come)
}
