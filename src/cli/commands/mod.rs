//! The commands around Alembic, a file each.

pub(crate) mod added_scripts;
pub(crate) mod alembic;
pub(crate) mod history;
pub(crate) mod makemigrations;
pub(crate) mod migrate;
pub(crate) mod plan;
pub(crate) mod plan_preview;
pub(crate) mod rollback;
pub(crate) mod rollback_confirmed;
pub(crate) mod rollback_table;
pub(crate) mod rollback_target;
