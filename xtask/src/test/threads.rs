//! The number of tests that run at the same time.

use std::{env, process::Command, thread};

/// The variable by which the test harness gets the number of threads.
const VARIABLE: &str = "RUST_TEST_THREADS";

/// Lets three tests run on two cores: a test waits for servers, locks and deadlines for a part of
/// its time. A number that the user has set stays.
pub(super) fn set(command: &mut Command) {
    if env::var_os(VARIABLE).is_none() {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        command.env(VARIABLE, (cores + cores / 2).to_string());
    }
}
