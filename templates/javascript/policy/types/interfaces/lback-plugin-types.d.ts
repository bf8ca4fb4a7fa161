declare module 'lback:plugin/types@1.0.0' {
  /**
   * The `MigrationCommands` instance that sent the signal. There is one for each run of lback.
   */
  export interface Sender {
    /**
     * The unique id of the run, a UUID of version 7: the same in all events of the run.
     */
    runId: string,
    /**
     * The name of the project in `lback.toml`, or the name of its folder.
     */
    project: string,
    /**
     * The version of lback, for example `0.1.0`.
     */
    lbackVersion: string,
  }
  /**
   * One database or tenant of a fleet: `lback fleet` migrates many with one command.
   */
  export interface Target {
    /**
     * The target's name.
     */
    name: string,
    /**
     * The target's labels, for example `canary`.
     */
    labels: Array<string>,
  }
  /**
   * A plugin whose denials are set aside for one run.
   */
  export interface Override {
    /**
     * The plugin's name in `lback.toml`.
     */
    plugin: string,
    /**
     * The operator's reason.
     */
    reason: string,
  }
  /**
   * The place and the actor of a run. The context never contains a database password, or a URL
   * with one.
   */
  export interface Context {
    /**
     * The environment that `--environment`, `LBACK_ENVIRONMENT` or `lback.toml` names, for
     * example `production`. None if no environment is named: a policy should then assume the
     * worst.
     */
    environment?: string,
    /**
     * The person or account that started the run: in CI the account that CI names, otherwise
     * the user of the operating system.
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
     * The checked-out Git branch; none if HEAD is detached and CI names no branch.
     */
    gitBranch?: string,
    /**
     * The URL of the CI job that runs lback.
     */
    ciJobUrl?: string,
    /**
     * The overrides of this run (`--override`) that `lback.toml` permits. Every event of the
     * run lists them.
     */
    overrides: Array<Override>,
    /**
     * The target of a fleet run that this run migrates; none for every other run.
     */
    target?: Target,
  }
  /**
   * The arguments of `migration_makemigrations_command`.
   */
  export interface Makemigrations {
    /**
     * The message of the new revision, or `auto` if the command has none.
     */
    message: string,
  }
  /**
   * The arguments of `migration_migrate_command`.
   */
  export interface Migrate {
    /**
     * The target as Alembic's `upgrade` takes it: `head`, `heads`, a revision, `+1`,
     * `label@head`.
     */
    version: string,
  }
  /**
   * The arguments of `migration_rollback_command`.
   */
  export interface Rollback {
    /**
     * The target as Alembic's `downgrade` takes it: `-1`, a revision, `base`.
     */
    version: string,
    /**
     * The table whose latest changes are rolled back, if the command names a table.
     */
    table?: string,
  }
  /**
   * The arguments of `alembic_command_started`.
   */
  export interface Started {
    /**
     * Alembic's subcommand, for example `upgrade`, `downgrade` or `revision`. Empty if the
     * arguments contain none, as in `alembic --version`.
     */
    command: string,
    /**
     * The arguments after the subcommand, in order.
     */
    args: Array<string>,
    /**
     * The whole command line, beginning with the program. `***` replaces the value of each
     * `-x` option, and every other secret.
     */
    fullCommand: Array<string>,
  }
  /**
   * One revision that was applied, reverted or stamped.
   */
  export interface Step {
    /**
     * The revision's id.
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
     * The duration in milliseconds; none if the step didn't complete.
     */
    durationMs?: bigint,
  }
  /**
   * The effects of a run on one database.
   */
  export interface Database {
    /**
     * SQLAlchemy's name of the dialect, for example `postgresql`, `mysql` or `sqlite`.
     */
    dialect: string,
    /**
     * The name of the database, or its file.
     */
    name?: string,
    /**
     * The revisions of the database when the run connected to it; empty at base.
     */
    headsBefore: Array<string>,
    /**
     * The revisions of the database after the run; none if they could not be read.
     */
    headsAfter?: Array<string>,
    /**
     * The state after the run. `unchanged`: as before. `advanced`: completely at other
     * revisions than before. `done`: at the target, although the run failed elsewhere.
     * `suspect`: a step was interrupted that the database can't roll back, so the schema may
     * be between two revisions. `lost`: Alembic succeeded, but its work is not in the
     * database. `unknown`: the heads could not be read, or the server may still commit a part
     * of the run. Later versions may add states.
     */
    state: string,
    /**
     * The steps that started, in order. If the run failed on a database with transactional
     * DDL, completed steps may have been rolled back together with the failed one:
     * `heads-after` has the result.
     */
    steps: Array<Step>,
  }
  /**
   * A place in a version script.
   */
  export interface Place {
    /**
     * The revision.
     */
    revision: string,
    /**
     * The path of the file, relative to the project's root: the revision's script, or another
     * file that it uses. None if it isn't known.
     */
    file?: string,
    /**
     * The line, counted from 1; none for the whole revision.
     */
    line?: number,
  }
  /**
   * One reason why a policy denies.
   */
  export interface Denial {
    /**
     * A short, stable name of the rule, for scripts and dashboards, for example
     * `downgrade-in-protected-environment`.
     */
    code: string,
    /**
     * The denied action and the reason, one sentence for a person.
     */
    message: string,
    /**
     * The next step for the operator.
     */
    hint?: string,
    /**
     * A page with more information.
     */
    url?: string,
    /**
     * The place in a script that the denial is about; none if it is about the whole run.
     */
    place?: Place,
    /**
     * True if a comment at this place may set the denial aside:
     * `# lback: allow CODE until DATE: REASON`. False if only the operator may decide.
     */
    acceptable: boolean,
  }
  /**
   * A denial and the plugin that returned it.
   */
  export interface AttributedDenial {
    /**
     * The plugin's name in `lback.toml`.
     */
    plugin: string,
    /**
     * The denial.
     */
    denial: Denial,
  }
  /**
   * The cause of a failure.
   */
  export interface Exception {
    /**
     * A short name of the cause: `PolicyDenied`, `PluginFailed`, `NotFound`, `TimedOut`,
     * `Interrupted` or another.
     */
    kind: string,
    /**
     * The message, one sentence for a person.
     */
    message: string,
    /**
     * The denials of the run, in the order of the policies in `lback.toml`; empty for every
     * other cause.
     */
    denials: Array<AttributedDenial>,
  }
  /**
   * A comment in a version script that sets a finding aside:
   * `# lback: allow CODE until DATE: REASON`.
   */
  export interface AllowComment {
    /**
     * The code of the denial or warning, for example `plan-drops`.
     */
    code: string,
    /**
     * The line of the comment, counted from 1.
     */
    line: number,
    /**
     * The first and the last line of the statement that the comment is about; none if it is
     * about the whole revision.
     */
    lines?: [number, number],
    /**
     * The last day on which the comment counts, for example `2027-01-31`; none if it has no
     * end.
     */
    until?: string,
    /**
     * The reason. A comment without one doesn't count.
     */
    reason?: string,
  }
  /**
   * A finding of a policy that a comment set aside.
   */
  export interface AcceptedFinding {
    /**
     * The plugin's name in `lback.toml`.
     */
    plugin: string,
    /**
     * The code of the finding.
     */
    code: string,
    /**
     * The message of the finding.
     */
    message: string,
    /**
     * The place of the finding.
     */
    place: Place,
    /**
     * The comment.
     */
    comment: AllowComment,
  }
  /**
   * The arguments of `alembic_command_completed`.
   */
  export interface Completed {
    /**
     * Alembic's subcommand, as in `started`.
     */
    command: string,
    /**
     * The arguments after the subcommand, as in `started`.
     */
    args: Array<string>,
    /**
     * Alembic's exit code: 0.
     */
    returncode: number,
    /**
     * Alembic's standard output, decoded as UTF-8. U+FFFD replaces invalid bytes, `***`
     * replaces secrets, and `[secret NAME]` the values of granted secrets. Of more than 64
     * KiB, it contains the first 16 and the last 48 KiB, with a line
     * `[lback: N bytes left out]` between them. The user's terminal showed the whole output.
     */
    stdout: string,
    /**
     * Alembic's standard error, in the same form.
     */
    stderr: string,
    /**
     * Milliseconds from the start of Alembic's process to its end.
     */
    durationMs: bigint,
    /**
     * The effects on each database, in the order in which Alembic connected to them; usually
     * one database. Empty if Alembic connected to none (`--sql`, `--help`), or if lback can't
     * observe it (Alembic ran without the launcher).
     */
    databases: Array<Database>,
    /**
     * The number of times that Alembic was started: more than 1 if lback repeated the run
     * after a lock time-out.
     */
    attempts: number,
    /**
     * The findings of policies that comments in the scripts set aside.
     */
    accepted: Array<AcceptedFinding>,
  }
  /**
   * The arguments of `alembic_command_failed`.
   */
  export interface Failed {
    /**
     * Alembic's subcommand, as in `started`.
     */
    command: string,
    /**
     * The arguments after the subcommand, as in `started`.
     */
    args: Array<string>,
    /**
     * Alembic's exit code; -N if signal N ended the process; none if Alembic never ran or left
     * no code.
     */
    returncode?: number,
    /**
     * Alembic's standard output, as in `completed`; empty if Alembic never ran.
     */
    stdout: string,
    /**
     * Alembic's standard error, as in `completed`; empty if Alembic never ran.
     */
    stderr: string,
    /**
     * The kind of the failure: `non_zero_exit_code`, `alembic_not_found`, `exception` (lback
     * could not start or observe Alembic), `denied_by_policy`, `timed_out`, `interrupted`.
     * Later versions may add kinds.
     */
    errorType?: string,
    /**
     * The cause, if lback knows more than the exit code.
     */
    exception?: Exception,
    /**
     * Milliseconds from the start of Alembic's process to its end; 0 if it never ran.
     */
    durationMs: bigint,
    /**
     * The effects on each database, as in `completed`.
     */
    databases: Array<Database>,
    /**
     * The number of times that Alembic was started, as in `completed`; 0 if it never ran.
     */
    attempts: number,
    /**
     * The findings of policies that comments set aside, as in `completed`.
     */
    accepted: Array<AcceptedFinding>,
  }
  /**
   * A signal of a later version of lback, for plugins that were built before.
   */
  export interface Extension {
    /**
     * The signal's name.
     */
    name: string,
    /**
     * The signal's arguments, a JSON object.
     */
    json: string,
  }
  /**
   * The eight signals of a run, in the order in which lback sends them: initialized, the signal
   * of the command (if it has one), started, then completed or failed. The first six are
   * before-signals: a policy can deny each of them.
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
   * `alembic_command_failed`: Alembic exited with another code, was stopped, or never
   * started.
   */
  export interface SignalAlembicCommandFailed {
    tag: 'alembic-command-failed',
    val: Failed,
  }
  /**
   * A signal that this version of the package doesn't define. Only plugins that name it in
   * their subscription receive it.
   */
  export interface SignalExtension {
    tag: 'extension',
    val: Extension,
  }
  /**
   * One signal that is sent to a plugin.
   */
  export interface Event {
    /**
     * The unique id of the event, a UUID of version 7. The id is the same for every plugin,
     * and for a redelivery: if a handler doesn't process an event, a later run sends it again.
     */
    id: string,
    /**
     * The time at which the signal was sent: RFC 3339 in UTC with milliseconds, for example
     * `2026-11-22T18:00:00.000Z`. A policy that depends on the time uses this value.
     */
    time: string,
    /**
     * The sender of the signal.
     */
    sender: Sender,
    /**
     * The context of the run.
     */
    context: Context,
    /**
     * The signal and its arguments.
     */
    signal: Signal,
  }
}
