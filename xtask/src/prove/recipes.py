"""The configuration of histories that come in packages."""

import importlib.util
import os

PACKAGES = {
    # name: (folder in the package, options)
    "mlflow": ("mlflow/store/db_migrations", {}),
    "mlflow-auth": ("mlflow/server/auth/db/migrations", {}),
    "optuna": ("optuna/storages/_rdb/alembic", {"env": "bare"}),
    "airflow": ("airflow/migrations", {}),
    "superset": ("superset/migrations", {}),
    "zenml": ("zenml/zen_stores/migrations", {}),
    "prefect-postgresql": ("prefect/server/database/_migrations", {"version_locations": "versions/postgresql"}),
    "prefect-sqlite": ("prefect/server/database/_migrations", {"version_locations": "versions/sqlite"}),
    "dagster": ("dagster/_core/storage/alembic", {}),
    "mailman": ("mailman/database/alembic", {}),
    "phoenix": ("phoenix/db/migrations", {}),
    "buildbot": ("buildbot/db/migrations", {}),
    "ckan": ("ckan/migration", {}),
    "neutron": ("neutron/db/migration/alembic_migrations", {"version_locations": "*"}),
    "magnum": ("magnum/db/sqlalchemy/alembic", {}),
    "glance": ("glance/db/sqlalchemy/alembic_migrations", {}),
    "keystone": ("keystone/common/sql/migrations", {"version_locations": "*"}),
}


def locate(name):
    """The folder of a history in an installed package, or in one that was unpacked."""
    folder, options = PACKAGES.get(name, (name, {}))
    if not os.path.isdir(folder):
        package, rest = folder.split("/", 1)
        spec = importlib.util.find_spec(package)
        folder = os.path.join(next(iter(spec.submodule_search_locations)), rest)
    return folder, dict(options)
