//! The state of the example project: its revisions, and the contents of its database.

use crate::error::Error;
use serde_json::Value;
use std::{fs, path::Path, process::Command};

/// A snapshot of the shop.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Shop {
    /// The revision in the database.
    pub(crate) at: Option<String>,
    /// The shop's tables, sorted.
    pub(crate) tables: Vec<String>,
    /// The names of the revision files, sorted.
    pub(crate) scripts: Vec<String>,
    /// The database file itself.
    bytes: Vec<u8>,
}

/// Opens the file read-only, so that reading doesn't create a database.
const QUERY: &str = "
import json, pathlib, sqlite3, sys
db = sqlite3.connect(pathlib.Path(sys.argv[1]).as_uri() + '?mode=ro', uri=True)
tables = [name for (name,) in db.execute(\"select name from sqlite_master where type = 'table' order by name\")]
at = db.execute('select version_num from alembic_version').fetchone() if 'alembic_version' in tables else None
print(json.dumps({'tables': [t for t in tables if t != 'alembic_version'], 'at': at and at[0]}))
";

impl Shop {
    pub(crate) fn look(project: &Path, python: &Path) -> Result<Self, Error> {
        let mut shop = Self { scripts: scripts(&project.join("example/migrations/versions"))?, ..Self::default() };
        let database = project.join("example/shop.db");
        if !database.exists() {
            return Ok(shop);
        }
        shop.bytes = fs::read(&database).map_err(Error::file("read", &database))?;
        let output = Command::new(python)
            .args(["-c", QUERY])
            .arg(&database)
            .output()
            .map_err(|error| Error::Database(error.to_string()))?;
        let answer: Value = serde_json::from_slice(&output.stdout)
            .map_err(|_| Error::Database(String::from_utf8_lossy(&output.stderr).trim().to_owned()))?;
        shop.at = answer["at"].as_str().map(str::to_owned);
        shop.tables =
            answer["tables"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(shop)
    }

    /// Returns whether the database is at the revision in this file.
    pub(crate) fn is_at(&self, script: &str) -> bool {
        self.at.as_ref().is_some_and(|at| script.starts_with(&format!("{at}_")))
    }
}

fn scripts(folder: &Path) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file("list", folder))? {
        let name = entry.map_err(Error::file("list", folder))?.file_name().to_string_lossy().into_owned();
        if Path::new(&name).extension().is_some_and(|extension| extension == "py") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
