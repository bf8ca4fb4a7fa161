//! A warm call of a policy within lback's own process. lback measures the time; this module
//! compares it with the goal.

use super::room::Room;
use crate::{error::Error, process};
use serde_json::Value;
use std::process::Command;

/// The goal, in microseconds.
const AT_MOST: f64 = 15.0;

/// Returns what `lback plugin bench` prints about guard, as two lines like those of the table.
pub(super) fn of_guard(room: &Room) -> Result<String, Error> {
    let mut bench = Command::new(&room.lback);
    bench.args(["plugin", "bench", "--json"]).arg(room.plugins.join("guard.wasm"));
    bench.current_dir(room.folder("call")?).env_clear().envs(room.environment());
    let output = bench.output().map_err(|source| process::spawn_error(&bench, source))?;
    let wrong = || {
        Error::Lacking(
            "`lback plugin bench --json` gave no figures".to_owned(),
            "`schemas/plugin-bench.schema.json` says what it gives",
        )
    };
    let measured: Value = serde_json::from_slice(&output.stdout).map_err(|_| wrong())?;
    let warm = &measured["calls"][0]["warm"];
    let microseconds = |name: &str| warm[name].as_f64().map(|milliseconds| milliseconds * 1000.0).ok_or_else(wrong);
    let (median, lower, upper) =
        (microseconds("median")?, microseconds("lower_quartile")?, microseconds("upper_quartile")?);
    let is_met = if median <= AT_MOST { "met" } else { "missed" };
    Ok(format!(
        "inside of lback's process\none warm call of guard: median {median:.0} µs, quartiles {lower:.0} to {upper:.0} µs, {} calls, goal ≤ {AT_MOST} µs {is_met}\n",
        warm["count"]
    ))
}
