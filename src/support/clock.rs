//! The time of the system's clock, whatever it is set to.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use uuid::{NoContext, Uuid};

/// Returns the time. A clock beyond the year 9999 is at its end.
pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MAX)
}

/// Returns a new id. Ids are sorted by time, except those of a clock before 1970, which come first.
pub(crate) fn new_id() -> Uuid {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(_) => Uuid::now_v7(),
        Err(_) => Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, 0, 0)),
    }
}
