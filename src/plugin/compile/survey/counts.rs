//! The counts of a survey.

/// Counts over the whole file.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) modules: u64,
    pub(super) locals: u64,
    pub(super) table_elements: u64,
    pub(super) components: u64,
    pub(super) core_instances: u64,
    pub(super) arguments: u64,
    pub(super) aliases: u64,
    pub(super) types: u64,
    pub(super) type_parts: u64,
    pub(super) functions: u64,
    pub(super) imports: u64,
    pub(super) exports: u64,
    pub(super) customs: u64,
}

/// Counts within a module or component that hasn't ended.
#[derive(Default)]
pub(super) struct Scope {
    /// Function types and functions of a module.
    pub(super) types: u64,
    pub(super) functions: u64,
    pub(super) imports: u64,
    pub(super) exports: u64,
    pub(super) globals: u64,
    pub(super) memories: u64,
    pub(super) tables: u64,
    pub(super) segments: u64,
    pub(super) elements: u64,
    pub(super) data: u64,
    /// The instances of a component.
    pub(super) brought: Brought,
}

/// The instances that one instance brings, itself included, and the parts of all of them:
/// functions, globals and the like.
#[derive(Clone, Copy, Default)]
pub(super) struct Brought {
    pub(super) instances: u64,
    pub(super) parts: u64,
}

impl Brought {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            instances: self.instances.saturating_add(other.instances),
            parts: self.parts.saturating_add(other.parts),
        }
    }

    pub(super) fn largest(self, other: Self) -> Self {
        Self { instances: self.instances.max(other.instances), parts: self.parts.max(other.parts) }
    }
}

impl Scope {
    /// Returns what one instance of the module or component brings.
    pub(super) fn instance(&self) -> Brought {
        let parts = self.functions + self.imports + self.exports + self.globals + self.elements;
        self.brought.and(Brought { instances: 1, parts })
    }
}
