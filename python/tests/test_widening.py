"""Changes of types that lose nothing, held against the servers with the largest values."""

import pytest
from inverse_site import KINDS, Site

from lback_planner.execution.type_width import is_wider

SMALL, WHOLE, BIG = "32767", "-2147483648", "9223372036854775807"
WIDER = [
    ("postgresql", "BIGINT", "NUMERIC(20)", BIG),
    ("postgresql", "BIGINT", "NUMERIC(19, 0)", BIG),
    ("postgresql", "BIGINT", "NUMERIC", BIG),
    ("postgresql", "INTEGER", "NUMERIC(12, 2)", WHOLE),
    ("postgresql", "INTEGER", "DOUBLE PRECISION", WHOLE),
    ("postgresql", "SMALLINT", "INTEGER", SMALL),
    ("postgresql", "NUMERIC(8, 2)", "NUMERIC(10, 4)", "999999.99"),
    ("postgresql", "NUMERIC(8, 2)", "NUMERIC", "999999.99"),
    ("postgresql", "REAL", "DOUBLE PRECISION", "1.5"),
    ("postgresql", "DATE", "TIMESTAMP", "'2020-02-29'"),
    ("postgresql", "VARCHAR(3)", "VARCHAR(5)", "'abc'"),
    ("postgresql", "VARCHAR(3)", "TEXT", "'abc'"),
    ("mariadb", "BIGINT", "NUMERIC(20)", BIG),
    ("mariadb", "TINYINT", "SMALLINT", "-128"),
    ("mariadb", "MEDIUMINT", "INTEGER", "-8388608"),
    ("mariadb", "INTEGER", "DOUBLE", WHOLE),
    ("mariadb", "INTEGER", "DECIMAL(10)", WHOLE),
    ("mariadb", "DECIMAL(8, 2)", "DECIMAL(10, 4)", "999999.99"),
    ("mariadb", "TEXT", "MEDIUMTEXT", "'abc'"),
    ("mariadb", "TINYBLOB", "LONGBLOB", "'abc'"),
    ("mariadb", "DATE", "DATETIME", "'2020-02-29'"),
    ("mariadb", "VARCHAR(3)", "TEXT", "'abc'"),
]
NARROWER = [
    ("postgresql", "BIGINT", "NUMERIC(18)"),
    ("postgresql", "BIGINT", "NUMERIC(20, 2)"),
    ("postgresql", "BIGINT", "DOUBLE PRECISION"),
    ("postgresql", "INTEGER", "REAL"),
    ("postgresql", "NUMERIC(8, 2)", "NUMERIC(8, 3)"),
    ("postgresql", "NUMERIC", "NUMERIC(30, 5)"),
    ("postgresql", "NUMERIC(3)", "BIGINT"),
    ("postgresql", "TIMESTAMP", "DATE"),
    ("mariadb", "BIGINT", "NUMERIC"),
    ("mariadb", "LONGTEXT", "TEXT"),
    ("mariadb", "INTEGER", "FLOAT"),
    ("", "BIGINT", "NUMERIC"),
]


@pytest.mark.parametrize(("kind", "old", "new", "value"), WIDER)
def test_nothing_is_lost(kind, old, new, value):
    assert is_wider(old, new, kind)
    if kind not in KINDS:
        return
    with Site(kind) as site:
        change = "alter a type %s" if kind == "postgresql" else "modify a %s"
        cast = "select %s from t" % ("a" if kind == "mariadb" else "a::%s" % old)
        site.execute("create table t (a %s)" % old, "insert into t values (%s)" % value)
        before = site.query(cast)
        site.execute("alter table t " + change % new)
        back = before if kind == "postgresql" else site.query("select a from t")
        if kind == "postgresql":
            assert site.query(cast) == before
        elif old == "DATE":
            assert back[0][0] == before[0][0] + " 00:00:00"
        elif "BLOB" in old:
            assert back == before
        else:
            assert float_or_text(back) == float_or_text(before)


@pytest.mark.parametrize(("kind", "old", "new"), NARROWER)
def test_something_may_be_lost(kind, old, new):
    assert not is_wider(old, new, kind)


def float_or_text(rows):
    text = rows[0][0]
    return float(text) if text.lstrip("-")[:1].isdigit() else text
