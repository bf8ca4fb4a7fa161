//! Plans and rollbacks of tables with every pair of Alembic and SQLAlchemy of the matrix.

use serde_json::Value;

use super::shop::{HISTORY, Place, Shop, history};
use crate::support::{Database, Project, matrix};

#[test]
fn every_pair_of_alembic_and_sqlalchemy() {
    for (name, folder) in matrix() {
        for place in Place::BOTH {
            eprintln!("{name} {place:?}");
            let mut packages = folder.join("lib").read_dir().expect("a folder").flatten();
            let psycopg2 = packages.any(|python| python.path().join("site-packages/psycopg2").is_dir());
            let database = (place == Place::Postgres).then(Database::postgres);
            let driver = if psycopg2 { "psycopg2" } else { "psycopg" };
            let url = database.as_ref().map_or("sqlite:///%(here)s/test.db".to_owned(), |database| {
                database.url_with(driver).replace('%', "%%")
            });
            let alembic = folder.join("bin/alembic").display().to_string();
            let project = history().iter().fold(Project::bare(&url), Project::script);
            let project = project.whole_config(&format!("[alembic]\ncommand = [{alembic:?}]\n"));
            let shop = Shop { project, database };

            let done = shop.lback(&["plan", "--json"]).exits(0);
            let document: Value = serde_json::from_str(&done.stdout).expect("JSON");
            let steps = document["plan"]["databases"][0]["steps"].as_array().expect("steps");
            let seen: Vec<_> =
                steps.iter().map(|step| (step["revision"].as_str().unwrap_or_default(), &step["doubts"])).collect();
            assert_eq!(seen.iter().map(|(revision, _)| *revision).collect::<Vec<_>>(), HISTORY, "{name}");
            assert!(seen.iter().all(|(_, doubts)| doubts.as_array().is_some_and(Vec::is_empty)), "{name}: {seen:?}");
            let kinds: Vec<_> =
                steps.iter().map(|step| step["operations"][0]["kind"].as_str().unwrap_or_default()).collect();
            assert_eq!(kinds, ["create_table", "create_table", "add_column", "add_column"], "{name}");

            let before = shop.dump_at("make_orders");
            let shop = shop.migrated();
            let full = shop.schema();
            shop.lback(&["rollback", "users", "--yes"]).exits(77).stderr_has(&["revert `add_total`"]);
            shop.lback(&["rollback", "users", "--yes", "--allow-collateral"]).exits(0);
            assert_eq!(shop.dump(), before, "{name}");
            let shop = shop.migrated();
            shop.lback(&["rollback", "orders", "--as-migration"]).exits(0);
            shop.lback(&["migrate"]).exits(0);
            assert!(!shop.schema().contains(" total "), "{name}");
            shop.lback(&["rollback"]).exits(0);
            assert_eq!(shop.schema(), full, "{name}");
        }
    }
}
