//! Resources that the system refuses: descriptors, memory, threads.

use super::exit::Exit;

/// The next step for a user whose process is limited too much.
pub(crate) const RAISE_LIMITS: &str =
    "raise the limits of this process: open files (`ulimit -n`), memory (`ulimit -v`), processes (`ulimit -u`)";

/// The system's words for a refusal. Crates pass them on as text, or panic with them.
const REFUSALS: [&str; 4] = [
    "Too many open files",
    "Cannot allocate memory",
    "Resource temporarily unavailable",
    "No file descriptors available",
];

/// Returns the exit code of an error: that of a refused resource, if the error says so.
pub(crate) fn exit_unless_refused(message: &str, otherwise: Exit) -> Exit {
    if is_refusal(message) { Exit::Unavailable } else { otherwise }
}

/// Returns whether an error says that the system refused a resource.
pub(crate) fn is_refusal(message: &str) -> bool {
    REFUSALS.iter().any(|refusal| message.contains(refusal))
}
