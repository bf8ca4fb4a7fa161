//! The time of the system's clock, whatever it is set to.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use uuid::{NoContext, Uuid};

/// The latest time that can be read back from milliseconds, near the end of the year 9999.
const LATEST: Timestamp = Timestamp::constant(253_402_207_200, 0);

/// Returns the time. A clock beyond the year 9999 is at its end.
pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(LATEST).min(LATEST)
}

/// Returns a new id. Ids are sorted by time, except those of a clock before 1970, which come first.
pub(crate) fn new_id() -> Uuid {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(_) => Uuid::now_v7(),
        Err(_) => Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, 0, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_time_survives_the_journal() {
        assert_eq!(Timestamp::from_millisecond(LATEST.as_millisecond()).expect("a time"), LATEST);
    }
}
