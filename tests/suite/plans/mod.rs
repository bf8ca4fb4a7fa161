//! Plans of migrations and rollbacks, and rollbacks of tables.

mod agreed_files;
mod agreement;
mod analysis;
mod barrier;
mod confirmed;
mod facts;
mod forward;
mod graph;
mod hostile;
mod kept;
mod locks;
mod looking;
mod names;
mod policies;
mod reverting;
mod shapes;
mod shop;
mod since;
mod stopped;
mod targets;
mod unclear;
mod versions;
