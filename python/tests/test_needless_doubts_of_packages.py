"""Tests of packages, folders and names that were in doubt without need."""

import os
import sys

import pytest
from project import Project, kinds
from test_needless_doubts import MAKE, check, server, sql, upgrade

LIBRARY = """
import os
import socket


def can_listen():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))


try:
    can_listen()
except Exception:
    pass
for family, address in ((socket.AF_INET, "192.0.2.0"), (socket.AF_INET6, "2001:db8::1")):
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 80))
            probe.getsockname()
    except OSError:
        pass
try:
    with open(os.path.expanduser("~/.cache/of-lback"), "w") as cache:
        cache.write("found")
except OSError:
    pass
try:
    os.makedirs(os.path.join(os.path.dirname(__file__), "cache", "inner"))
except OSError:
    pass
"""


def importing(library, module="probing_library", call=""):
    with Project() as project:
        folder = os.path.join(project.folder, "site-packages")
        os.makedirs(os.path.join(folder, module))
        project.write("site-packages/%s/__init__.py" % module, library)
        sys.path.insert(0, folder)
        try:
            project.revision(MAKE)
            project.revision(
                "import %s\n%s\n%s" % (module, call, sql("insert into t values (1, 1)"))
            )
            return project.analysis()
        finally:
            sys.path.remove(folder)


def test_packages_that_try_the_network_while_they_are_imported():
    found = importing(LIBRARY)
    assert [each["upgrade"]["reasons"] for each in found.values()] == [[], []]


@pytest.mark.parametrize(
    "library, call",
    [
        (LIBRARY, "probing_library.can_listen()"),
        ("import socket\nsocket.create_connection(('127.0.0.1', 1))", ""),
        (
            "import sqlite3\ntry:\n    sqlite3.connect(__file__ + '.db')\nexcept Exception:\n    pass",
            "",
        ),
        ("try:\n    open(__file__ + 'x', 'w')\nexcept Exception:\n    pass", ""),
    ],
    ids=["called", "connects", "database", "file"],
)
def test_what_packages_may_not_do(library, call):
    found = importing(library, call=call)
    assert any(each["upgrade"]["reasons"] for each in found.values())


FOLDERS = """
import os
import pathlib
import tempfile

os.makedirs(os.path.dirname(__file__), exist_ok=True)
pathlib.Path(__file__).parent.mkdir(parents=True, exist_ok=True)
FOLDER = tempfile.gettempdir()
"""


def test_folders_that_are_there():
    check(["insert t"], MAKE, FOLDERS + sql("insert into t values (1, 1)"))
    found = upgrade(MAKE, FOLDERS + "os.makedirs(os.path.join(FOLDER, 'not-there-of-lback'))")
    assert [each["why"] for each in found["reasons"]] == ["makes a folder"]
    found = upgrade(MAKE, FOLDERS + "tempfile.mkdtemp()")
    assert [each["why"] for each in found["reasons"]] == ["makes a folder"]


CLOSED = """
import json
bind = op.get_bind()
with bind.engine.connect() as other:
    for row in bind.execute(sa.text("select data from t")):
        for each in json.loads(row.data):
            if len(repr(each)) != -1:
                continue
            other.execute(sa.text("insert into t values (:id, 1)"), {"id": each["id"]})
"""


def test_a_connection_that_was_closed_at_the_end():
    check(["insert? t"], MAKE, CLOSED)


INDEXED = 'op.create_table("v", sa.Column("id", sa.Integer), sa.Index("v_id", "id", unique=True)%s)'


@pytest.mark.parametrize(
    "more", ["", ', sa.Index("v_low", sa.text("id + 1"))', ', sa.Index(None, "id")']
)
def test_indexes_among_the_columns_of_a_new_table(more):
    found = upgrade(INDEXED % more, dialect=server())
    assert (found["reasons"], found["fails"]) == ([], None)
    assert kinds(found)[0] == "create_table v"
    check(["drop_index v"], INDEXED % more, 'op.execute("drop index v_id")', dialect=server())


KEYED = (
    'op.create_table("a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer, unique=True))\n'
    'op.execute("create index on a (n, id)")'
)
RENAMED = KEYED + '\nop.rename_table("a", "b")'
INDEXES = {
    "primary key": (KEYED, "alter index a_pkey rename to z", ["rename_index a"]),
    "renamed table": (RENAMED, "alter index a_pkey rename to b_pkey", ["rename_index b"]),
    "renamed twice": (RENAMED + '\nop.execute("alter index a_pkey rename to z")', "alter index z rename to y", ["rename_index b"]),
    "renamed constraint": (RENAMED + '\nop.execute("alter table b rename constraint a_pkey to z")', "alter index z rename to y", ["rename_index b"]),
    "unique": (RENAMED, "alter index a_n_key rename to z", ["rename_index b"]),
    "index": (RENAMED, "drop index a_n_id_idx", ["drop_index b"]),
}  # fmt: skip


@pytest.mark.parametrize("name", INDEXES)
def test_names_that_the_server_gives(name):
    before, text, expected = INDEXES[name]
    check(expected, before, sql(text), dialect=server())
    found = upgrade(
        before, sql(text.replace("a_", "other_").replace(" z ", " other ")), dialect=server()
    )
    assert found["reasons"] != []
