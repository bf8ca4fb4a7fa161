//! Time as the settings write it: time zones, weekdays, times of day, and the ends of a freeze.

mod clock;
mod days;
mod moment;
mod zone;

pub(crate) use clock::ClockTime;
pub(crate) use days::Days;
pub(crate) use moment::Moment;
pub(crate) use zone::Zone;
