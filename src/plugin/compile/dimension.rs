//! The dimensions of a component, and their limits.
//!
//! Each limit is several times the largest value of real components: lback's own plugins, those of
//! the templates in Rust, Python, JavaScript, Go and C, unoptimised builds of Rust, and the modules
//! of `SpiderMonkey` and `jco`. A compiler's time and memory grow faster than the size of what it
//! compiles, so a component beyond these limits can be small and still take gigabytes.

/// A dimension of a component. The survey reports each value that it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dimension {
    // A function.
    FunctionBytes,
    Locals,
    AllLocals,
    Nesting,
    Blocks,
    BranchTargets,
    LocalsInBlocks,
    Parameters,
    Results,
    // A module.
    Types,
    Functions,
    Imports,
    Exports,
    Globals,
    Memories,
    Tables,
    TableElements,
    ElementSegments,
    Elements,
    DataSegments,
    // A component, with all that is nested in it.
    Modules,
    Components,
    Depth,
    CoreInstances,
    Instances,
    InstanceParts,
    Arguments,
    Aliases,
    ComponentTypes,
    TypeDepth,
    TypeParts,
    ComponentFunctions,
    ComponentImports,
    ComponentExports,
    CustomSections,
    NameBytes,
}

/// A dimension's limit, with the largest value of a real component.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    /// The unit of the value, and where it is counted.
    pub(super) what: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "the documentation has it, and a test compares them"))]
    pub(super) largest_real: u64,
    pub(super) most: u64,
}

const fn limit(what: &'static str, largest_real: u64, most: u64) -> Limit {
    Limit { what, largest_real, most }
}

impl Dimension {
    pub(super) const fn limit(self) -> Limit {
        match self {
            Self::FunctionBytes => limit("bytes in a function", 426_843, 2_000_000),
            Self::Locals => limit("local variables in a function", 1_228, 20_000),
            Self::AllLocals => limit("local variables in all functions", 80_975, 2_000_000),
            Self::Nesting => limit("nested blocks in a function", 1_247, 5_000),
            Self::Blocks => limit("blocks in a function", 4_049, 50_000),
            Self::BranchTargets => limit("branch targets in a function", 15_899, 200_000),
            Self::LocalsInBlocks => limit("local variables in all blocks of a function", 1_671_308, 20_000_000),
            Self::Parameters => limit("parameters of a function", 40, 250),
            Self::Results => limit("results of a function", 1, 50),
            Self::Types => limit("types in a module", 396, 10_000),
            Self::Functions => limit("functions in a module", 19_499, 100_000),
            Self::Imports => limit("imports of a module", 918, 10_000),
            Self::Exports => limit("exports of a module", 1_857, 20_000),
            Self::Globals => limit("globals in a module", 708, 10_000),
            Self::Memories => limit("memories in a module", 1, 32),
            Self::Tables => limit("tables in a module", 2, 128),
            Self::TableElements => limit("initial elements of all tables", 7_564, 4_000_000),
            Self::ElementSegments => limit("element segments in a module", 3, 1_000),
            Self::Elements => limit("elements in a module", 7_563, 50_000),
            Self::DataSegments => limit("data segments in a module", 42_601, 100_000),
            Self::Modules => limit("modules", 14, 200),
            Self::Components => limit("nested components", 5, 100),
            Self::Depth => limit("levels of nested components", 3, 10),
            Self::CoreInstances => limit("core instances", 68, 1_000),
            Self::Instances => limit("instances with those that they bring", 94, 2_000),
            Self::InstanceParts => limit("functions, globals and elements in all instances", 323_799, 5_000_000),
            Self::Arguments => limit("arguments of instances", 1_452, 20_000),
            Self::Aliases => limit("aliases", 1_371, 20_000),
            Self::ComponentTypes => limit("types of the component", 177, 5_000),
            Self::TypeDepth => limit("levels of nested types", 2, 20),
            Self::TypeParts => limit("parts of types", 1_639, 50_000),
            Self::ComponentFunctions => limit("functions between host and modules", 151, 5_000),
            Self::ComponentImports => limit("imports of the component", 79, 1_000),
            Self::ComponentExports => limit("exports of the component", 29, 1_000),
            Self::CustomSections => limit("custom sections", 24, 1_000),
            Self::NameBytes => limit("bytes in a name", 162, 4_096),
        }
    }
}
