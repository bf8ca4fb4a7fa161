//! The public histories: their packages and what they need to run. `recipes.py` knows where a
//! package has its scripts.

use clap::builder::PossibleValuesParser;

pub(super) struct History {
    /// The name of the history and of its recipe.
    pub(super) name: &'static str,
    /// The pinned requirements for pip.
    pub(super) requirements: &'static [&'static str],
    pub(super) database: Database,
    /// The value of `render_as_batch` in its env.py.
    pub(super) batch: bool,
    /// The models as `module:name`, where scripts ask the context for them.
    pub(super) metadata: Option<&'static str>,
    /// Python code that makes what existed before the first revision.
    pub(super) setup: Option<&'static str>,
    /// The variables that its modules need; `{url}` is the database.
    pub(super) environment: &'static [(&'static str, &'static str)],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Database {
    Sqlite,
    Postgres,
}

const PLAIN: History = History {
    name: "",
    requirements: &[],
    database: Database::Sqlite,
    batch: false,
    metadata: None,
    setup: None,
    environment: &[],
};

pub(super) const HISTORIES: &[History] = &[
    History {
        name: "mlflow",
        requirements: &["mlflow==3.17.2", "alembic==1.20.1", "SQLAlchemy==2.1.9"],
        batch: true,
        metadata: Some("mlflow.store.db.base_sql_model:Base.metadata"),
        setup: Some("from mlflow.store.tracking.dbmodels.initial_models import Base; Base.metadata.create_all(engine)"),
        ..PLAIN
    },
    History {
        name: "optuna",
        requirements: &["optuna==5.0.0", "alembic==1.20.1", "SQLAlchemy==2.1.9"],
        batch: true,
        ..PLAIN
    },
    History {
        name: "airflow",
        requirements: &[
            "apache-airflow-core==3.3.2",
            "alembic==1.20.1",
            "SQLAlchemy==2.1.9",
            "psycopg2-binary==2.9.13",
            "asyncpg==0.32.0",
        ],
        database: Database::Postgres,
        // Its own env.py imports it, which makes its folders.
        setup: Some("import airflow.configuration"),
        environment: &[("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "{url}")],
        ..PLAIN
    },
    History {
        name: "prefect-sqlite",
        requirements: &["prefect==3.9.1", "alembic==1.20.1", "SQLAlchemy==2.1.9"],
        batch: true,
        // Its own env.py imports it, which makes its folder.
        setup: Some("import prefect"),
        ..PLAIN
    },
    History {
        name: "phoenix",
        requirements: &["arize-phoenix==20.26.1", "alembic==1.20.1", "SQLAlchemy==2.1.9"],
        metadata: Some("phoenix.db.models:Base.metadata"),
        ..PLAIN
    },
    History {
        name: "ckan",
        requirements: &["ckan==2.12.0", "alembic==1.20.1", "SQLAlchemy==2.1.9", "psycopg2-binary==2.9.13"],
        database: Database::Postgres,
        ..PLAIN
    },
    History {
        name: "neutron",
        requirements: &["neutron==29.0.0", "alembic==1.20.1", "SQLAlchemy==2.1.9", "psycopg2-binary==2.9.13"],
        database: Database::Postgres,
        ..PLAIN
    },
    History {
        name: "magnum",
        requirements: &["magnum==23.0.0", "alembic==1.20.1", "SQLAlchemy==2.1.9", "psycopg2-binary==2.9.13"],
        database: Database::Postgres,
        ..PLAIN
    },
    History { name: "glance", requirements: &["glance==33.0.0", "alembic==1.20.1", "SQLAlchemy==2.1.9"], ..PLAIN },
    History {
        name: "zenml",
        requirements: &["zenml[server]==0.98.0", "alembic==1.15.2", "SQLAlchemy==2.0.58"],
        batch: true,
        ..PLAIN
    },
];

/// The scripts of prefect for PostgreSQL, whose server isn't needed to judge them.
const PREFECT_ON_POSTGRES: History = History {
    name: "prefect-postgresql",
    requirements: &["prefect==3.9.1", "alembic==1.20.1", "SQLAlchemy==2.1.9"],
    ..PLAIN
};

/// Returns the histories whose scripts are judged as on PostgreSQL.
pub(super) fn chosen_for_lint(names: &[String]) -> Vec<&'static History> {
    let on_postgres = |history: &'static History| match history.name {
        "prefect-sqlite" => &PREFECT_ON_POSTGRES,
        _ => history,
    };
    chosen(names).into_iter().map(on_postgres).collect()
}

/// Returns the names for the command line.
pub(super) fn names() -> PossibleValuesParser {
    HISTORIES.iter().map(|history| history.name).collect::<Vec<_>>().into()
}

pub(super) fn chosen(names: &[String]) -> Vec<&'static History> {
    HISTORIES.iter().filter(|history| names.is_empty() || names.iter().any(|name| name == history.name)).collect()
}
