"""Tests of scripts whose effects depend on rows, held against what they really do to a database
that has rows: nothing is missed without a doubt.
"""

import re
import sys
import types

import pytest
import row_cases
import sqlalchemy
from alembic.migration import MigrationContext
from alembic.operations import Operations
from project import Project, names

pytestmark = pytest.mark.per_sqlalchemy

KINDS = ("nested", "looked_up", "objects", "failing", "counted")
CASES = [
    pytest.param(body, before, id="%s-%s" % (kind, title))
    for kind in KINDS
    for title, body, before in row_cases.cases(kind)
]
#: Titles of scripts that can't be analysed fully: names that are made of what rows hold, and keys
#: of collections that rows fill.
UNCLEAR = re.compile(
    "name(s)? |mod (key|name)|nested dict two keys|dynamic dict|try keyerror|orm self ref|err batch"
)


def state(connection):
    """Returns the columns and the rows of all tables."""
    found = {}
    tables = sqlalchemy.text("select name from sqlite_master where type = 'table'")
    for (table,) in connection.execute(tables).fetchall():
        result = connection.execute(sqlalchemy.text('select * from "%s"' % table))
        found[table] = tuple(result.keys()), sorted(map(repr, result.fetchall()))
    return found


def really_changed(source):
    """Returns the tables that a script changes in a database with rows; none where it fails."""
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.connect() as connection:
        for statement in row_cases.SETUP + row_cases.ROWS:
            connection.exec_driver_sql(statement)
        before = state(connection)
        module = sys.modules["script_of_rows"] = types.ModuleType("script_of_rows")
        with Operations.context(MigrationContext.configure(connection)):
            exec(compile(source, "script_of_rows.py", "exec"), vars(module))
            try:
                module.upgrade()
            except sqlalchemy.exc.SQLAlchemyError:
                # Old versions of SQLAlchemy and SQLite lack statements.
                return set()
            except NotImplementedError:
                return set()
        after = state(connection)
    engine.dispose()
    return {table for table in set(before) | set(after) if before.get(table) != after.get(table)}


@pytest.mark.parametrize(("body", "before"), CASES)
def test_nothing_is_missed_in_silence(request, body, before):
    if "match " in body and sys.version_info < (3, 10):
        pytest.skip("the syntax is newer")
    with Project() as project:
        project.revision("\n".join("op.execute(%r)" % each for each in row_cases.SETUP))
        script = project.revision(body, before=row_cases.HEAD + before)
        found = project.analysis()[script]["upgrade"]
        with open("%s/versions/%s.py" % (project.folder, script)) as file:
            source = file.read()
    said = set(names(found["writes"]))
    missed = really_changed(source) - said
    assert not missed or not found["complete"], missed
    assert "None" not in said
    if not UNCLEAR.search(request.node.callspec.id):
        new = sqlalchemy.__version__ >= "2"
        assert found["complete"] or not new, found["reasons"]
