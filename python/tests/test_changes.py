"""Tests of the changes of a schema, and of their form in the cache."""

import json

import pytest

from lback_planner.model import Name
from lback_planner.schema import changes
from lback_planner.schema.json_values import changes_as_json, changes_of_json
from lback_planner.schema.state import Schema
from lback_planner.schema.table import (
    Body,
    Check,
    Column,
    ForeignKey,
    Index,
    Parts,
    Trigger,
    Unique,
    Write,
)

USERS, ORDERS = Name("users"), Name("orders", "shop")
KEY = ForeignKey("fk", ["user_id"], USERS, ["id"], "CASCADE")
PARTS = Parts(
    [Column("id", "INTEGER", False), Column("user_id", default="")],
    ["id"],
    "pk",
    [KEY],
    [Unique(None, ["user_id"])],
    [Check("positive", "id > 0")],
    [Index("i", ["user_id"], True)],
)
BODY = Body([Write("insert", ORDERS)], True)
#: A change of each kind.
ALL = [
    changes.Incomplete(),
    changes.Unsure(USERS),
    changes.CreateTable(ORDERS, PARTS, [USERS], True, True),
    changes.DropTable(USERS),
    changes.RenameTable(USERS, ORDERS),
    changes.CreateView(USERS, True, [ORDERS]),
    changes.Attach(USERS, ORDERS, True),
    changes.Detach(USERS, ORDERS),
    changes.AddColumn(USERS, Column("c", "TEXT"), PARTS),
    changes.DropColumn(USERS, "c"),
    changes.RenameColumn(USERS, "c", "d"),
    changes.AlterColumn(USERS, "c", None, False, "d"),
    changes.CreateIndex(USERS, Index(None, ["c"])),
    changes.DropIndex(None, "i"),
    changes.RenameConstraint(USERS, "a", "b"),
    changes.RenameIndex(USERS, "a", "b"),
    changes.AddConstraints(USERS, PARTS),
    changes.DropConstraint(USERS, None, True),
    changes.CreateTrigger(USERS, Trigger("t", None, ["INSERT"], BODY)),
    changes.DropTrigger(USERS, "t"),
    changes.CreateType("mood", ["sad", "happy"]),
    changes.DropType("mood"),
    changes.RenameType("mood", "state"),
    changes.CreateFunction("f", BODY),
    changes.DropFunction("f"),
    changes.SetSequence("shop.numbers", True),
    changes.CommentTable(USERS, "all of them"),
    changes.CreateSchema("shop"),
    changes.EnforceKeys(),
    changes.RenameFunction("f", "g"),
    changes.RenameSequence("shop.numbers", "shop.figures"),
    changes.DropSchema("shop"),
    changes.RenameSchema("shop", "store"),
    changes.SetPath(["shop", "public"]),
    changes.Mention(USERS, ["f"]),
    changes.OwnSequence(USERS, "numbers"),
    changes.RenameTrigger(USERS, "t", "u"),
    changes.ValidateConstraint(USERS, "positive"),
]


def test_every_kind_is_tried():
    assert {type(change) for change in ALL} == set(changes.CHANGES.values())


@pytest.mark.parametrize("change", ALL, ids=lambda change: type(change).__name__)
def test_a_change_survives_the_cache(change):
    stored = json.loads(json.dumps(changes_as_json([change])))
    assert changes_of_json(stored) == [change]


def test_a_change_of_another_version_is_refused():
    (stored,) = changes_as_json([changes.RenameColumn(USERS, "c", "d")])
    for other in (stored[:-1], stored + [None], ["Unheard", *stored[1:]]):
        with pytest.raises((ValueError, KeyError)):
            changes_of_json([other])


@pytest.mark.parametrize("change", ALL, ids=lambda change: type(change).__name__)
def test_a_change_never_touches_a_copy(change):
    before = Schema()
    before.apply(changes.CreateTable(USERS, Parts([Column("c"), Column("id")])))
    before.apply(changes.CreateTable(ORDERS, PARTS))
    seen = repr(before.tables), repr(before.partial), set(before.gone)
    before.copy().apply(change)
    assert (repr(before.tables), repr(before.partial), before.gone) == seen


def test_a_renamed_column_is_renamed_wherever_it_is():
    schema = Schema()
    schema.apply(changes.CreateTable(ORDERS, PARTS))
    schema.apply(changes.RenameColumn(ORDERS, "user_id", "buyer"))
    table = schema.tables[ORDERS]
    assert list(table.columns) == ["id", "buyer"]
    assert table.columns["buyer"] == Column("buyer", default="")
    assert table.foreign_keys == [KEY._replace(columns=["buyer"])]
    assert table.uniques == [Unique(None, ["buyer"])]
    assert table.indexes == {"i": Index("i", ["buyer"], True)}


def test_keys_follow_a_renamed_table_and_go_with_a_dropped_one():
    schema = Schema()
    schema.apply(changes.CreateTable(ORDERS, PARTS))
    schema.apply(changes.RenameTable(USERS, Name("people")))
    assert schema.tables[ORDERS].foreign_keys == [KEY._replace(referred=Name("people"))]
    schema.apply(changes.DropTable(Name("people")))
    assert schema.tables[ORDERS].foreign_keys == []


def test_a_change_that_does_not_fit_leaves_its_table_unsure():
    schema = Schema()
    schema.apply(changes.CreateTable(USERS, PARTS))
    schema.apply(changes.AddColumn(USERS, None))
    assert schema.tables[USERS].unsure
