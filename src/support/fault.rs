//! Fault points: named places at which a test kills lback, or has an operation fail.
//!
//! They exist in builds with debug assertions only, which the tests run. `LBACK_FAULT` names one
//! point: `NAME=kill` or `NAME=error`, and `NAME=kill@3` for the third time that it is reached.

/// Kills lback here, or has the operation fail, if `LBACK_FAULT` says so.
///
/// The second form returns an error from the enclosing function, converted from [`std::io::Error`]
/// by `$error`. Release builds contain nothing of it.
macro_rules! fault_point {
    ($name:literal) => {
        #[cfg(debug_assertions)]
        let _ = $crate::support::fault::reached($name);
    };
    ($name:literal, $error:expr) => {
        #[cfg(debug_assertions)]
        $crate::support::fault::reached($name).map_err($error)?;
    };
}

pub(crate) use fault_point;

#[cfg(debug_assertions)]
pub(crate) use armed::{arm, reached};

#[cfg(debug_assertions)]
mod armed {
    use std::io;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    use rustix::process::{Signal, getpid, kill_process};

    /// The points, and whether the operation there can fail. A test that names another one is
    /// wrong.
    const POINTS: [(&str, bool); 16] = [
        ("run-recorded", false),
        ("event-recorded", false),
        ("event-writing", true),
        ("before-go", false),
        ("lock-acquired", false),
        ("steps-ended", false),
        ("alembic-ended", false),
        ("attempt-ended", false),
        ("attempt-begins", false),
        ("delivery-attempted", false),
        ("delivery-accepted", false),
        ("run-ending", false),
        ("runs-pruned", true),
        ("crash-recorded", false),
        ("file-written", true),
        ("file-replaced", false),
    ];

    static ARMED: OnceLock<Fault> = OnceLock::new();
    static REACHED: AtomicU32 = AtomicU32::new(0);

    struct Fault {
        name: String,
        kills: bool,
        /// The time that counts, from 1.
        at: u32,
    }

    /// Arms the point that `LBACK_FAULT` names.
    pub(crate) fn arm(text: &str) {
        let (name, action) = text.split_once('=').unwrap_or((text, "kill"));
        let (action, at) = action.split_once('@').unwrap_or((action, "1"));
        let point = POINTS.iter().find(|(known, _)| *known == name);
        let can_fail = point.unwrap_or_else(|| panic!("there is no fault point `{name}`")).1;
        assert!(action == "kill" || (action == "error" && can_fail), "`{name}` can't do `{action}`");
        let at = at.parse().unwrap_or_else(|_| panic!("`{at}` is not a number"));
        let _ = ARMED.set(Fault { name: name.to_owned(), kills: action == "kill", at });
    }

    /// Kills lback, or fails, if this point is armed.
    pub(crate) fn reached(point: &str) -> io::Result<()> {
        let Some(Fault { name, kills, at }) = ARMED.get() else { return Ok(()) };
        if name != point || REACHED.fetch_add(1, Ordering::Relaxed) + 1 != *at {
            return Ok(());
        }
        if *kills {
            // As the system does it when memory runs out: nothing is cleaned up.
            let _ = kill_process(getpid(), Signal::KILL);
        }
        Err(io::Error::new(io::ErrorKind::StorageFull, format!("the fault point `{name}` is armed")))
    }
}
