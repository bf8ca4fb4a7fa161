//! Plugins in every language that has a template: the project that `lback plugin new` writes is
//! built with the language's own tools, and run.

mod bindings;
mod build;
mod componentize;
mod handlers;
mod instance;
mod new;
mod policies;
mod tutorials;
