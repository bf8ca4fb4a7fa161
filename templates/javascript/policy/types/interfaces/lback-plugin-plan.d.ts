/// <reference path="./lback-plugin-types.d.ts" />
declare module 'lback:plugin/plan@1.0.0' {
  /**
   * Returns the plan; none if the command runs no migrations (`history`, `revision`, `stamp`,
   * and every command with `--sql`).
   */
  export function get(): MigrationPlan | undefined;
  /**
   * Returns the statements of a step in the order in which they would be sent. Each operation
   * that writes has at least one. Both arguments are positions in the plan, counted from 0.
   * Returns none if there is no such step.
   */
  export function statements(database: number, step: number): Array<Statement> | undefined;
  export type AllowComment = import('lback:plugin/types@1.0.0').AllowComment;
  /**
   * An object that a downgrade leaves behind.
   */
  export interface Leftover {
    /**
     * The kind of the object: `table`, `view`, `type`, `sequence`, `function`, `schema`,
     * `extension`. Later versions may add kinds.
     */
    kind: string,
    /**
     * The name of the object.
     */
    name: string,
  }
  /**
   * An answer of the analysis.
   * # Variants
   * 
   * ## `"no"`
   * 
   * No.
   * ## `"unknown"`
   * 
   * The analysis can't tell.
   * ## `"yes"`
   * 
   * Yes.
   */
  export type Answer = 'no' | 'unknown' | 'yes';
  /**
   * The name of a table.
   */
  export interface Table {
    /**
     * The schema; none for the connection's default schema.
     */
    schema?: string,
    /**
     * The name of the table.
     */
    name: string,
  }
  /**
   * A table that exists before the run, with estimates from the database's catalogue. lback
   * counts no rows.
   */
  export interface TableFacts {
    /**
     * The table, by the name that the locks have. A table that the run renames may be there
     * by both of its names.
     */
    table: Table,
    /**
     * The estimated number of rows; none if the database doesn't tell.
     */
    rows?: bigint,
    /**
     * The size of the table without its indexes, in bytes; none if the database doesn't tell.
     */
    tableBytes?: bigint,
    /**
     * The size of the table's indexes, in bytes; none if the database doesn't tell.
     */
    indexBytes?: bigint,
    /**
     * True if the table is partitioned; none if the database doesn't tell. The sizes are those
     * of all partitions.
     */
    partitioned?: boolean,
    /**
     * The time at which the database was asked, in RFC 3339; none if it could not be asked.
     */
    readAt?: string,
  }
  /**
   * One operation of a step.
   */
  export interface Operation {
    /**
     * The kind of the operation: `create_table`, `drop_table`, `rename_table`, `alter_table`,
     * `add_column`, `drop_column`, `alter_column`, `rename_column`, `create_index`,
     * `drop_index`, `rename_index`, `create_constraint`, `drop_constraint`,
     * `rename_constraint`, `comment`, `create_trigger`, `drop_trigger`, `create_policy`,
     * `drop_policy`, `insert`, `update`, `delete`, `truncate`, `merge`, `select`,
     * `create_view`, `drop_view`, `refresh_view`, `create_type`, `alter_type`, `drop_type`,
     * `create_sequence`, `alter_sequence`, `drop_sequence`, `create_function`,
     * `drop_function`, `create_schema`, `drop_schema`, `create_extension`, `drop_extension`,
     * `grant`, `execute`, `declared`. Later versions may add kinds.
     */
    kind: string,
    /**
     * The table. None if the operation has no table, or if the analysis can't tell it.
     */
    table?: Table,
    /**
     * The name of the column, index or constraint.
     */
    name?: string,
    /**
     * The new name, if the operation renames a column, index or constraint.
     */
    newName?: string,
    /**
     * The new name of the table, if the operation renames it.
     */
    newTable?: Table,
    /**
     * True if the operation changes the schema or the rows of a table.
     */
    writes: boolean,
    /**
     * True if the operation loses data that no downgrade restores: dropped tables and columns,
     * deleted rows, narrower types.
     */
    destructive: boolean,
    /**
     * True if the operation reads or writes rows.
     */
    data: boolean,
    /**
     * True if the operation depends on the content of the database, so that it may not happen.
     */
    conditional: boolean,
    /**
     * The methods that found the operation: `recorder` (the script's functions ran on a fake
     * database), `sql` (in the statements that they sent), `source` (in lines that did not
     * run), `declared`.
     */
    foundBy: Array<string>,
    /**
     * The line of the script, counted from 1.
     */
    line?: number,
    /**
     * Further details, in a few words.
     */
    detail?: string,
  }
  /**
   * The lock of a statement on a table, and the work that the server does while it holds the
   * lock.
   */
  export interface TableLock {
    /**
     * The table, by its name at this point of the run.
     */
    table: Table,
    /**
     * The mode, as the server's manual names it: `ACCESS EXCLUSIVE` of PostgreSQL, `SHARED` of
     * MySQL's `LOCK=` clause; none if it isn't known.
     */
    mode?: string,
    /**
     * The answer to whether other sessions that read the table wait.
     */
    blocksReads: Answer,
    /**
     * The answer to whether other sessions that write the table wait.
     */
    blocksWrites: Answer,
    /**
     * The answer to whether the server writes all rows of the table anew.
     */
    rewrites: Answer,
    /**
     * The answer to whether the server reads all rows of the table.
     */
    scans: Answer,
  }
  /**
   * One SQL statement of a step.
   */
  export interface Statement {
    /**
     * The text, as the database would receive it; none if an operation sends SQL that can't be
     * rendered without running the step.
     */
    text?: string,
    /**
     * The line of the script that sends the statement, counted from 1.
     */
    line?: number,
    /**
     * The operations that send the statement: their positions in `step.operations`, counted
     * from 0.
     */
    operations: Uint32Array,
    /**
     * The transaction in which the statement runs: `migration` (that of the migration, which
     * holds locks until it ends), `own` (one of the statement itself, which the server commits
     * at its end), `none` (autocommit, as in `autocommit_block()`), `unknown`.
     */
    transaction: string,
    /**
     * The number of times that the statement is sent, as far as the analysis can tell. Of a
     * long loop, it counts statements that differ only in their values.
     */
    times: number,
    /**
     * True if the statement depends on the content of the database, so that it may not be
     * sent.
     */
    conditional: boolean,
    /**
     * The locks on tables that exist before the run. Tables that the run creates are left out:
     * no other session uses them.
     */
    locks: Array<TableLock>,
  }
  /**
   * A place in a script that the analysis could not resolve.
   */
  export interface Doubt {
    /**
     * The path of the file, relative to the project's root.
     */
    file?: string,
    /**
     * The line, counted from 1.
     */
    line?: number,
    /**
     * The open question and its cause.
     */
    why: string,
  }
  /**
   * One revision that would be applied or reverted.
   */
  export interface Step {
    /**
     * The revision's id.
     */
    revision: string,
    /**
     * `upgrade` or `downgrade`.
     */
    direction: string,
    /**
     * The revisions that this one follows; several for a merge.
     */
    downRevisions: Array<string>,
    /**
     * The revisions of other branches that this one requires (`depends_on`).
     */
    dependsOn: Array<string>,
    /**
     * The branch labels of the revision.
     */
    branchLabels: Array<string>,
    /**
     * The first line of the script's docstring.
     */
    doc?: string,
    /**
     * The path of the script, relative to the project's root.
     */
    file?: string,
    /**
     * The operations, in the order of the script.
     */
    operations: Array<Operation>,
    /**
     * The tables whose schema or rows the step changes.
     */
    writes: Array<Table>,
    /**
     * The tables that the step only mentions or reads.
     */
    references: Array<Table>,
    /**
     * The answer to whether the revision can be reverted once it is applied: `yes`; `no` if
     * its `downgrade()` is missing, raises, or does nothing although `upgrade()` does
     * something; `unknown`.
     */
    reversible: string,
    /**
     * The reason why the revision can't be reverted.
     */
    irreversibleBecause?: string,
    /**
     * The objects that `upgrade()` creates and `downgrade()` doesn't drop: the next upgrade
     * fails because they exist. Empty if everything is dropped, or if the analysis can't tell.
     */
    leftovers: Array<Leftover>,
    /**
     * The places that the analysis could not resolve. An empty list means that the analysis is
     * complete: `operations` has everything that the step does.
     */
    doubts: Array<Doubt>,
    /**
     * The comments of the script that set findings of policies aside. lback compares them with
     * the findings: a policy needn't.
     */
    allowComments: Array<AllowComment>,
    /**
     * The step's part in the rollback of a table: `match` if the step changes the table,
     * `collateral` if it must be reverted together with a step that does.
     */
    part?: string,
    /**
     * The reason why the step is in the plan, as one sentence.
     */
    because?: string,
  }
  /**
   * The steps for one database.
   */
  export interface Database {
    /**
     * SQLAlchemy's name of the dialect, for example `postgresql`.
     */
    dialect: string,
    /**
     * The name of the database, or its file.
     */
    name?: string,
    /**
     * The server: `postgresql`, `mysql`, `mariadb`, `sqlite`, or SQLAlchemy's name of another
     * one.
     */
    server: string,
    /**
     * The version of the server, for example `16.2`; none if it isn't known.
     */
    version?: string,
    /**
     * The schema of names that have none; none if the database has no schemas.
     */
    schema?: string,
    /**
     * True if statements that change the schema are part of transactions. If false, a step
     * that fails may be half done.
     */
    transactionalDdl: boolean,
    /**
     * The current revisions of the database; empty at base.
     */
    heads: Array<string>,
    /**
     * The revisions of the database after the run; empty at base.
     */
    targetHeads: Array<string>,
    /**
     * The steps, in the order in which Alembic would run them; empty if there is nothing to
     * do.
     */
    steps: Array<Step>,
    /**
     * The tables that exist before the run and that its statements lock.
     */
    tables: Array<TableFacts>,
  }
  /**
   * The effects of one command on the databases of the project.
   */
  export interface MigrationPlan {
    /**
     * `upgrade` or `downgrade`.
     */
    direction: string,
    /**
     * The target that Alembic receives: `head`, a revision, `-1`, `a1b2@c3d4`.
     */
    target: string,
    /**
     * The table whose latest changes would be rolled back, if the command names one.
     */
    table?: Table,
    /**
     * The databases, in the order in which env.py connects to them; usually one.
     */
    databases: Array<Database>,
  }
  /**
   * The reason why there is no plan.
   */
  export type Error = ErrorUnavailable | ErrorRefused;
  /**
   * lback can't make a plan: Alembic isn't available, the project's own code fails, or the
   * plan is too large to pass to a plugin. The text is the reason. It is unknown what would
   * run, so a policy that depends on the plan denies.
   */
  export interface ErrorUnavailable {
    tag: 'unavailable',
    val: string,
  }
  /**
   * Alembic itself would refuse the target, because the revision doesn't exist or there are
   * several heads. The text is Alembic's message.
   */
  export interface ErrorRefused {
    tag: 'refused',
    val: string,
  }
}
