"""Reading of statements that create an index."""

import pytest

from lback_launcher.waits.invalid_index import CreatedIndex, created_index


@pytest.mark.parametrize(
    "statement, expected",
    [
        ("CREATE INDEX ix ON t (a)", CreatedIndex("ix", "t", None, False, False)),
        ("create unique index Ix on T(a)", CreatedIndex("ix", "t", None, False, False)),
        (
            'CREATE INDEX CONCURRENTLY IF NOT EXISTS "Ix" ON "my ""s".T USING gin (a)',
            CreatedIndex("Ix", "t", 'my "s', True, True),
        ),
        (
            "-- again\nCREATE /* an */ INDEX\n  IF NOT EXISTS ix\n ON ONLY s . t (a);",
            CreatedIndex("ix", "t", "s", False, True),
        ),
        ('create index "a b" on "c.d" (e)', CreatedIndex("a b", "c.d", None, False, False)),
        ("create index ÄB on t (a)", CreatedIndex("Äb", "t", None, False, False)),
        ("create index on t (a)", None),
        ("create table index (a int)", None),
        ("drop index ix", None),
        ("select 'create index ix on t (a)'", None),
        ("", None),
    ],
)
def test_the_index_of_a_statement_is_read(statement, expected):
    assert created_index(statement) == expected
