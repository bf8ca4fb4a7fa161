//! How a room says that it waits, without knowing who shows it.

use std::any::Any;
use std::sync::Arc;

/// Told what is waited for; the wait ends when the value that it returns is dropped.
pub(crate) type Waiting = Arc<dyn Fn(&str) -> Box<dyn Any + Send> + Send + Sync>;
