"""New migrations for projects that do things in their own way, and what is said of those that are
not the opposite.
"""

import pytest
from inverse_site import KINDS, SCRIPT, Site

MAKE = """
op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
op.create_table("u", sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("t_id", sa.Integer, sa.ForeignKey("t.id", ondelete="CASCADE", name="fk_t")))
"""
TYPES = """
import enum
import sqlalchemy as sa
class Guid(sa.types.TypeDecorator):
    impl = sa.String(32)
    cache_ok = True
class Kind(enum.Enum):
    one = "1"
    two = "2"
class Money(sa.types.UserDefinedType):
    cache_ok = True
    def get_col_spec(self, **_):
        return "NUMERIC(9, 2)"
"""


def there_and_back(site, table="t", **question):
    """Applies the revisions of a site and the new one, and checks both ways."""
    site.upgrade("1")
    site.execute("insert into t (id, n) values (1, 1), (2, 2)", "insert into u values (1, 1)")
    before = site.state()
    site.upgrade()
    after = site.state()
    made = site.written(table, **question)
    text = "%(imports)s\n\n%(upgrades)s\n\n%(downgrades)s" % made
    site.upgrade()
    assert site.state() == before, text
    site.downgrade("-1")
    assert site.state() == after, text
    return made


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["Guid()", "Money()", "sa.Enum(Kind, name='kind', native_enum=False, length=9)"])  # fmt: skip
def test_types_of_the_project(kind, name):
    with Site(kind) as site:
        site.write("own_types.py", TYPES)
        site.revision(MAKE, "")
        column = "sa.Column('x', %s)" % name
        site.revision(
            "op.add_column('t', %s)" % column,
            "op.drop_column('t', 'x')",
            "from own_types import Guid, Kind, Money",
        )
        assert there_and_back(site)["warnings"] == []


def test_types_of_the_script_itself():
    with Site("sqlite") as site:
        site.revision(MAKE, "")
        site.revision(
            "op.add_column('t', sa.Column('x', Guid()))", "op.drop_column('t', 'x')", TYPES
        )
        assert there_and_back(site)["warnings"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_without_imports(kind):
    template = SCRIPT.replace('${imports if imports else ""}', "")
    with Site(kind, template=template) as site:
        site.write("own_types.py", TYPES)
        site.revision(MAKE, "")
        site.revision(
            "op.add_column('t', sa.Column('x', Guid()))",
            "op.drop_column('t', 'x')",
            "from own_types import Guid",
        )
        there_and_back(site)


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_need_quotes(kind):
    with Site(kind) as site:
        site.revision(MAKE, "")
        site.revision(
            "op.add_column('t', sa.Column('Or der', sa.Integer))\nop.create_index('Ix One', 't', ['Or der'])",
            "op.drop_index('Ix One', table_name='t')\nop.drop_column('t', 'Or der')",
        )
        there_and_back(site)


@pytest.mark.parametrize("kind", KINDS)
def test_several_revisions_with_a_rename(kind):
    with Site(kind) as site:
        site.revision(MAKE, "")
        site.revision("op.add_column('t', sa.Column('a', sa.Integer))", "op.drop_column('t', 'a')")
        site.revision("op.rename_table('t', 's')", "op.rename_table('s', 't')")
        site.revision("op.add_column('s', sa.Column('b', sa.Integer))", "op.drop_column('s', 'b')")
        there_and_back(site, "s", count=3)


def test_other_schemas():
    if "postgresql" not in KINDS:
        pytest.skip("no PostgreSQL")
    with Site("postgresql") as site:
        site.revision(MAKE + "\nop.execute('create schema billing')", "")
        site.revision(
            "op.create_table('x', sa.Column('id', sa.Integer, primary_key=True), sa.Column('t', sa.Integer, sa.ForeignKey('public.t.id')), schema='billing')\nop.create_index('ix', 'x', ['t'], schema='billing')",
            "op.drop_index('ix', table_name='x', schema='billing')\nop.drop_table('x', schema='billing')",
        )
        there_and_back(site, "billing.x")


def said(site, table="t", **question):
    site.upgrade()
    return " ".join(site.inverse(table, **question)["warnings"])


def test_a_batch_that_deletes_rows_of_others():
    with Site("sqlite", keys=True) as site:
        site.revision(MAKE, "")
        site.revision(
            "op.add_column('t', sa.Column('x', sa.Integer))",
            "with op.batch_alter_table('t', recreate='always') as batch:\n    batch.drop_column('x')",
        )
        assert "delete rows of `u`" in said(site)


def test_a_table_to_which_others_refer():
    with Site("sqlite") as site:
        site.revision("pass", "pass")
        site.revision(MAKE, "op.drop_table('u')\nop.drop_table('t')")
        assert "to which `u` has a foreign key" in said(site)


def test_a_view_that_came_later():
    with Site("sqlite") as site:
        site.revision(MAKE, "")
        site.revision("op.add_column('t', sa.Column('x', sa.Integer))", "op.drop_column('t', 'x')")
        site.revision("op.execute('create view v as select x from t')", "op.execute('drop view v')")
        assert "the view `v` reads `t`" in said(site)


def test_a_type_that_others_have():
    if "postgresql" not in KINDS:
        pytest.skip("no PostgreSQL")
    with Site("postgresql") as site:
        site.revision(MAKE, "")
        site.revision(
            "op.execute(\"create type k as enum ('a')\")\nop.execute('alter table t add x k')\nop.execute('alter table u add x k')",
            "op.execute('alter table u drop column x')\nop.execute('alter table t drop column x')\nop.execute('drop type k')",
        )
        assert "the type `k` stays as it is" in said(site)
        site.written("t")
        site.upgrade()
        site.downgrade("-1")


def test_rows_decide():
    with Site("sqlite") as site:
        site.revision(MAKE, "")
        site.revision(
            "op.execute('update t set n = n + 1')",
            "bind = op.get_bind()\nfor row in bind.execute(sa.text('select id, n from t')).fetchall():\n    bind.execute(sa.text('update t set n = :n where id = :i'), {'n': row[1] - 1, 'i': row[0]})\nop.execute('update t set n = n')",
        )
        assert "only in some cases" in said(site)


def test_half_of_the_downgrade_is_missing():
    with Site("sqlite") as site:
        site.revision(MAKE, "")
        site.revision(
            "op.add_column('t', sa.Column('x', sa.Integer))\nop.add_column('t', sa.Column('y', sa.Integer))",
            "op.drop_column('t', 'y')",
        )
        assert "the columns of `t` are not those of before: `x`" in said(site)
