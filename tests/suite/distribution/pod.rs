//! The manifest and the image of `docs/guide/run-in-containers.md`, with the mounts and users of
//! Kubernetes.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;

use serde_json::{Value, json};

use super::Machine;
use super::service::table;
use crate::support::{Database, python, suite_file};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide/run-in-containers.md");

/// The report of one pod: its commands in order.
struct Pod(Value);

impl Pod {
    #[track_caller]
    fn exits(&self, command: usize, code: i32) -> &Self {
        assert_eq!(self.0["commands"][command]["code"], code, "{:#}", self.0);
        self
    }

    fn output(&self, command: usize) -> String {
        let of = |stream: &str| self.0["commands"][command][stream].as_str().expect("text").to_owned();
        of("stdout") + &of("stderr")
    }

    #[track_caller]
    fn has(&self, command: usize, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.output(command).contains(text), "{text:?} is missing in {:#}", self.0);
        }
        self
    }

    /// Checks that everything worked: nothing is compiled again, and everything is kept.
    #[track_caller]
    fn warns_of_nothing(&self) -> &Self {
        for command in 0..self.0["commands"].as_array().expect("commands").len() {
            let output = self.output(command);
            assert!(!output.contains("warning:") && !output.contains("without lback's launcher"), "{:#}", self.0);
        }
        self
    }
}

/// A service on PostgreSQL, which reads its address from the environment.
fn service() -> Machine {
    let machine = Machine::new().with_alembic();
    machine.lback(&["init"]).exits(0);
    let config = "config = context.config\n";
    let reads = "import os\nconfig.set_main_option('sqlalchemy.url', os.environ['DATABASE_URL'])\n";
    machine.edit("migrations/env.py", config, &format!("{config}{reads}"));
    machine.write("requirements.txt", "alembic\n");
    machine.write("migrations/versions/one.py", &table("one", None));
    machine.write("migrations/versions/two.py", &table("two", Some("one")));
    let guard = ["plugin", "install", "guard", "--set", "protect=[\"production\"]"];
    machine.lback(&guard).exits(0);
    machine.program("pip", "echo \"$*\"");
    machine
}

/// Returns the URL of a database by TCP: a socket is in a folder that a pod can't reach.
fn over_tcp(database: &Database) -> String {
    let url = database.url();
    let (address, query) = url.split_once('?').expect("the server's socket");
    let folder = query.strip_prefix("host=").expect("a folder").split('&').next().expect("a folder").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for outer in listener.incoming().flatten() {
            let inner = UnixStream::connect(Path::new(&folder).join(".s.PGSQL.5432")).expect("PostgreSQL");
            copy(outer.try_clone().expect("a stream"), inner.try_clone().expect("a stream"));
            copy_back(inner, outer);
        }
    });
    address.replace("@/", &format!("@127.0.0.1:{port}/"))
}

fn copy(mut from: TcpStream, mut to: UnixStream) {
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
}

fn copy_back(mut from: UnixStream, mut to: TcpStream) {
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
}

/// Returns folders of the machine that the image has as well: Python, its packages, and lback.
fn system(machine: &Machine) -> Vec<String> {
    let find = "import alembic, pathlib, sys; print(sys.base_prefix); print(pathlib.Path(alembic.__file__).parents[1])";
    let found = machine.project.program(python().as_os_str(), &["-c", find]).exits(0).stdout;
    found.lines().map(str::to_owned).chain([machine.venv("").display().to_string()]).collect()
}

fn run(machine: &Machine, database: &Database, pods: &Value) -> Vec<Pod> {
    let plan = json!({
        "root": machine.project.path("image"),
        "project": machine.project.path("shop"),
        "path": machine.venv("bin"),
        "system": system(machine),
        "secrets": { "shop/database-url": over_tcp(database) },
        "fields": { "spec.serviceAccountName": "shop-migrate" },
        "pods": pods,
    });
    machine.project.write("plan.json", &plan.to_string());
    let script = suite_file("distribution/python/pod.py").display().to_string();
    let plan = machine.project.path("plan.json").display().to_string();
    let done = machine.project.program(python().as_os_str(), &[&script, PAGE, &plan]).exits(0);
    let done: Value = serde_json::from_str(&done.stdout).expect("JSON");
    done.as_array().expect("pods").iter().cloned().map(Pod).collect()
}

#[test]
fn the_manifest_works_as_written_and_under_any_user() {
    let (machine, database) = (service(), Database::postgres());
    let look = json!([["lback", "log"], ["lback", "--environment", "production", "rollback"]]);
    let pods = run(
        &machine,
        &database,
        &json!([
            { "then": look },
            { "securityContext": { "runAsUser": 54321, "fsGroup": 2000 }, "environment": { "HOME": "/" }, "then": look },
            { "securityContext": { "runAsUser": 65534, "runAsGroup": 65534 }, "then": look },
            { "securityContext": { "runAsUser": 0 }, "environment": { "HOME": "/root" }, "then": look },
        ]),
    );
    assert_eq!(pods[0].0["nameless"], true);
    pods[0].exits(0, 0).has(0, &["Running upgrade one -> two", "applied 2 revisions"]);
    for pod in &pods[1..] {
        pod.exits(0, 0).has(0, &["nothing to apply"]);
    }
    for pod in &pods {
        pod.warns_of_nothing().exits(1, 0).has(1, &["upgrade head", "shop-migrate", "completed"]);
        pod.exits(2, 77).has(2, &["denied by policy", "downgrade-in-protected-environment"]);
    }
    assert_eq!(database.query("select version_num from alembic_version"), "two");
}

#[test]
fn compiled_plugins_that_others_could_have_written_are_not_used() {
    let (machine, database) = (service(), Database::postgres());
    let pods = run(
        &machine,
        &database,
        &json!([
            { "spoil": { "path": "srv/shop/.lback/cache", "owner": 4242, "mode": 0, "within": null } },
            { "spoil": { "path": "srv/shop/.lback", "owner": 4242, "mode": 0, "within": "cache" } },
            { "spoil": { "path": "srv/shop/.lback", "owner": 0, "mode": 0o022, "within": "cache" } },
            { "environment": { "LBACK_CACHE_DIR": "/var/lib/lback/cache" } },
        ]),
    );
    let said =
        ["is not kept", "belongs to another user", "can be written by other users", "can be written by other users"];
    for (pod, said) in pods.iter().zip(said) {
        pod.has(0, &["warning:", said]);
    }
}

#[test]
fn state_that_others_have_put_into_the_volume_is_not_used() {
    let (machine, database) = (service(), Database::postgres());
    let pods = run(
        &machine,
        &database,
        &json!([
            { "prepared": [{ "path": "user-10001", "owner": 4242 }] },
            { "prepared": [{ "path": "user-10001", "link": "/srv/shop/.lback" }] },
            { "prepared": [{ "path": "elsewhere", "owner": 10001 }, { "path": "user-10001", "link": "elsewhere" }] },
        ]),
    );
    for (pod, said) in pods.iter().zip(["belongs to another user", "is not a folder", "is not a folder"]) {
        pod.exits(0, 0).has(0, &["warning: the journal is not kept", said]);
    }
}
