"""Tests of scripts that ask their surroundings: another run may get other answers."""

import pytest
from project import Project, kinds

MAKE = "op.create_table('t', sa.Column('id', sa.Integer))"
INSERT = "op.execute('insert into t values (1)')"
HEAD = "import datetime, os, pathlib, random, sys, time\nfrom os import environ, getenv\nSEED = os.environ.get('SEED')\n"
CONDITIONS = {
    "variable": "os.environ.get('SEED')",
    "in": "'SEED' in os.environ",
    "getenv": "getenv('SEED') == 'yes'",
    "from os": "environ.get('SEED', '0') != '0'",
    "and": "os.environ.get('SEED') and op.get_bind().dialect.name == 'sqlite'",
    "argument": "context.get_x_argument(as_dictionary=True).get('seed')",
    "arguments": "'seed=1' in context.get_x_argument()",
    "tag": "context.get_tag_argument() == 'seed'",
    "today": "datetime.date.today().year > 2900",
    "now": "datetime.datetime.now() > datetime.datetime(2900, 1, 1)",
    "time": "time.time() > 1e12",
    "random": "random.random() < 0.5",
    "file": "os.path.exists('/nowhere/at/all')",
    "path": "pathlib.Path('/nowhere/at/all').is_file()",
    "module": "SEED",
    "not module": "not not SEED",
}


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
@pytest.mark.parametrize("form", ["if", "else", "early", "helper", "local", "and"])
def test_what_the_surroundings_decide(condition, form):
    body = {
        "if": "if %s:\n    " + INSERT,
        "else": "if not (%s):\n    pass\nelse:\n    " + INSERT,
        "early": "if not (%s):\n    return\n" + INSERT,
        "helper": "if wanted():\n    " + INSERT,
        "local": "wanted = %s\nif wanted:\n    " + INSERT,
        "and": "(%s) and " + INSERT,
    }[form]
    before = HEAD + "from alembic import context\n"
    if form == "helper":
        before += "def wanted():\n    return %s\n" % condition
    with Project() as project:
        project.revision(MAKE)
        project.revision(body.replace("%s", condition), before=before)
        found = project.analysis()["2"]["upgrade"]
    assert found["reasons"] == []
    shown = kinds(found)
    assert "insert? t" in shown or ("insert t" in shown and "random" in condition)
    if form in ("if", "else") or (form == "early" and "random" not in condition):
        assert "insert? t" in shown
        details = [each["detail"] or "" for each in found["operations"]]
        assert form == "early" or any("environment" in each for each in details)


SQL = {
    "now": "op.execute(sa.text('update t set id = 1').bindparams())\nop.execute(sa.select(sa.func.now()))",
    "random": "op.execute(sa.table('t', sa.column('id')).update().values(id=sa.func.random()))",
    "exists": "op.execute(sa.table('t', sa.column('id')).update().values(id=1).where(sa.exists(sa.text('select 1'))))",
}


@pytest.mark.parametrize("name", SQL)
def test_sql_is_no_surroundings(name):
    with Project() as project:
        project.revision(MAKE)
        project.revision("if op.get_bind().dialect.name == 'sqlite':\n    pass\n" + SQL[name])
        found = project.analysis()["2"]["upgrade"]
    assert "update t" in kinds(found)
    assert found["reasons"] == []
