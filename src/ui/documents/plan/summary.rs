//! A plan in numbers.

use schemars::JsonSchema;
use serde::Serialize;

use super::mark::Mark;
use super::phrase::Phrase;
use crate::model::database::Direction;
use crate::model::operation_kind::OperationKind;
use crate::model::plan::{Operation, Part, Plan, PlannedStep, Reversible};
use crate::support::plural::counted;

/// The number of names after a count. The others are shown with their revisions.
const NAMES: usize = 6;

/// The counts over all databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Summary {
    pub(crate) revisions: usize,
    /// Operations that lose data, which include dropped tables and columns.
    pub(crate) destructive_operations: usize,
    pub(crate) tables_dropped: usize,
    pub(crate) columns_dropped: usize,
    /// Operations that read or write rows.
    pub(crate) data_operations: usize,
    /// Revisions that can't be reverted, or whose `downgrade()` doesn't undo them.
    pub(crate) irreversible: usize,
    /// Revisions that are not fully analysed.
    pub(crate) not_fully_analysed: usize,
    /// Revisions that are reverted only because of others, in the rollback of a table.
    pub(crate) collateral: usize,
}

impl Summary {
    pub(crate) fn of(plan: &Plan) -> Self {
        let operations = |is: fn(&Operation) -> bool| operations(plan).filter(|operation| is(operation)).count();
        let steps = |is: fn(&PlannedStep) -> bool| plan.steps().filter(|step| is(step)).count();
        Self {
            revisions: plan.steps().count(),
            destructive_operations: operations(|operation| operation.destructive),
            tables_dropped: operations(drops_table),
            columns_dropped: operations(drops_column),
            data_operations: operations(|operation| operation.data),
            irreversible: steps(is_irreversible),
            not_fully_analysed: steps(is_doubtful),
            collateral: steps(is_collateral),
        }
    }

    /// Returns the lines of the summary, each with its mark.
    pub(crate) fn lines(self, plan: &Plan) -> Vec<(Mark, Phrase)> {
        let mut lines = Vec::new();
        let tables = operations(plan).filter(|operation| drops_table(operation));
        let tables = tables.filter_map(|operation| operation.table.as_ref().map(ToString::to_string)).collect();
        let columns = operations(plan).filter(|operation| drops_column(operation)).filter_map(column).collect();
        let revisions = |is: fn(&PlannedStep) -> bool| {
            plan.steps().filter(|step| is(step)).map(|step| step.revision.clone()).collect()
        };
        let mut add = |mark, count, words: String, names: Vec<String>| {
            if count > 0 {
                let phrase = Phrase::new(words);
                let phrase = if names.is_empty() { phrase } else { phrase.say(": ").some_names(&names, NAMES) };
                lines.push((mark, phrase));
            }
        };
        let dropped = |what, is: fn(&Operation) -> bool| {
            let all = operations(plan).filter(|operation| is(operation)).count();
            let perhaps = operations(plan).filter(|operation| is(operation) && operation.conditional).count();
            let dropped = format!("{} dropped", counted(all, what));
            match perhaps {
                0 => dropped,
                _ if perhaps == all => format!("perhaps {dropped}"),
                _ => format!("{dropped}, {perhaps} of them perhaps"),
            }
        };
        let others = self.destructive_operations - self.tables_dropped - self.columns_dropped;
        let other = if others < self.destructive_operations { "other " } else { "" };
        add(Mark::Destructive, self.tables_dropped, dropped("table", drops_table), tables);
        add(Mark::Destructive, self.columns_dropped, dropped("column", drops_column), columns);
        let lossy =
            format!("{} that {} data", counted(others, &format!("{other}operation")), verb(others, "loses", "lose"));
        add(Mark::Destructive, others, lossy, Vec::new());
        add(
            Mark::Data,
            self.data_operations,
            format!("{} on rows", counted(self.data_operations, "operation")),
            Vec::new(),
        );
        let irreversible = match plan.direction {
            Direction::Downgrade => "that `downgrade()` doesn't undo",
            _ => "that can't be reverted",
        };
        let irreversible = format!("{} {irreversible}", counted(self.irreversible, "revision"));
        add(Mark::Destructive, self.irreversible, irreversible, revisions(is_irreversible));
        let doubtful = format!("{} not fully analysed", counted(self.not_fully_analysed, "revision"));
        add(Mark::Doubt, self.not_fully_analysed, doubtful, revisions(is_doubtful));
        let collateral = format!("{} as collateral", counted(self.collateral, "revision"));
        add(Mark::Collateral, self.collateral, collateral, revisions(is_collateral));
        if self.destructive_operations == 0 {
            let known = if self.not_fully_analysed == 0 { "" } else { "known to be " };
            lines.insert(0, (Mark::None, Phrase::new(format!("no operation is {known}destructive"))));
        }
        lines
    }
}

fn operations(plan: &Plan) -> impl Iterator<Item = &Operation> {
    plan.steps().flat_map(|step| &step.operations)
}

fn drops_table(operation: &Operation) -> bool {
    operation.destructive && operation.kind == OperationKind::DropTable
}

fn drops_column(operation: &Operation) -> bool {
    operation.destructive && operation.kind == OperationKind::DropColumn
}

fn is_irreversible(step: &PlannedStep) -> bool {
    step.reversible == Reversible::No
}

fn is_doubtful(step: &PlannedStep) -> bool {
    !step.is_complete()
}

fn is_collateral(step: &PlannedStep) -> bool {
    step.part == Some(Part::Collateral)
}

fn column(Operation { table, name, .. }: &Operation) -> Option<String> {
    let name = name.as_ref()?;
    Some(table.as_ref().map_or_else(|| name.clone(), |table| format!("{table}.{name}")))
}

fn verb<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}
