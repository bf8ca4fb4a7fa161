//! The comparisons of the benchmark.

use super::{
    goal::Goal,
    pair::Comparison,
    plugins::{self, Sending},
    project,
    room::Room,
    server::SLOW,
    subject::{Quantity, Subject},
};
use crate::{error::Error, progress::Step, test::postgres::Postgres};
use std::path::{Path, PathBuf};

const MIGRATE: &[&str] = &["migrate"];

/// Returns all comparisons; `sizes` are numbers of version scripts, ascending.
pub(super) fn comparisons(room: &Room, postgres: &Postgres, sizes: &[usize]) -> Result<Vec<Comparison>, Error> {
    let mut step = Step::start("projects");
    let mut environments = Vec::new();
    for &scripts in sizes {
        environments.push((scripts, project::make(room, "sqlite", project::SQLITE, scripts, &mut step)?));
    }
    let [(least, small), (middle, some), ..] = &environments[..] else { unreachable!("there are at least two sizes") };
    let on_postgres = project::make(room, "postgres", &postgres.url().replace('%', "%%"), *least, &mut step)?;
    step.done(format!("up to {} version scripts", sizes.last().unwrap_or(least)));

    let mut list = vec![nothing_to_do(room, "no plugins, SQLite", *least, small, "")?];
    let three = || plugins::the_three(room, Sending::No);
    for (scripts, ini) in &environments {
        let goal = Goal::RatioAtMost(if scripts == least { 0.70 } else { 0.60 });
        list.push(nothing_to_do(room, "guard, slack, metrics, SQLite", *scripts, ini, &three())?.aims_at(goal));
    }
    let on_postgres = nothing_to_do(room, "guard, slack, metrics, PostgreSQL", *least, &on_postgres, &three())?;
    list.push(on_postgres.aims_at(Goal::RatioAtMost(0.70)));
    list.push(sending(room, *least, small)?);
    list.push(knowing_nothing(room, *middle, some)?);
    list.push(history(room, *middle, some)?.aims_at(Goal::RatioAtMost(0.70)));
    list.push(plan(room, *least, small)?);
    list.extend(share_of_alembic(room, *least, small)?);
    list.extend(own_share(room)?);
    list.push(slow_server(room)?);
    list.push(shell_hooks(room)?);
    list.push(first_run(room)?);
    list.extend(memory(room, small)?);
    Ok(list)
}

fn nothing_to_do(room: &Room, what: &str, scripts: usize, ini: &Path, plugins: &str) -> Result<Comparison, Error> {
    let folder = room.configure(
        &format!("{what}-{scripts}").replace([' ', ','], "-"),
        &(plugins::project(&config_line(ini)) + plugins),
    )?;
    Ok(Comparison {
        group: "nothing to migrate",
        what: format!("lback migrate, {what}, {scripts} scripts"),
        against: "alembic upgrade head".into(),
        a: room.lback(&folder, MIGRATE),
        b: alembic(room, &folder, ini, &["upgrade", "head"]),
        quantity: Quantity::WallTime,
        same_output: true,
        goal: None,
    })
}

fn sending(room: &Room, scripts: usize, ini: &Path) -> Result<Comparison, Error> {
    let three = plugins::the_three(room, Sending::Yes);
    let comparison = nothing_to_do(room, "the three sending, SQLite", scripts, ini, &three)?;
    Ok(Comparison { a: Subject { requests: 2, ..comparison.a }, ..comparison })
}

/// Compares the first run of a project, when nothing about its scripts is known yet.
fn knowing_nothing(room: &Room, scripts: usize, ini: &Path) -> Result<Comparison, Error> {
    let comparison = nothing_to_do(room, "no plugins, SQLite, scripts not yet known", scripts, ini, "")?;
    let forget = Some(room.cache().join("scripts"));
    Ok(Comparison { a: Subject { forget, ..comparison.a }, ..comparison })
}

fn history(room: &Room, scripts: usize, ini: &Path) -> Result<Comparison, Error> {
    let folder = room.configure("history", &plugins::project(&config_line(ini)))?;
    Ok(Comparison {
        group: "history",
        what: format!("lback history, no plugins, {scripts} scripts"),
        against: "alembic history".into(),
        a: room.lback(&folder, &["history"]),
        b: alembic(room, &folder, ini, &["history"]),
        quantity: Quantity::WallTime,
        same_output: true,
        goal: None,
    })
}

/// Compares a plan with the command of Alembic that the planner's process runs. The difference is
/// lback's start, the analysis, and the process behind the barrier.
fn plan(room: &Room, scripts: usize, ini: &Path) -> Result<Comparison, Error> {
    let folder = room.configure("plan", &plugins::project(&config_line(ini)))?;
    Ok(Comparison {
        group: "a plan",
        what: format!("lback plan rollback base, no plugins, {scripts} scripts"),
        against: "alembic current".into(),
        a: room.lback(&folder, &["plan", "rollback", "base"]),
        b: alembic(room, &folder, ini, &["current"]),
        quantity: Quantity::WallTime,
        same_output: false,
        goal: None,
    })
}

/// Compares a handler that waits a second for its server with an Alembic that takes longer.
fn slow_server(room: &Room) -> Result<Comparison, Error> {
    const LONGER: &str = "command = [\"sh\", \"-c\", \"sleep 1.5\"]\nlauncher = false";
    let waiting = room.configure("slow-server", &(plugins::project(LONGER) + &plugins::slack_at_the_start(room)))?;
    let without = room.configure("slow-server-without", &plugins::project(LONGER))?;
    let mut a = Subject { requests: 1, ..room.lback(&waiting, MIGRATE) };
    a.environment.push(("SLACK_WEBHOOK_URL".to_owned(), format!("{}{SLOW}", room.server.origin).into()));
    Ok(Comparison {
        group: "a handler whose server answers after 1 s, beside an Alembic of 1.5 s",
        what: "lback migrate, slack".into(),
        against: "lback migrate, no plugins".into(),
        a,
        b: room.lback(&without, MIGRATE),
        quantity: Quantity::WallTime,
        same_output: true,
        goal: Some(Goal::AddsAtMost(8.0)),
    })
}

/// Compares plugins with hooks as scripts: a process for each of ten plugins and four signals,
/// which reads the event.
fn shell_hooks(room: &Room) -> Result<Comparison, Error> {
    let folder = in_front_of_nothing(room, "record-handler", 10)?;
    let hook = folder.join("hook.sh");
    std::fs::write(&hook, "read -r event\nexit 0\n").map_err(Error::file("write", &hook))?;
    let script = "for signal in 1 2 3 4; do for plugin in 0 1 2 3 4 5 6 7 8 9; do \
        echo '{\"signal\":\"alembic_command_started\"}' | sh ./hook.sh; done; done";
    let shell = |script| room.subject(Path::new("sh"), &folder, &["-c", script]);
    let none = in_front_of_nothing(room, "record-handler", 0)?;
    let without = |subject| Some(Box::new(subject));
    Ok(Comparison {
        group: "ten hooks for four signals, without the process around them",
        what: "shell scripts, 40 processes".into(),
        against: "10 handlers".into(),
        a: Subject { without: without(shell("exit 0")), ..shell(script) },
        b: Subject { without: without(room.lback(&none, MIGRATE)), ..room.lback(&folder, MIGRATE) },
        quantity: Quantity::WallTime,
        same_output: false,
        goal: Some(Goal::RatioAtLeast(10.0)),
    })
}

/// Measures what Alembic's own time consists of.
fn share_of_alembic(room: &Room, scripts: usize, ini: &Path) -> Result<Vec<Comparison>, Error> {
    let folder = room.folder("interpreter")?;
    let imports = "import alembic.config, alembic.context, sqlalchemy.dialects.sqlite";
    let parts = [("python -c pass", "pass"), ("python, Alembic and SQLAlchemy imported", imports)];
    let against = |(against, code): (&str, &str)| Comparison {
        group: "Alembic alone",
        what: format!("alembic upgrade head, {scripts} scripts"),
        against: against.into(),
        a: alembic(room, &folder, ini, &["upgrade", "head"]),
        b: room.subject(&room.python, &folder, &["-c", code]),
        quantity: Quantity::WallTime,
        same_output: false,
        goal: None,
    };
    Ok(parts.into_iter().map(against).collect())
}

/// Compares lback in front of `true`, so that lback's own time is all there is.
fn own_share(room: &Room) -> Result<Vec<Comparison>, Error> {
    let share = |what: String, a: Subject, against: &str, b: Subject| Comparison {
        group: "lback's own share: `true` in Alembic's place",
        what,
        against: against.into(),
        a,
        b,
        quantity: Quantity::WallTime,
        same_output: true,
        goal: None,
    };
    let none = in_front_of_nothing(room, "record-handler", 0)?;
    let mut list =
        vec![share("lback migrate, no plugins".into(), room.lback(&none, MIGRATE), "true", nothing(room, &none))];
    for (component, count, plugins) in [
        ("record-handler", 1, "1 handler × 4 signals"),
        ("record-handler", 3, "3 handlers × 4 signals"),
        ("record-handler", 10, "10 handlers × 4 signals"),
        ("record-policy", 10, "10 policies × 3 signals"),
    ] {
        let folder = in_front_of_nothing(room, component, count)?;
        let what = format!("lback migrate, {plugins}");
        let row = share(what, room.lback(&folder, MIGRATE), "true", nothing(room, &folder));
        list.push(if count == 10 { row.aims_at(Goal::AddsAtMost(8.0)) } else { row });
    }
    let posting = room.configure("posting", &(plugins::project(TRUE) + &plugins::posting(room)))?;
    let posting = Subject { requests: 1, ..room.lback(&posting, MIGRATE) };
    let row = share("lback migrate, webhook, posting".into(), posting, "no plugins", room.lback(&none, MIGRATE));
    list.push(row.aims_at(Goal::AddsAtMost(8.0)));
    Ok(list)
}

fn first_run(room: &Room) -> Result<Comparison, Error> {
    let config = plugins::project(TRUE) + &plugins::the_three(room, Sending::No);
    let folder = room.configure("first-run", &config)?;
    Ok(Comparison {
        group: "compiled cache: guard, slack, metrics before `true`",
        what: "lback migrate, empty cache".into(),
        against: "lback migrate, warm cache".into(),
        a: room.lback_for_the_first_time(&folder, MIGRATE),
        b: room.lback(&folder, MIGRATE),
        quantity: Quantity::WallTime,
        same_output: false,
        goal: None,
    })
}

fn memory(room: &Room, ini: &Path) -> Result<Vec<Comparison>, Error> {
    if !room.time_tool.is_there() {
        return Ok(Vec::new());
    }
    let ten = in_front_of_nothing(room, "record-handler", 10)?;
    let none = in_front_of_nothing(room, "record-handler", 0)?;
    let sides = [
        ("lback migrate, no plugins", room.lback(&none, MIGRATE)),
        ("alembic upgrade head", alembic(room, &ten, ini, &["upgrade", "head"])),
    ];
    let against = |(against, b): (&str, Subject)| Comparison {
        group: "peak resident memory, `true` in Alembic's place",
        what: "lback migrate, 10 handlers × 4 signals".into(),
        against: against.into(),
        a: room.lback(&ten, MIGRATE),
        b,
        quantity: Quantity::PeakMemory(room.time_tool.clone()),
        same_output: false,
        goal: Some(Goal::MemoryAtMost(40.0)),
    };
    Ok(sides.into_iter().map(against).collect())
}

const TRUE: &str = "command = [\"true\"]\nlauncher = false";

fn in_front_of_nothing(room: &Room, component: &str, count: usize) -> Result<PathBuf, Error> {
    let config = plugins::project(TRUE) + &plugins::recorders(room, component, count)?;
    room.configure(&format!("{component}-{count}"), &config)
}

fn nothing(room: &Room, folder: &Path) -> Subject {
    room.subject(Path::new("true"), folder, &["upgrade", "head"])
}

fn config_line(ini: &Path) -> String {
    format!("config = '{}'", ini.display())
}

/// Returns Alembic as lback starts it: the same program, arguments and folder.
fn alembic(room: &Room, folder: &Path, ini: &Path, args: &[&str]) -> Subject {
    let ini = ini.to_string_lossy();
    room.subject(&room.alembic, folder, &[&["-c", &*ini], args].concat())
}
