"""The limits of statements as PostgreSQL shows them. `LBACK_TEST_POSTGRES` names the server."""

import os
import uuid
from typing import Iterator

import pytest
import sqlalchemy
from launcher_process import GO
from waits_project import notes_of, project_on

POSTGRESQL = os.environ.get("LBACK_TEST_POSTGRES")

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not POSTGRESQL, reason="LBACK_TEST_POSTGRES names no server"),
]

LIMITED = dict(GO, limits={"lock": 1.0, "statement": 900.0})

MIXED = """\
op.execute("create table t (id int)")
note("first")
op.execute("alter table t add constraint c check (id > 0) not valid")
op.execute("alter table t validate constraint c")
note("validate")
op.execute("alter table t add column b int")
note("after validate")
with op.get_context().autocommit_block():
    op.execute("create index concurrently i on t (id)")
    note("concurrently")
    op.execute("alter table t add column c int")
    note("autocommit")
    op.execute("drop index concurrently i")
    note("drop concurrently")
op.execute("alter table t add column d int")
note("after the block")"""

OWN = """\
op.execute("set local lock_timeout = '7s'")
op.execute("alter table t add column e int")
note("own")"""


@pytest.fixture
def url() -> Iterator[str]:
    """Returns the URL of a database of its own."""
    assert POSTGRESQL is not None
    name = "waits_%s" % uuid.uuid4().hex
    admin = sqlalchemy.create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sqlalchemy.text("create database " + name))
        yield POSTGRESQL.replace("/postgres?", "/%s?" % name)
        connection.execute(sqlalchemy.text("drop database %s with (force)" % name))


def test_limits_hold_for_statements_that_others_queue_behind(url: str, tmp_path: object) -> None:
    after = 'print("end", connection.exec_driver_sql("show lock_timeout").scalar())'
    project = project_on(str(tmp_path), url, MIXED, OWN, after=after)
    done = project.launched("upgrade", "head", messages=[LIMITED])
    assert done.status == 0, done.stderr
    assert notes_of(project) == [
        "first 1s",
        "validate 0",
        "after validate 1s",
        "concurrently 0",
        "autocommit 1s",
        "drop concurrently 0",
        "after the block 1s",
        "own 7s",
    ]


def test_a_connection_that_goes_back_to_its_pool_has_no_limit_left(
    url: str, tmp_path: object
) -> None:
    project = project_on(
        str(tmp_path),
        url,
        'with op.get_context().autocommit_block():\n    op.execute("create table t (id int)")',
        after="pass",
    )
    again = (
        '\nwith engine.connect() as connection:\n    print("later",'
        ' connection.exec_driver_sql("show lock_timeout").scalar())\n'
    )
    path = os.path.join(project.folder, "migrations", "env.py")
    with open(path, "a") as file:
        file.write(again)
    done = project.launched("upgrade", "head", messages=[LIMITED])
    assert (done.status, done.stdout.split()) == (0, ["later", "0"]), done.stderr


@pytest.mark.parametrize(
    ("before", "options"),
    [
        ("connection.exec_driver_sql(\"set lock_timeout = '5s'\")", "{}"),
        ("pass", "{'connect_args': {'options': '-c lock_timeout=5s'}}"),
    ],
)
def test_a_limit_of_the_project_stays(
    url: str, tmp_path: object, before: str, options: str
) -> None:
    body = 'op.execute("create table t (id int)")\nnote("own")'
    project = project_on(str(tmp_path), url, body, before=before, options=options)
    done = project.launched("upgrade", "head", messages=[LIMITED])
    assert notes_of(project) == ["own 5s"], done.stderr
    assert done.report("limits")["kept"] == ["lock_timeout"]
