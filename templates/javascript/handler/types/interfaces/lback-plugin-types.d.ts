declare module 'lback:plugin/types@1.0.0' {
  /**
   * The `MigrationCommands` instance that sent the signal. There is one for each run of lback.
   */
  export interface Sender {
    /**
     * Unique to this run (a UUID, version 7), and the same in all of its events.
     */
    runId: string,
    /**
     * The name of the project in `lback.toml`, or the name of its folder.
     */
    project: string,
    /**
     * The version of lback, as `0.1.0`.
     */
    lbackVersion: string,
  }
  /**
   * A veto that is set aside for one run.
   */
  export interface Override {
    /**
     * The plugin's name in `lback.toml`.
     */
    plugin: string,
    /**
     * Why, in the person's own words.
     */
    reason: string,
  }
  /**
   * Where and for whom lback runs. A database password, or a URL with one, is never in it.
   */
  export interface Context {
    /**
     * The environment that `--environment`, `LBACK_ENVIRONMENT` or `lback.toml` names, as
     * `production`. None if no environment is named: a policy should then assume the worst.
     */
    environment?: string,
    /**
     * The person or account that started the run: in CI the one that CI names, elsewhere the
     * system's user.
     */
    actor?: string,
    /**
     * The name of this machine.
     */
    host?: string,
    /**
     * The full hash of the checked-out Git commit.
     */
    gitCommit?: string,
    /**
     * The checked-out Git branch; none where HEAD is detached and CI names no branch.
     */
    gitBranch?: string,
    /**
     * The page of the CI job that runs lback.
     */
    ciJobUrl?: string,
    /**
     * The plugins whose veto a person has set aside for this run (`--override`), as far as
     * `lback.toml` permits it. Every event of the run says so.
     */
    overrides: Array<Override>,
  }
  /**
   * Arguments of `migration_makemigrations_command`.
   */
  export interface Makemigrations {
    /**
     * The message of the new revision, or `auto` where none was given.
     */
    message: string,
  }
  /**
   * Arguments of `migration_migrate_command`.
   */
  export interface Migrate {
    /**
     * The target as Alembic's `upgrade` takes it: `head`, `heads`, a revision, `+1`,
     * `label@head`.
     */
    version: string,
  }
  /**
   * Arguments of `migration_rollback_command`.
   */
  export interface Rollback {
    /**
     * The target as Alembic's `downgrade` takes it: `-1`, a revision, `base`.
     */
    version: string,
    /**
     * The table whose latest changes are rolled back, where the person named a table.
     */
    table?: string,
  }
  /**
   * Arguments of `alembic_command_started`.
   */
  export interface Started {
    /**
     * Alembic's subcommand, as `upgrade`, `downgrade`, `revision`. Empty where the arguments
     * name none, as in `alembic --version`.
     */
    command: string,
    /**
     * What follows the subcommand, in order.
     */
    args: Array<string>,
    /**
     * The whole command line, from the program on. The value of each `-x` option is replaced
     * by `***`.
     */
    fullCommand: Array<string>,
  }
  /**
   * One migration, applied or reverted.
   */
  export interface Step {
    /**
     * The revision that is applied, reverted or stamped.
     */
    revision: string,
    /**
     * `upgrade`, `downgrade`, `stamp`, or `unknown`.
     */
    direction: string,
    /**
     * The first line of the script's docstring.
     */
    doc?: string,
    /**
     * Milliseconds that it took; none where it didn't come to its end.
     */
    durationMs?: bigint,
  }
  /**
   * What a run did to one database.
   */
  export interface Database {
    /**
     * SQLAlchemy's name of the dialect, as `postgresql`, `mysql`, `sqlite`.
     */
    dialect: string,
    /**
     * The name of the database, or its file.
     */
    name?: string,
    /**
     * The revisions that the database was at when the run came to it; empty for one that was
     * at base.
     */
    headsBefore: Array<string>,
    /**
     * The revisions that it was at when the run was over; none where they could not be read.
     */
    headsAfter?: Array<string>,
    /**
     * `unchanged`: as before. `advanced`: at other revisions than before, and wholly so.
     * `suspect`: a step was cut off that the database can't take back, so the schema may lie
     * between two revisions. `unknown`: the heads could not be read. More may come.
     */
    state: string,
    /**
     * The steps that were begun, in order. In a `failed` one of a database with transactions,
     * steps that ended may have been rolled back with the one that did not: `heads-after` says
     * what stayed.
     */
    steps: Array<Step>,
  }
  /**
   * Arguments of `alembic_command_completed`.
   */
  export interface Completed {
    /**
     * Alembic's subcommand, as in `started`.
     */
    command: string,
    /**
     * What follows the subcommand, as in `started`.
     */
    args: Array<string>,
    /**
     * Alembic's exit code: 0.
     */
    returncode: number,
    /**
     * What Alembic wrote to its standard output: decoded as UTF-8 (bytes that are not become
     * U+FFFD), passwords in URLs replaced by `***`. Of more than 64 KiB the first 16 and the
     * last 48 KiB are kept, with a line `[lback: N bytes left out]` between them. The user saw
     * all of it.
     */
    stdout: string,
    /**
     * The same of Alembic's standard error.
     */
    stderr: string,
    /**
     * Milliseconds from the start of Alembic's process to its end.
     */
    durationMs: bigint,
    /**
     * What was done to each database that Alembic connected to, in that order; mostly one.
     * Empty where Alembic connected to none (`--sql`, `--help`) or where lback can't see it
     * (Alembic run without the launcher).
     */
    databases: Array<Database>,
  }
  /**
   * One reason why a policy says no.
   */
  export interface Denial {
    /**
     * A short stable name for the rule, for scripts and dashboards, as
     * `downgrade-in-protected-environment`.
     */
    code: string,
    /**
     * What is denied and why, one sentence for a person.
     */
    message: string,
    /**
     * What to do instead.
     */
    hint?: string,
    /**
     * A page that says more.
     */
    url?: string,
  }
  /**
   * A denial and the plugin that it came from.
   */
  export interface AttributedDenial {
    /**
     * The plugin's name in `lback.toml`.
     */
    plugin: string,
    /**
     * Its reason.
     */
    denial: Denial,
  }
  /**
   * The cause of a failure.
   */
  export interface Exception {
    /**
     * A short name for the kind of the cause, as `PolicyDenied`, `PluginFailed`, `NotFound`,
     * `TimedOut`, `Interrupted`.
     */
    kind: string,
    /**
     * One sentence for a person.
     */
    message: string,
    /**
     * Why policies denied the run, in the order of `lback.toml`; empty for every other cause.
     */
    denials: Array<AttributedDenial>,
  }
  /**
   * Arguments of `alembic_command_failed`.
   */
  export interface Failed {
    /**
     * Alembic's subcommand, as in `started`.
     */
    command: string,
    /**
     * What follows the subcommand, as in `started`.
     */
    args: Array<string>,
    /**
     * Alembic's exit code; -N where signal N ended it; none where Alembic never ran or left no
     * code.
     */
    returncode?: number,
    /**
     * As in `completed`; empty where Alembic never ran.
     */
    stdout: string,
    /**
     * As in `completed`; empty where Alembic never ran.
     */
    stderr: string,
    /**
     * One of `non_zero_exit_code`, `alembic_not_found`, `exception` (lback could not start or
     * follow Alembic), `denied_by_policy`, `timed_out`, `interrupted`. More may come.
     */
    errorType?: string,
    /**
     * What is known of the cause beyond the exit code.
     */
    exception?: Exception,
    /**
     * Milliseconds from the start of Alembic's process to its end; 0 where it never ran.
     */
    durationMs: bigint,
    /**
     * As in `completed`.
     */
    databases: Array<Database>,
  }
  /**
   * A later signal, for plugins that were built before it existed.
   */
  export interface Extension {
    /**
     * The signal's name.
     */
    name: string,
    /**
     * Its arguments: a JSON object.
     */
    json: string,
  }
  /**
   * The eight signals around an Alembic command, in the order in which a run sends them:
   * initialized, the one for the command (if it has one), started, then completed or failed. The
   * first six are before-signals: a policy may deny each of them.
   */
  export type Signal = SignalMigrationCommandsInitialized | SignalMigrationMakemigrationsCommand | SignalMigrationMigrateCommand | SignalMigrationRollbackCommand | SignalMigrationHistoryCommand | SignalAlembicCommandStarted | SignalAlembicCommandCompleted | SignalAlembicCommandFailed | SignalExtension;
  /**
   * `migration_commands_initialized`: the commands object is ready. Sent first in every run.
   */
  export interface SignalMigrationCommandsInitialized {
    tag: 'migration-commands-initialized',
  }
  /**
   * `migration_makemigrations_command`: `lback makemigrations` was called.
   */
  export interface SignalMigrationMakemigrationsCommand {
    tag: 'migration-makemigrations-command',
    val: Makemigrations,
  }
  /**
   * `migration_migrate_command`: `lback migrate` was called.
   */
  export interface SignalMigrationMigrateCommand {
    tag: 'migration-migrate-command',
    val: Migrate,
  }
  /**
   * `migration_rollback_command`: `lback rollback` was called.
   */
  export interface SignalMigrationRollbackCommand {
    tag: 'migration-rollback-command',
    val: Rollback,
  }
  /**
   * `migration_history_command`: `lback history` was called.
   */
  export interface SignalMigrationHistoryCommand {
    tag: 'migration-history-command',
  }
  /**
   * `alembic_command_started`: Alembic's process is about to start.
   */
  export interface SignalAlembicCommandStarted {
    tag: 'alembic-command-started',
    val: Started,
  }
  /**
   * `alembic_command_completed`: Alembic exited with 0.
   */
  export interface SignalAlembicCommandCompleted {
    tag: 'alembic-command-completed',
    val: Completed,
  }
  /**
   * `alembic_command_failed`: Alembic exited otherwise, was stopped, or was never started.
   */
  export interface SignalAlembicCommandFailed {
    tag: 'alembic-command-failed',
    val: Failed,
  }
  /**
   * A signal that this version of the package does not know. A plugin that did not ask for
   * it by name never gets one.
   */
  export interface SignalExtension {
    tag: 'extension',
    val: Extension,
  }
  /**
   * One signal on its way to a plugin.
   */
  export interface Event {
    /**
     * Unique to this event (a UUID, version 7). The same event has the same id for every
     * plugin, and when it is told again: an event that a handler did not take is told to it
     * again in a later run.
     */
    id: string,
    /**
     * When the signal was sent: RFC 3339 in UTC with milliseconds, as
     * `2026-11-22T18:00:00.000Z`. A policy that depends on the time takes it from here.
     */
    time: string,
    /**
     * Who sent it.
     */
    sender: Sender,
    /**
     * The circumstances of the run.
     */
    context: Context,
    /**
     * What is signalled.
     */
    signal: Signal,
  }
}
