//! The host side of the imports that a plugin calls, and the limits that hold there.

pub(crate) mod guest_log;
pub(crate) mod guest_text;
pub(crate) mod limits;
pub(crate) mod log_level;
pub(crate) mod secrets;
pub(crate) mod state;
pub(crate) mod store;
mod wall_clock;
