"""Makes an Alembic project of the version scripts that a package brings: `project.py FOLDER HISTORY --url URL`.

The scripts are used where they lie. The configuration and env.py are plain ones, so that each history runs in the same way, and on the database that is
named here.
"""

import argparse
import os

import recipes

INI = """\
[alembic]
script_location = {folder}/environment
version_locations = {versions}
version_path_separator = space
sqlalchemy.url = {url}
prove.batch = {batch}
prove.metadata = {metadata}
"""

ENV = '''\
import importlib
import operator

import sqlalchemy as sa
from alembic import context

option = context.config.get_main_option
metadata = None
if option("prove.metadata"):
    module, name = option("prove.metadata").split(":")
    metadata = operator.attrgetter(name)(importlib.import_module(module))
engine = sa.create_engine(option("sqlalchemy.url"), poolclass=sa.pool.NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        render_as_batch=option("prove.batch") == "yes",
    )
    with context.begin_transaction():
        context.run_migrations()
'''

LBACK = """\
[project]
name = "{name}"

[alembic]
command = ["{alembic}"]

[plan]
timeout = "30m"
"""


def versions(history, given=None):
    """The folders with the scripts of a history."""
    folder, options = recipes.locate(history)
    folder = os.path.abspath(folder)
    locations = given or options.get("version_locations")
    if locations == "*":
        return [base for base, _, files in sorted(os.walk(folder)) if "versions" in base and any(file.endswith(".py") and file != "__init__.py" for file in files)]
    return [os.path.join(folder, part) for part in (locations or "versions").split()]


def make(folder, history, url, alembic, batch=False, metadata=None, locations=None):
    """Returns the configuration file."""
    folder = os.path.abspath(folder)
    os.makedirs(os.path.join(folder, "environment"), exist_ok=True)
    write(os.path.join(folder, "environment", "env.py"), ENV)
    write(os.path.join(folder, "lback.toml"), LBACK.format(name=history, alembic=alembic))
    ini = os.path.join(folder, "alembic.ini")
    text = INI.format(
        folder=escaped(folder),
        versions=escaped(" ".join(versions(history, locations))),
        url=escaped(url),
        batch="yes" if batch else "no",
        metadata=metadata or "",
    )
    write(ini, text)
    return ini


def escaped(text):
    return text.replace("%", "%%")


def write(file, text):
    with open(file, "w") as opened:
        opened.write(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("history", help="the name of a recipe, or a folder with scripts")
    parser.add_argument("--url", required=True)
    parser.add_argument("--alembic", required=True, help="the program")
    parser.add_argument("--batch", action="store_true")
    parser.add_argument("--metadata", help="the models: module:name")
    parser.add_argument("--versions", help="folders of scripts in the history's folder")
    arguments = parser.parse_args()
    print(make(arguments.folder, arguments.history, arguments.url, arguments.alembic, arguments.batch, arguments.metadata, arguments.versions))


if __name__ == "__main__":
    main()
