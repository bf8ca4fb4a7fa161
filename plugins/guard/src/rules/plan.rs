//! The rules about what would be done: which steps of a plan are denied, the messages, and the
//! hints.
//!
//! The plan is requested only where a rule needs it. If a step has doubts, an effect missing from
//! the plan is not ruled out: the rule `incomplete` covers that.

mod finding;
mod locks;

use finding::{Finding, subject, told};

use super::Scene;
use super::operation::{self, Deed};
use crate::bindings::exports::lback::plugin::policy::Warning;
use crate::bindings::lback::plugin::plan::{
    Database, Error, Leftover, MigrationPlan, Operation, Statement, Step, Table,
};
use crate::bindings::lback::plugin::types::Denial;
use crate::settings::{Direction, Kind, PlanRules, Unavailable};

/// The host's answer to the request for the plan.
pub(crate) type Answer = Result<Option<MigrationPlan>, Error>;

/// Requests the statements of a step from the host, by the positions of its database and itself.
pub(crate) type AskStatements<'a> = &'a dyn Fn(u32, u32) -> Result<Option<Vec<Statement>>, Error>;

/// The result of the rules: denials and warnings.
#[derive(Debug, Default)]
pub(super) struct Opinion {
    pub(super) denials: Vec<Denial>,
    pub(super) warnings: Vec<Warning>,
}

/// Returns the rules that apply to this command and environment, or `None` if none does.
pub(super) fn in_force<'a>(scene: &Scene, rules: impl Iterator<Item = &'a PlanRules>) -> Option<InForce<'a>> {
    let direction = match scene.command {
        "upgrade" => Direction::Upgrade,
        "downgrade" => Direction::Downgrade,
        _ => return None,
    };
    let rules: Vec<_> = rules.filter(|rules| rules.on.contains(&direction) && is_here(scene, rules)).collect();
    (!rules.is_empty()).then_some(InForce { rules, direction })
}

/// Returns whether the rules apply to the run's environment. A run without one counts as being in
/// each.
fn is_here(scene: &Scene, rules: &PlanRules) -> bool {
    match (&rules.environments, scene.environment) {
        (None, _) => scene.protected,
        (Some(_), None) => true,
        (Some(environments), Some(name)) => environments.iter().any(|pattern| pattern.matches(name)),
    }
}

/// The rules of all `plan` tables that apply to a command, combined.
pub(super) struct InForce<'a> {
    rules: Vec<&'a PlanRules>,
    direction: Direction,
}

impl InForce<'_> {
    pub(super) fn judge(&self, scene: &Scene, answer: Answer, ask_statements: AskStatements) -> Opinion {
        let judged = answer.and_then(|plan| plan.map(|plan| self.denials(scene, &plan, ask_statements)).transpose());
        let why = match judged {
            Ok(Some(denials)) => return Opinion { denials, warnings: Vec::new() },
            Ok(None) => "lback has no plan of it".to_owned(),
            Err(Error::Unavailable(why)) => why,
            Err(Error::Refused(why)) => format!("Alembic would refuse it: {why}"),
        };
        let message = format!("what `{}` would do is not known, and rules of `plan` go by it: {why}", scene.command);
        if self.rules.iter().all(|rules| rules.unavailable == Unavailable::Warn) {
            return Opinion { denials: Vec::new(), warnings: vec![super::warning(message)] };
        }
        let hint = "`lback plan` shows what is wrong".to_owned();
        Opinion { denials: vec![scene.denial("plan-unavailable", message, hint)], warnings: Vec::new() }
    }

    fn denials(
        &self,
        scene: &Scene,
        plan: &MigrationPlan,
        ask_statements: AskStatements,
    ) -> Result<Vec<Denial>, Error> {
        let mut denials = Vec::new();
        let steps =
            || plan.databases.iter().flat_map(|database| database.steps.iter().map(move |step| (database, step)));
        for rule in RULES.iter().filter(|rule| self.denies(rule.kind)) {
            let found = steps().flat_map(|(_, step)| {
                let found = (rule.find)(self, plan, step).into_iter();
                found.map(|finding| finding.with_comments_of(step, rule.code))
            });
            denials.extend(told(scene, rule.code, &self.hint(rule), self.accepts_comments(), found));
        }
        let tables = steps().flat_map(|(database, step)| {
            let found = self.guarded_tables(database, step).into_iter();
            found.map(|finding| finding.with_comments_of(step, "plan-tables"))
        });
        let hint = "agree on it with those whom the table belongs to, or leave the table out of the revision";
        denials.extend(told(scene, "plan-tables", hint, self.accepts_comments(), tables));
        denials.extend(self.locks(scene, plan, ask_statements)?);
        denials.extend(self.too_many(scene, plan));
        Ok(denials)
    }

    /// Returns whether comments in scripts may set findings aside: one table of rules that forbids
    /// it decides.
    fn accepts_comments(&self) -> bool {
        self.rules.iter().all(|rules| rules.accept_comments)
    }

    /// Returns the hint of a rule. Where it asks for an agreement, it says how to state one.
    fn hint(&self, rule: &Rule) -> String {
        let hint = rule.hint(self.direction);
        if self.accepts_comments() && hint.ends_with(AGREED) {
            format!("{hint}, with `# lback: allow {}: REASON` above the line", rule.code)
        } else {
            hint.to_owned()
        }
    }

    fn denies(&self, kind: Kind) -> bool {
        self.rules.iter().any(|rules| rules.deny.contains(&kind))
    }

    /// Returns the listed tables that the step writes to, according to its operations and to the
    /// plan's own summary.
    fn guarded_tables(&self, database: &Database, step: &Step) -> Vec<Finding> {
        let mut found = Vec::<&Table>::new();
        let of_operations = step.operations.iter().filter(|operation| operation.writes);
        let of_operations = of_operations.flat_map(|operation| operation.table.iter().chain(&operation.new_table));
        for table in step.writes.iter().chain(of_operations) {
            if self.is_guarded(database, table) && !found.contains(&table) {
                found.push(table);
            }
        }
        let clause = |table: &Table| {
            let touches = |operation: &&Operation| {
                operation.writes && [&operation.table, &operation.new_table].contains(&&Some(table.clone()))
            };
            let mut operations = step.operations.iter().filter(touches);
            let certain = operations.clone().find(|operation| !operation.conditional);
            let first = certain.or_else(|| operations.next());
            let deed =
                Deed { once: "write to", does: "writes to", what: format!("the table `{}`", operation::shown(table)) };
            let is_sure = certain.is_some() || first.is_none();
            Finding::of(step, &deed.told(is_sure), first.and_then(|found| found.line))
        };
        found.into_iter().map(clause).collect()
    }

    fn is_guarded(&self, database: &Database, table: &Table) -> bool {
        let schema = table.schema.as_deref().or(database.schema.as_deref());
        let qualified = schema.map(|schema| format!("{schema}.{}", table.name));
        let fits = |name: &str| self.rules.iter().any(|rules| rules.tables.iter().any(|pattern| pattern.matches(name)));
        fits(&table.name) || qualified.is_some_and(|name| fits(&name))
    }

    fn too_many(&self, scene: &Scene, plan: &MigrationPlan) -> Option<Denial> {
        let most = self.rules.iter().filter_map(|rules| rules.max_steps).min()?;
        let limit = usize::try_from(most).unwrap_or(usize::MAX);
        let steps: usize = plan.databases.iter().map(|database| database.steps.len()).sum();
        if steps <= limit {
            return None;
        }
        let part = match (self.direction, plan.databases.as_slice()) {
            (Direction::Upgrade, [database]) => limit.checked_sub(1).and_then(|last| database.steps.get(last)),
            _ => None,
        };
        let hint = match part {
            Some(step) => format!("go in parts: `lback migrate {}` is the first", step.revision),
            None => "go in parts: name a revision on the way".to_owned(),
        };
        let steps = if steps == 1 { "1 step".to_owned() } else { format!("{steps} steps") };
        let message =
            format!("`{}` takes {steps}, and more than {most} are not allowed {}", scene.command, scene.place());
        Some(scene.denial("plan-max-steps", message, hint))
    }
}

/// A rule for one kind of `deny`.
struct Rule {
    kind: Kind,
    code: &'static str,
    /// Returns the parts of a step that the rule denies.
    find: fn(&InForce, &MigrationPlan, &Step) -> Vec<Finding>,
    /// The alternative to an upgrade.
    instead: &'static str,
}

/// The end of a hint to agree on a change.
const AGREED: &str = "once that is agreed on";

const FORWARD: &str = "roll forward instead: make a revision that changes what has to change, and `lback migrate` it";

const RULES: [Rule; 7] = [
    Rule {
        kind: Kind::Drops,
        code: "plan-drops",
        find: |_, _, step| operations(step, operation::drops),
        instead: "keep it until nothing needs it, and drop it in a revision of its own, once that is agreed on",
    },
    Rule {
        kind: Kind::Destructive,
        code: "plan-destructive",
        // Dropped objects are reported only once.
        find: |rules, _, step| {
            let told = rules.denies(Kind::Drops);
            operations(step, |operation| operation.destructive && !(told && operation::drops(operation)))
        },
        instead: "make the change without losing data, or in a revision of its own, once that is agreed on",
    },
    Rule {
        kind: Kind::Data,
        code: "plan-data",
        find: |_, _, step| operations(step, |operation| operation.data && operation.writes),
        instead: "change rows outside of migrations, or in a revision of its own, once that is agreed on",
    },
    Rule {
        kind: Kind::Irreversible,
        code: "plan-irreversible",
        find: |_, _, step| irreversible(step),
        instead: "give it a `downgrade()` that undoes it",
    },
    Rule {
        kind: Kind::Leftovers,
        code: "plan-leftovers",
        find: |_, _, step| leftovers(step),
        instead: "drop it in `downgrade()`, or create it only if it isn't there",
    },
    Rule {
        kind: Kind::Incomplete,
        code: "plan-incomplete",
        find: |_, _, step| incomplete(step),
        instead: "write it so that it can be told, or say what it writes to in a line of the script, as `# lback: writes users`",
    },
    Rule {
        kind: Kind::Collateral,
        code: "plan-collateral",
        find: |_, plan, step| collateral(plan, step),
        instead: FORWARD,
    },
];

impl Rule {
    fn hint(&self, direction: Direction) -> &'static str {
        match (direction, self.kind) {
            // A script can be declared or completed, in either direction.
            (Direction::Downgrade, Kind::Incomplete | Kind::Leftovers) | (Direction::Upgrade, _) => self.instead,
            (Direction::Downgrade, _) => FORWARD,
        }
    }
}

fn operations(step: &Step, is_meant: impl Fn(&Operation) -> bool) -> Vec<Finding> {
    let clause = |operation: &Operation| {
        Finding::of(step, &operation::deed(operation).told(!operation.conditional), operation.line)
    };
    step.operations.iter().filter(|operation| is_meant(operation)).map(clause).collect()
}

fn irreversible(step: &Step) -> Vec<Finding> {
    if step.reversible != "no" {
        return Vec::new();
    }
    let because = step.irreversible_because.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    let what = if is_downgrade(step) { "fails or undoes nothing" } else { "can't be reverted" };
    vec![Finding::of(step, &format!("{what}{because}"), None)]
}

fn leftovers(step: &Step) -> Vec<Finding> {
    let clause = |leftover: &Leftover| {
        let what = format!("the {} `{}`", leftover.kind, leftover.name);
        let clause = format!("the `downgrade()` of `{}` leaves {what} behind", step.revision);
        Finding::new(step, &clause, step.file.as_deref(), None)
    };
    step.leftovers.iter().map(clause).collect()
}

fn incomplete(step: &Step) -> Vec<Finding> {
    let Some(doubt) = step.doubts.first() else { return Vec::new() };
    let more = match step.doubts.len() {
        1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    let file = doubt.file.as_ref().or(step.file.as_ref());
    let clause = format!("not all that {} does can be told: {}{more}", subject(step), doubt.why);
    vec![Finding::new(step, &clause, file.map(String::as_str), doubt.line)]
}

fn collateral(plan: &MigrationPlan, step: &Step) -> Vec<Finding> {
    if step.part.as_deref() != Some("collateral") {
        return Vec::new();
    }
    let table =
        plan.table.as_ref().map_or_else(|| "the table".to_owned(), |table| format!("`{}`", operation::shown(table)));
    let because = step.because.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    vec![Finding::of(step, &format!("goes with the rollback of {table}{because}"), None)]
}

fn is_downgrade(step: &Step) -> bool {
    step.direction == "downgrade"
}

#[cfg(test)]
mod tests;
