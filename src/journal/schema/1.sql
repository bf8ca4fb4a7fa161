-- Times are milliseconds since 1970 in UTC, durations milliseconds. Lists are JSON.

create table run (
    id text not null primary key,
    -- Runs of one scope share their handlers: usually the root of the project.
    scope text not null,
    project text not null,
    root text not null,
    environment text,
    actor text,
    host text,
    git_commit text,
    git_branch text,
    ci_job_url text,
    lback_version text not null,
    alembic_version text,
    sqlalchemy_version text,
    python_version text,
    -- Alembic's subcommand; empty if there is none.
    command text not null default '',
    full_command text not null default '[]',
    started integer not null,
    ended integer,
    -- Null while the run goes on, and if its process crashed.
    outcome text,
    error_type text,
    error text,
    returncode integer,
    exit_code integer,
    -- The plugins to notify if the run crashes.
    heirs text not null default '[]'
) strict;

create index run_by_time on run (scope, started);
create index run_open on run (id) where outcome is null;

create table event (
    number integer primary key autoincrement,
    id text not null unique,
    run text not null references run (id) on delete cascade,
    signal text not null,
    time integer not null,
    -- As `stored_event.rs` writes it. Null once all handlers have accepted it.
    content text
) strict;

create index event_by_run on event (run);

create table delivery (
    event integer not null references event (number) on delete cascade,
    plugin text not null,
    scope text not null,
    -- waiting, parked, done
    state text not null,
    attempts integer not null default 0,
    last_attempt integer,
    error text,
    delivered integer,
    -- The process that delivers it, or did so last: the name of a lock.
    owner text,
    primary key (event, plugin)
) strict, without rowid;

create index delivery_open on delivery (scope, plugin, event) where state <> 'done';

create table verdict (
    run text not null references run (id) on delete cascade,
    number integer not null,
    -- Null if the plugin could not be loaded.
    signal text,
    plugin text not null,
    -- allow, deny, failed
    decision text not null,
    -- True if it stopped the run.
    blocked integer not null,
    denials text not null,
    warnings text not null,
    failure text,
    primary key (run, number)
) strict, without rowid;

create table step (
    run text not null references run (id) on delete cascade,
    -- The number of the database in the run, from 0.
    target integer not null,
    number integer not null,
    revision text not null,
    down_revisions text not null,
    -- upgrade, downgrade, stamp
    direction text not null,
    doc text not null,
    -- Null if the step did not end.
    duration integer,
    primary key (run, target, number)
) strict, without rowid;

create table target (
    run text not null references run (id) on delete cascade,
    number integer not null,
    name text,
    dialect text,
    driver text,
    server_version text,
    transactional_ddl integer,
    heads_before text,
    heads_after text,
    outcome text,
    primary key (run, number)
) strict, without rowid;

create table override (
    run text not null references run (id) on delete cascade,
    plugin text not null,
    reason text not null,
    primary key (run, plugin)
) strict, without rowid;
