//! Resources that the system refuses: descriptors, memory, threads.

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

/// Returns whether an error says that the system refused a resource.
pub(crate) fn is_refusal(message: &str) -> bool {
    REFUSALS.iter().any(|refusal| message.contains(refusal))
}
