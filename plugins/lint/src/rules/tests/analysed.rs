//! Scripts of tests: their analysis by lback's own planner, and lint's findings.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::super::{Finding, findings};
use crate::bindings::lback::plugin::plan::{
    Answer, Database, Doubt, MigrationPlan, Operation, Statement, Step, Table, TableFacts, TableLock,
};
use crate::settings::{Settings, Severity};

/// A script, and the revisions before it.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Script {
    pub(super) server: String,
    pub(super) setup: Vec<String>,
    pub(super) revisions: Vec<String>,
}

/// The analysis of one revision.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Analysed {
    pub(super) revision: String,
    operations: Vec<AnalysedOperation>,
    statements: Vec<AnalysedStatement>,
    pub(super) doubts: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the planner's form")]
struct AnalysedOperation {
    kind: String,
    table: Option<AnalysedTable>,
    name: Option<String>,
    new_name: Option<String>,
    new_table: Option<AnalysedTable>,
    writes: bool,
    destructive: bool,
    data: bool,
    conditional: bool,
    line: Option<u32>,
    detail: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct AnalysedStatement {
    text: Option<String>,
    line: Option<u32>,
    operations: Vec<u32>,
    transaction: String,
    times: u32,
    conditional: bool,
    locks: Vec<AnalysedLock>,
}

#[derive(Clone, Debug, Deserialize)]
struct AnalysedLock {
    table: AnalysedTable,
    mode: Option<String>,
    blocks_reads: String,
    blocks_writes: String,
    rewrites: String,
    scans: String,
}

#[derive(Clone, Debug, Deserialize)]
struct AnalysedTable {
    schema: Option<String>,
    name: String,
}

/// Analyses scripts by `tests/analyse.py`, in the environment that the suite prepares.
pub(super) fn analyse(scripts: &[Script]) -> Vec<Vec<Analysed>> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let environment = std::env::var("LBACK_TEST_VENV")
        .expect("LBACK_TEST_VENV names a Python environment with Alembic: run `cargo xtask test`");
    let mut python = Command::new(format!("{environment}/bin/python"))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/analyse.py"))
        .env("PYTHONPATH", format!("{root}/python:{root}/python/tests"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let input = serde_json::to_vec(scripts).unwrap();
    let mut pipe = python.stdin.take().unwrap();
    let writer = std::thread::spawn(move || pipe.write_all(&input).unwrap());
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The findings of lint for one script, with the estimated rows of all its tables.
pub(super) fn found(server: &str, steps: &[Analysed], settings: &str, rows: Option<u64>) -> Vec<(Severity, Finding)> {
    let settings = Settings::parse(settings).unwrap();
    let statements: Vec<Vec<Statement>> =
        steps.iter().map(|step| step.statements.iter().cloned().map(Statement::from).collect()).collect();
    let database = Database {
        dialect: if server == "mariadb" { "mysql".to_owned() } else { server.to_owned() },
        name: Some("shop".to_owned()),
        server: server.to_owned(),
        version: Some(if server == "postgresql" { "16.2" } else { "10.11.14" }.to_owned()),
        schema: None,
        transactional_ddl: server == "postgresql",
        heads: Vec::new(),
        target_heads: Vec::new(),
        tables: facts(&statements, rows),
        steps: steps.iter().map(step).collect(),
    };
    let plan = MigrationPlan {
        direction: "upgrade".to_owned(),
        target: "head".to_owned(),
        table: None,
        databases: vec![database],
    };
    let ask = |_, step: u32| Ok(statements.get(step as usize).cloned());
    findings(&plan, &settings, Some("production"), &ask).unwrap()
}

/// Returns the codes of findings of a severity, without repetitions.
pub(super) fn codes(found: &[(Severity, Finding)], severity: Severity) -> Vec<&'static str> {
    let mut codes: Vec<_> =
        found.iter().filter(|(of, _)| *of == severity).map(|(_, finding)| finding.rule.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn facts(statements: &[Vec<Statement>], rows: Option<u64>) -> Vec<TableFacts> {
    let mut facts = Vec::<TableFacts>::new();
    for lock in statements.iter().flatten().flat_map(|statement| &statement.locks) {
        if facts.iter().all(|known| known.table != lock.table) {
            facts.push(TableFacts {
                table: lock.table.clone(),
                rows,
                table_bytes: rows.map(|rows| rows * 60),
                index_bytes: rows.map(|rows| rows * 20),
                partitioned: Some(false),
                read_at: rows.map(|_| "2027-01-31T00:00:00Z".to_owned()),
            });
        }
    }
    facts
}

fn step(step: &Analysed) -> Step {
    let doubt = |why: &String| Doubt { file: None, line: None, why: why.clone() };
    Step {
        revision: step.revision.clone(),
        direction: "upgrade".to_owned(),
        down_revisions: Vec::new(),
        depends_on: Vec::new(),
        branch_labels: Vec::new(),
        doc: None,
        file: Some(format!("versions/{}.py", step.revision)),
        operations: step.operations.iter().cloned().map(Operation::from).collect(),
        writes: Vec::new(),
        references: Vec::new(),
        reversible: "yes".to_owned(),
        irreversible_because: None,
        leftovers: Vec::new(),
        doubts: step.doubts.iter().map(doubt).collect(),
        allow_comments: Vec::new(),
        part: None,
        because: None,
    }
}

fn answer(text: &str) -> Answer {
    match text {
        "yes" => Answer::Yes,
        "no" => Answer::No,
        _ => Answer::Unknown,
    }
}

impl From<AnalysedTable> for Table {
    fn from(AnalysedTable { schema, name }: AnalysedTable) -> Self {
        Self { schema, name }
    }
}

impl From<AnalysedLock> for TableLock {
    fn from(lock: AnalysedLock) -> Self {
        Self {
            table: lock.table.into(),
            mode: lock.mode,
            blocks_reads: answer(&lock.blocks_reads),
            blocks_writes: answer(&lock.blocks_writes),
            rewrites: answer(&lock.rewrites),
            scans: answer(&lock.scans),
        }
    }
}

impl From<AnalysedStatement> for Statement {
    fn from(statement: AnalysedStatement) -> Self {
        let AnalysedStatement { text, line, operations, transaction, times, conditional, locks } = statement;
        let locks = locks.into_iter().map(TableLock::from).collect();
        Self { text, line, operations, transaction, times, conditional, locks }
    }
}

impl From<AnalysedOperation> for Operation {
    fn from(operation: AnalysedOperation) -> Self {
        Self {
            kind: operation.kind,
            table: operation.table.map(Table::from),
            name: operation.name,
            new_name: operation.new_name,
            new_table: operation.new_table.map(Table::from),
            writes: operation.writes,
            destructive: operation.destructive,
            data: operation.data,
            conditional: operation.conditional,
            found_by: Vec::new(),
            line: operation.line,
            detail: operation.detail,
        }
    }
}
