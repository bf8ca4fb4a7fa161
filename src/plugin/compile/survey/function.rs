//! The body of a function.

use wasmparser::{FunctionBody, Operator};

use super::super::dimension::Dimension;
use super::{Survey, Surveyor};

impl<S: Surveyor> Survey<'_, S> {
    pub(super) fn function(&mut self, body: &FunctionBody<'_>) -> Result<(), S::Stop> {
        use Dimension as D;
        self.surveyor.note(D::FunctionBytes, body.range().len() as u64)?;
        let mut locals = 0u64;
        for group in body.get_locals_reader()? {
            locals += u64::from(group?.0);
            self.surveyor.note(D::Locals, locals)?;
        }
        self.total(D::AllLocals, locals, |totals| &mut totals.locals)?;
        let (mut depth, mut blocks, mut targets) = (1u64, 1u64, 0u64);
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            match operators.read()? {
                begin @ (Operator::Block { .. }
                | Operator::Loop { .. }
                | Operator::If { .. }
                | Operator::TryTable { .. }
                | Operator::Try { .. }) => {
                    (depth, blocks) = (depth + 1, blocks + 1);
                    targets += handlers(&begin);
                    self.surveyor.note(D::Nesting, depth)?;
                    self.surveyor.note(D::Blocks, blocks)?;
                    self.surveyor.note(D::LocalsInBlocks, locals * blocks)?;
                }
                Operator::BrIf { .. } | Operator::Br { .. } => targets += 1,
                Operator::BrTable { targets: table } => {
                    targets += u64::from(table.len());
                    self.surveyor.note(D::BranchTargets, targets)?;
                }
                Operator::End | Operator::Delegate { .. } => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        self.surveyor.note(D::BranchTargets, targets)
    }
}

/// Returns the number of places to which an exception in the block goes.
fn handlers(block: &Operator<'_>) -> u64 {
    if let Operator::TryTable { try_table } = block { try_table.catches.len() as u64 } else { 0 }
}
