//! Migrations that wait for locks of the database: limits, further attempts, and reports of who
//! blocks them.

mod attempts;
mod blockers;
mod drivers;
mod ended_blockers;
mod invalid_index;
mod limits;
mod lost;
mod site;
