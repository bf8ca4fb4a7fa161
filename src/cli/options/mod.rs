//! Options that several commands share.

pub(crate) mod alembic;
mod call;
pub(crate) mod global;
pub(crate) mod offline;
pub(crate) mod waits;

pub(in crate::cli) use call::Call;
