//! Utilities that belong to no room: text, files, digests, HTTP clients and exit codes.
//!
//! Nothing here depends on another room.

pub(crate) mod atomic_write;
pub(crate) mod build_facts;
pub(crate) mod clock;
pub(crate) mod digest;
pub(crate) mod elapsed;
pub(crate) mod environment_name;
pub(crate) mod exit;
pub(crate) mod fault;
pub(crate) mod file_modes;
pub(crate) mod file_stamp;
pub(crate) mod heads;
pub(crate) mod http;
pub(crate) mod internal_error;
pub(crate) mod io_error;
pub(crate) mod nearest;
pub(crate) mod plural;
pub(crate) mod printable;
pub(crate) mod private_file;
pub(crate) mod private_folder;
pub(crate) mod read_file;
pub(crate) mod redact;
pub(crate) mod refused_resource;
pub(crate) mod standard_stream;
pub(crate) mod user_error;
pub(crate) mod write_file;
