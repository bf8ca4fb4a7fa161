declare module 'lback:plugin/plan@1.0.0' {
  /**
   * The plan; none where the command runs no migrations (`history`, `revision`, `stamp`, and
   * everything with `--sql`).
   */
  export function get(): MigrationPlan | undefined;
  /**
   * The statements of a step as they would be sent to the database: by the places of database
   * and step in the plan, from 0. None where they can't be rendered without running the step,
   * and where there is no such step.
   */
  export function sql(database: number, step: number): Array<string> | undefined;
  /**
   * A table, by its name.
   */
  export interface Table {
    /**
     * None for the one that the connection uses.
     */
    schema?: string,
    name: string,
  }
  /**
   * One thing that a step does.
   */
  export interface Operation {
    /**
     * What the operation does: `create_table`, `drop_table`, `rename_table`, `alter_table`,
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
     * The column, index or constraint.
     */
    name?: string,
    /**
     * What it is called afterwards, where it is renamed.
     */
    newName?: string,
    /**
     * What the table is called afterwards, where it is renamed.
     */
    newTable?: Table,
    /**
     * Whether data is lost that no downgrade brings back: dropped tables and columns, deleted
     * rows, types that hold less.
     */
    destructive: boolean,
    /**
     * Whether it reads or writes rows.
     */
    data: boolean,
    /**
     * Whether it depends on what is in the database: it may not be done at all.
     */
    conditional: boolean,
    /**
     * By which ways it was found: `recorder` (the script's functions were run on a database
     * that only pretends to be one), `sql` (in the statements that they sent), `source` (in
     * lines that did not run), `declared`.
     */
    foundBy: Array<string>,
    /**
     * The line of the script, from 1.
     */
    line?: number,
    /**
     * What else there is to say, in a few words.
     */
    detail?: string,
  }
  /**
   * Something that the analysis could not tell.
   */
  export interface Doubt {
    /**
     * The file, from the project's root.
     */
    file?: string,
    /**
     * From 1.
     */
    line?: number,
    /**
     * What can't be told, and why.
     */
    why: string,
  }
  /**
   * One revision, to be applied or reverted.
   */
  export interface Step {
    revision: string,
    /**
     * `upgrade` or `downgrade`.
     */
    direction: string,
    /**
     * The revisions that it follows; several for a merge.
     */
    downRevisions: Array<string>,
    /**
     * The revisions of other branches that it needs (`depends_on`).
     */
    dependsOn: Array<string>,
    branchLabels: Array<string>,
    /**
     * The first line of the script's docstring.
     */
    doc?: string,
    /**
     * The script, from the project's root.
     */
    file?: string,
    /**
     * In the order of the script.
     */
    operations: Array<Operation>,
    /**
     * The tables whose schema or rows it changes.
     */
    writes: Array<Table>,
    /**
     * The tables that it only mentions or reads.
     */
    references: Array<Table>,
    /**
     * Whether it can be reverted once it is applied: `yes`; `no` where its `downgrade()` is
     * missing, raises, or does nothing although `upgrade()` does something; `unknown`.
     */
    reversible: string,
    /**
     * Why it can't be.
     */
    irreversibleBecause?: string,
    /**
     * What the analysis could not tell. Empty where it is complete: then there is no operation
     * that is not listed.
     */
    doubts: Array<Doubt>,
    /**
     * In the rollback of a table: `match` where it changes the table, `collateral` where it
     * must go with one that does.
     */
    part?: string,
    /**
     * The same in words: why it is in the plan.
     */
    because?: string,
  }
  /**
   * What would be done to one database.
   */
  export interface Database {
    /**
     * SQLAlchemy's name of the dialect, as `postgresql`.
     */
    dialect: string,
    /**
     * The name of the database, or its file.
     */
    name?: string,
    /**
     * Whether Alembic takes statements that change the schema for a part of transactions.
     * Where not, a step that fails may be half done.
     */
    transactionalDdl: boolean,
    /**
     * The revisions that it is at; empty at base.
     */
    heads: Array<string>,
    /**
     * The revisions that it would be at; empty at base.
     */
    targetHeads: Array<string>,
    /**
     * In the order in which Alembic would take them. Empty where there is nothing to do.
     */
    steps: Array<Step>,
  }
  /**
   * What one command would do to the databases of the project.
   */
  export interface MigrationPlan {
    /**
     * `upgrade` or `downgrade`.
     */
    direction: string,
    /**
     * The target as Alembic is given it: `head`, a revision, `-1`, `a1b2@c3d4`.
     */
    target: string,
    /**
     * The table whose latest changes are to be rolled back, where one was named.
     */
    table?: Table,
    /**
     * In the order in which env.py comes to them; mostly one.
     */
    databases: Array<Database>,
  }
  export type Error = ErrorUnavailable | ErrorRefused;
  /**
   * There is no plan: Alembic can't be asked here, the project's own code fails, or the plan
   * is too large to be handed over. The text says why. What would run is not known, so a
   * policy that must know it denies.
   */
  export interface ErrorUnavailable {
    tag: 'unavailable',
    val: string,
  }
  /**
   * Alembic itself would refuse the target: there is no such revision, or several heads. The
   * text has its words.
   */
  export interface ErrorRefused {
    tag: 'refused',
    val: string,
  }
}
