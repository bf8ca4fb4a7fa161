//! Calls of a plugin: the deadline, the plan that a policy sees, and trials.

pub(crate) mod deadline;
pub(crate) mod invocation;
pub(crate) mod plan_view;
pub(crate) mod trial;
