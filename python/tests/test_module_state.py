"""Tests of scripts that change what their module holds: each run begins with the same."""

import pytest
from project import Project

KEEPING = {
    "a list is emptied": ("TABLES = ['a', 'b']", "while TABLES:\n    op.execute('delete from ' + TABLES.pop())", ["a", "b"]),
    "a list of dicts": ("RULES = [{'table': 'a'}, {'table': 'b'}]", "for each in RULES:\n    op.execute('delete from ' + each.pop('table'))", ["a", "b"]),
    "nested": ("ALL = {'x': [['a', 'b']]}", "for name in list(ALL['x'][0]):\n    ALL['x'][0].remove(name)\n    op.execute('delete from ' + name)", ["a", "b"]),
    "a set": ("ALL = {'a', 'b'}", "for name in sorted(ALL):\n    ALL.discard(name)\n    op.execute('delete from ' + name)", ["a", "b"]),
    "a flag": ("DONE = False", "global DONE\nif not DONE:\n    DONE = True\n    op.execute('delete from a')", ["a"]),
    "a new name": ("", "global SEEN\nif 'SEEN' not in globals():\n    SEEN = 1\n    op.execute('delete from a')", ["a"]),
    "an iterator": ("ALL = iter(['a', 'b'])", "for name in ALL:\n    op.execute('delete from ' + name)", ["a", "b"]),
    "a cache": ("import functools\n@functools.lru_cache()\ndef drop(name):\n    op.execute('delete from ' + name)", "drop('a')\ndrop('a')", ["a"]),
    "an object": ("class State:\n    names = ['a']\n    done = False\nstate = State()", "if not state.done:\n    state.done = True\n    while State.names:\n        op.execute('delete from ' + State.names.pop())", ["a"]),
    "a class": ("class State:\n    done = False", "if not State.done:\n    State.done = True\n    op.execute('delete from a')", ["a"]),
}  # fmt: skip
ASKS = "if op.get_bind().execute(sa.text('select 1 from q')).first():\n    op.execute('delete from z')\n"


@pytest.mark.parametrize("first", ["", ASKS], ids=["one run", "several"])
@pytest.mark.parametrize("name", KEEPING)
def test_a_run_leaves_the_module_as_it_was(name, first):
    before, body, expected = KEEPING[name]
    with Project() as project:
        both = body if not body.startswith("global") else body.partition("\n")[2]
        start = body[: len(body) - len(both)]
        project.revision(start + first + both, start + first + both, before=before)
        found = project.analysis()["1"]
    for which in ("upgrade", "downgrade"):
        assert found[which]["reasons"] == []
        deleted = {
            each["table"]["name"]
            for each in found[which]["operations"]
            if each["kind"] == "delete" and not each["conditional"]
        }
        assert sorted(deleted) == expected
