//! What is compared with what.

use super::{
    pair::Comparison,
    plugins::{self, Sending},
    project,
    room::Room,
    subject::{Quantity, Subject},
};
use crate::{error::Error, progress::Step};
use std::path::{Path, PathBuf};

const MIGRATE: &[&str] = &["migrate"];

/// All comparisons; `sizes` are numbers of version scripts, ascending.
pub(super) fn comparisons(room: &Room, sizes: &[usize]) -> Result<Vec<Comparison>, Error> {
    let mut step = Step::start("projects");
    let mut list = Vec::new();
    let mut environments = Vec::new();
    for &scripts in sizes {
        environments.push((scripts, project::make(room, scripts, &mut step)?));
    }
    let [(least, small), .., (most, large)] = &environments[..] else { unreachable!("there are at least two sizes") };
    for (scripts, ini) in &environments {
        list.extend(nothing_to_do(room, *scripts, ini)?);
    }
    list.push(sending(room, *least, small)?);
    list.push(history(room, *most, large)?);
    list.extend(share_of_alembic(room, *least, small)?);
    list.extend(own_share(room)?);
    list.push(first_run(room)?);
    list.extend(memory(room, small)?);
    step.done(format!("up to {most} version scripts"));
    Ok(list)
}

fn nothing_to_do(room: &Room, scripts: usize, ini: &Path) -> Result<Vec<Comparison>, Error> {
    let base = plugins::project(&config_line(ini));
    let with_three = format!("{base}{}", plugins::the_three(room, Sending::No));
    let variants = [("no plugins", "plain", base), ("guard, slack, metrics", "three", with_three)];
    let against = |(plugins, name, config): (&str, &str, String)| {
        let folder = room.configure(&format!("{name}-{scripts}"), &config)?;
        Ok(Comparison {
            group: "nothing to migrate",
            what: format!("lback migrate, {plugins}, {scripts} scripts"),
            against: "alembic upgrade head".into(),
            a: room.lback(&folder, MIGRATE),
            b: alembic(room, &folder, ini, &["upgrade", "head"]),
            quantity: Quantity::WallTime,
            same_output: true,
        })
    };
    variants.into_iter().map(against).collect()
}

fn sending(room: &Room, scripts: usize, ini: &Path) -> Result<Comparison, Error> {
    let config = plugins::project(&config_line(ini)) + &plugins::the_three(room, Sending::Yes);
    let folder = room.configure("three-sending", &config)?;
    Ok(Comparison {
        group: "nothing to migrate",
        what: format!("lback migrate, the three sending, {scripts} scripts"),
        against: "alembic upgrade head".into(),
        a: Subject { requests: 2, ..room.lback(&folder, MIGRATE) },
        b: alembic(room, &folder, ini, &["upgrade", "head"]),
        quantity: Quantity::WallTime,
        same_output: true,
    })
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
    })
}

/// What Alembic's own time consists of.
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
    };
    Ok(parts.into_iter().map(against).collect())
}

/// lback in front of `true`: what is left is lback.
fn own_share(room: &Room) -> Result<Vec<Comparison>, Error> {
    let share = |what: String, a: Subject, against: &str, b: Subject| Comparison {
        group: "lback's own share: `true` in Alembic's place",
        what,
        against: against.into(),
        a,
        b,
        quantity: Quantity::WallTime,
        same_output: true,
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
        list.push(share(what, room.lback(&folder, MIGRATE), "true", nothing(room, &folder)));
    }
    let folder = in_front_of_nothing(room, "record-handler", 1)?;
    list.push(share(
        "lback migrate, 1 handler × 4 signals".into(),
        room.lback(&folder, MIGRATE),
        "the same in CI, git not asked",
        room.lback_in_ci(&folder, MIGRATE),
    ));
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
    };
    Ok(sides.into_iter().map(against).collect())
}

const TRUE: &str = "command = [\"true\"]";

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

/// Alembic as lback starts it: the same program with the same arguments in the same folder.
fn alembic(room: &Room, folder: &Path, ini: &Path, args: &[&str]) -> Subject {
    let ini = ini.to_string_lossy();
    room.subject(&room.alembic, folder, &[&["-c", &*ini], args].concat())
}
