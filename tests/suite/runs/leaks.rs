//! Ways in which a password gets into an output: none of them reaches plugins, the journal, events
//! or plans.

use std::fs;
use std::path::{Path, PathBuf};

use super::table::recorded;
use crate::support::{Database, Done, Project, VersionScript, component};

/// A password with characters that URLs, JSON and SQL escape.
const PASSWORD: &str = "kX7/zQ@9w#Lp:2V'm%4";
/// The password in a URL.
const IN_URL: &str = "kX7%2FzQ%409w%23Lp%3A2V%27m%254";
/// The shortest part of a password that counts.
const PART: usize = 6;

const ENV: &str = include_str!("python/leaking_env.py");
const WAYS: &str = include_str!("python/leaks.py");

/// Returns what has no part of a secret: each secret as it is, and in encodings.
fn parts(secrets: &[&str]) -> Vec<Vec<u8>> {
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]));
    let hex = |text: &str| text.bytes().flat_map(digits).collect::<String>();
    let mut parts = Vec::new();
    for secret in secrets {
        let forms = [(*secret).to_owned(), secret.to_uppercase(), hex(secret)];
        for form in forms {
            parts.extend(form.as_bytes().windows(PART.min(form.len())).map(<[u8]>::to_vec));
        }
    }
    parts
}

/// Checks that no output of the run, and no file that it left, has a part of these secrets.
#[track_caller]
fn leaks_nothing(project: &Project, done: &Done, secrets: &[&str]) {
    let parts = parts(secrets);
    let mut outputs = vec![("the records of the plugins".to_owned(), plugin_lines(done).into_bytes())];
    for file in files(&project.path(".state")).into_iter().chain([project.path("events.ndjson")]) {
        outputs.push((file.display().to_string(), fs::read(&file).unwrap_or_default()));
    }
    assert!(outputs.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > 20_000, "there is something to search");
    for (name, bytes) in outputs {
        assert_lacks(&name, &bytes, &parts);
    }
}

#[track_caller]
fn assert_lacks(name: &str, bytes: &[u8], parts: &[Vec<u8>]) {
    for part in parts {
        let found = bytes.windows(part.len()).position(|window| window == part.as_slice());
        if let Some(at) = found {
            let around =
                String::from_utf8_lossy(&bytes[at.saturating_sub(200)..bytes.len().min(at + 100)]).into_owned();
            panic!("{:?} is in {name}: {around}", String::from_utf8_lossy(part));
        }
    }
}

/// Returns lback's own lines of stderr. Alembic's output is the user's as it is.
fn plugin_lines(done: &Done) -> String {
    let own = |line: &&str| line.contains("record: ") || line.starts_with("debug: lback");
    done.stderr.lines().filter(own).collect::<Vec<_>>().join("\n")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A project with this `before.py` on the database of a URL.
fn project(url: &str, before: &str) -> Project {
    let project = Project::on(&url.replace('%', "%%"));
    recorded(project.file("migrations/env.py", ENV).file("before.py", before))
}

fn run(project: &Project, more: &[&str]) -> Done {
    let words = ["--log", "plugin=info,lback=debug", "--events", "events.ndjson"];
    project.lback(&[&words, more].concat()).run()
}

/// The URL of a database, with the password. The server accepts it, or any.
fn with_password(url: &str, user: &str) -> String {
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (_, place) = rest.split_once('@').expect("a user");
    format!("{scheme}://{user}:{IN_URL}@{place}")
}

/// A user of MariaDB, removed at the end.
struct User<'a>(&'a Database, String);

impl<'a> User<'a> {
    fn new(database: &'a Database) -> Self {
        let name = format!("u{}", std::process::id());
        let password = PASSWORD.replace('\'', "''");
        database.query(&format!("create or replace user {name}@localhost identified by '{password}'"));
        database.query(&format!("grant all on *.* to {name}@localhost"));
        Self(database, name)
    }
}

impl Drop for User<'_> {
    fn drop(&mut self) {
        self.0.query(&format!("drop user {}@localhost", self.1));
    }
}

#[test]
fn nothing_that_a_project_prints_on_postgresql_leaks() {
    let database = Database::postgres();
    let project = project(&with_password(&database.url(), "postgres"), WAYS);
    let done = run(&project, &["migrate"]).exits(0).stdout_has(&["[plain] kX7/zQ@9w#Lp:2V'm%4 [/plain]"]);
    leaks_nothing(&project, &done, &[PASSWORD, IN_URL]);
}

#[test]
fn nothing_that_a_project_prints_on_mariadb_leaks() {
    let database = Database::mariadb();
    let user = User::new(&database);
    let project = project(&with_password(&database.url(), &user.1), WAYS);
    let done = run(&project, &["migrate"]).exits(0).stdout_has(&["[plain] kX7/zQ@9w#Lp:2V'm%4 [/plain]"]);
    leaks_nothing(&project, &done, &[PASSWORD, IN_URL]);
}

/// Code of env.py that ends the run.
const RAISES: [&str; 16] = [
    "raise ValueError(url)",
    "raise ValueError(engine.url.render_as_string(hide_password=False))",
    "raise KeyError(password)",
    "raise RuntimeError('no') from ValueError(password)",
    "raise Exception(password.encode())",
    "sys.exit(password)",
    "from alembic.util import CommandError; raise CommandError(f'no connection to {url}')",
    "raise ValueError(engine.url.render_as_string(hide_password=False)[:-30] + '...')",
    "raise ValueError(password[:9])",
    "raise ValueError('y' * 1985 + ' ' + password)",
    "raise ValueError('y' * 4085 + ' ' + password)",
    "raise ValueError('y' * 262130 + ' ' + password)",
    "raise OSError(1, 'password=' + password, password)",
    "connection = engine.connect(); connection.exec_driver_sql(\"ALTER ROLE no_such_role PASSWORD 'st4tem3nt!x9'\")",
    "create_engine(url.replace('lback-postgres', 'nowhere')).connect()",
    "create_engine('postgresql+nosuchdriver' + url[url.index('://'):])",
];

#[test]
fn nothing_that_env_py_raises_leaks() {
    let database = Database::postgres();
    for raise in RAISES {
        let project = project(&with_password(&database.url(), "postgres"), raise);
        let done = run(&project, &["migrate"]);
        assert_ne!(done.code(), Some(0), "{done}");
        leaks_nothing(&project, &done, &[PASSWORD, IN_URL, "st4tem3nt!x9"]);
        let planned = project.lback(&["plan"]).run();
        assert_lacks(raise, &[planned.stdout_bytes, planned.stderr_bytes].concat(), &parts(&[PASSWORD, IN_URL]));
    }
}

#[test]
fn a_percent_sign_that_configparser_refuses_leaks_nothing() {
    let passwords =
        ["rk9%xT4q-88w", "rk9%(xT4q-88w", "rk9%%xT4q%-88w", "%rk9xT4q-88w", "rk9@xT4q/8:8w", "rk9 xT4q#8?8w"];
    for password in passwords {
        let project = recorded(Project::on(&format!("postgresql+psycopg://app:{password}@127.0.0.1:1/shop")));
        let done = run(&project, &["migrate"]);
        assert_ne!(done.code(), Some(0), "{done}");
        leaks_nothing(&project, &done, &[password, "xT4q-88w", "xT4q%-88w", "xT4q/8:8w", "xT4q#8?8w"]);
        let planned = project.lback(&["plan"]).run();
        assert_lacks(password, &[planned.stdout_bytes, planned.stderr_bytes].concat(), &parts(&["xT4q-88w"]));
    }
}

#[test]
fn passwords_that_are_no_part_of_a_url_leak_nothing() {
    let database = Database::postgres();
    let project = project(&database.url(), "print('connects with', *more.values())")
        .file("arguments.json", "{\"password\": \"c0nn3ct-Arg5\", \"sslpassword\": \"k3yf1le-Pw\"}")
        .file("connected.py", "print('now', more['password'], x['code'], *more.values())");
    let done = run(&project, &["-x", "code=x7Rt-5512-Pq", "migrate"]).exits(0);
    leaks_nothing(&project, &done, &["c0nn3ct-Arg5", "k3yf1le-Pw", "x7Rt-5512-Pq"]);
}

#[test]
fn arguments_and_variables_leak_nothing() {
    let values = ["dbp4ss-Zq81", "t0k3n-Lm55!", "v4ri4ble-Kk2", "urlp4ss-Ww3", "keyp4ss/Yy6+"];
    let [password, token, variable, in_url, key] = values;
    let print = "print(x, dict(os.environ)); print(*x.values(), sep='\\n'); print(os.environ['PGPASSWORD'])
raise ValueError(str(x) + os.environ['DEPLOY_TOKEN'] + x['password'])";
    let project = project("sqlite:///test.db", print);
    let url = format!("db_url=postgresql://app:{in_url}@db/shop");
    let words =
        ["--log", "plugin=info", "--events", "events.ndjson", "-x", &format!("password={password}"), "-x", &url];
    let run = project
        .lback(&[&words[..], &["-x", "tenant=acme", "migrate"]].concat())
        .env("DEPLOY_TOKEN", token)
        .env("PGPASSWORD", variable)
        .env("AWS_SECRET_ACCESS_KEY", key);
    leaks_nothing(&project, &run.exits(1), &values);
}

#[test]
fn the_surroundings_of_a_run_leak_nothing() {
    let project = recorded(Project::new());
    let url = |name: &str| format!("https://ci:{name}@ci.example.org/x");
    let secrets = ["j0bUrl-p4ss", "br4nch-p4ss9", "act0r-p4ss77", "env1r0n-p4ss", "m3ss4ge-p4ss"];
    let environment = url(secrets[3]);
    let words = ["--environment", &environment, "--log", "plugin=info,lback=debug", "--events", "events.ndjson"];
    let run = |more: &[&str]| {
        project
            .lback(&[&words[..], more].concat())
            .env("GITLAB_CI", "1")
            .env("CI_JOB_URL", format!("{}?private_token={}", url(secrets[0]), secrets[0]))
            .env("CI_COMMIT_REF_NAME", url(secrets[1]))
            .env("GITLAB_USER_LOGIN", url(secrets[2]))
    };
    leaks_nothing(&project, &run(&["migrate"]).exits(0), &secrets);
    let message = format!("as {}", url(secrets[4]));
    leaks_nothing(&project, &run(&["makemigrations", &message]).run(), &secrets[..4]);
    let journal = project.lback(&["log", "--json"]).exits(0);
    assert_lacks("the log", &journal.stdout_bytes, &parts(&secrets));
}

#[test]
fn scripts_leak_nothing_into_plans_and_events() {
    let secrets = ["d0cstr1ng-Pp", "st4tem3nt-Qq7", "c0mment-Rr88", "m4ster-Ss99x", "dsn1-Tt22!yy"];
    let [doc, statement, comment, master, dsn] = secrets;
    let upgrade = format!(
        "op.create_table('t', sa.Column('id', sa.Integer()), comment='postgresql://app:{comment}@db/shop')\n\
         op.execute(\"CREATE ROLE app LOGIN PASSWORD '{statement}' -- password={comment}\")\n\
         op.execute(\"CREATE USER app IDENTIFIED BY '{statement}'\")\n\
         op.execute(\"ALTER USER app SET PASSWORD /* now */ '{statement}'\")\n\
         op.execute(\"CHANGE MASTER TO MASTER_PASSWORD='{master}'\")\n\
         op.execute(\"CREATE SUBSCRIPTION s CONNECTION 'host=h password={dsn} dbname=d' PUBLICATION p\")\n\
         op.execute(\"SELECT dblink('host=h password={dsn}', 'SELECT 1')\")"
    );
    let script = VersionScript::new("four")
        .after(&["three"])
        .doc(&format!("connects to postgresql://app:{doc}@db/shop"))
        .upgrade(&upgrade);
    let project = Project::new().script(&script).plugin(
        "policy",
        &component("record-policy"),
        "[plugin.settings]\nplan = true\ndeny = ['alembic_command_started']",
    );
    let parts = parts(&secrets);
    for typed in [&["plan"][..], &["plan", "--json"], &["plan", "--markdown"], &["plan", "--sql"]] {
        let done = project.lback(&[&["--log", "plugin=info,lback=debug"], typed].concat()).exits(77);
        let output = [done.stdout_bytes, done.stderr_bytes].concat();
        assert_lacks(&typed.join(" "), &output, &parts);
        assert!(String::from_utf8_lossy(&output).contains("***"), "{typed:?} shows nothing that is replaced");
    }
    let open = recorded(Project::new().script(&script));
    let done = run(&open, &["history"]).exits(0).stdout_has(&[doc]);
    assert!(plugin_lines(&done).contains("***"), "the recorder hears nothing that is replaced");
    leaks_nothing(&open, &done, &secrets);
    let done = run(&project, &["migrate"]).exits(77);
    leaks_nothing(&project, &done, &secrets);
}

#[test]
fn the_configuration_leaks_nothing() {
    let secrets = ["c0mm4nd-Uu33", "sett1ng-Vv44", "s0urce-Ww55x"];
    let [command, setting, source] = secrets;
    let config = |source: &str| {
        format!(
            "[alembic]\ncommand = ['env', 'DATABASE_URL=postgresql://app:{command}@db/shop', 'nosuchalembic']\n\
             [[plugin]]\nname = 'rec'\nsource = '{source}'\n[plugin.settings]\npassword = '{setting}'\n"
        )
    };
    let leaks_nothing = |config: &str, typed: &[&str], code: i32| {
        let project = Project::new().unlocked().whole_config(config);
        let done = project.lback(&[&["--log", "debug"], typed].concat()).exits(code);
        let output = [&*done.stdout_bytes, &*done.stderr_bytes].concat();
        assert_lacks(&typed.join(" "), &output, &parts(&secrets));
        done
    };
    let with_password = config(&format!("https://me:{source}@example.org/x.wasm"));
    let local = config(&component("record-policy").display().to_string());
    let commands = [
        (&["migrate"][..], 65),
        (&["plan"], 69),
        (&["plugin", "list"], 65),
        (&["plugin", "list", "--json"], 65),
        (&["log"], 0),
    ];
    for (typed, code) in commands {
        leaks_nothing(&local, typed, code);
        // The message shows the line with the source.
        let refused = leaks_nothing(&with_password, typed, 78);
        refused.stderr_has(&["error: a source must not contain a user or a password", "***"]);
    }
    let broken = local.replace("[alembic]", "[alembic]\nnosuchkey = 1");
    leaks_nothing(&broken, &["migrate"], 78).stderr_has(&["nosuchkey"]);
}
