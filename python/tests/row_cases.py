"""Scripts whose effects depend on rows: a title, the body of ``upgrade()``, and what comes before it.

The tables and the rows are those of `SETUP` and `ROWS`.
"""

SETUP = (
    "create table a(id integer primary key, s text, n int, e text, doc text, u text, at text)",
    "create table b(id integer primary key, v text)",
    "create table c(id integer primary key, v text)",
    "create table d(id integer primary key, v text)",
    "create table users(id integer primary key, email text, domain text, ip text, at text, role_id integer, boss_id integer)",
    "create table logs(id integer primary key, v text)",
    "create table roles(id integer primary key, name text)",
    "create table user_tags(user_id integer, tag_id integer)",
    "create table tags(id integer primary key, name text)",
    "create table posts(id integer primary key, user_id integer, title text)",
)

ROWS = (
    "insert into a values (1,'http',1,'http','{\"k\":{\"parts\":[{\"x\":1}]}}','ann@x.org','2024-01-01'),(2,'user',2,'user','[]','bob@y.org','2024-02-01')",
    "insert into b values (1,'z')",
    "insert into c values (1,'z')",
    "insert into d values (1,'z')",
    "insert into users values (1,'Ann@X.org',null,'10.0.0.1','2024-01-01',null,null),(2,'bob@y',null,'10.0.0.2','2024-02-01',1,1)",
    "insert into logs(id) values (1)",
    "insert into roles values (1,'admin')",
    "insert into tags values (1,'t'),(2,'u')",
    "insert into user_tags values (2,2)",
    "insert into posts values (1,2,'hello'),(2,null,'x')",
)

HEAD = """
import json, enum, re, contextlib, functools
A = sa.table("a", sa.column("id", sa.Integer), sa.column("s", sa.String), sa.column("n", sa.Integer), sa.column("e", sa.Enum("http", "user", name="e")), sa.column("doc", sa.Text), sa.column("u", sa.String), sa.column("at", sa.String))
def dele(t):
    op.get_bind().execute(sa.text("delete from " + t))
class Kind(enum.Enum):
    http = "c"
    user = "b"

import ipaddress, base64, datetime, ast, decimal, uuid
from sqlalchemy.orm import Session, declarative_base, relationship, sessionmaker
Base = declarative_base()
user_tags = sa.Table("user_tags", Base.metadata, sa.Column("user_id", sa.ForeignKey("users.id"), primary_key=True), sa.Column("tag_id", sa.ForeignKey("tags.id"), primary_key=True))
class Role(Base):
    __tablename__ = "roles"
    id = sa.Column(sa.Integer, primary_key=True); name = sa.Column(sa.String)
class Tag(Base):
    __tablename__ = "tags"
    id = sa.Column(sa.Integer, primary_key=True); name = sa.Column(sa.String)
class Post(Base):
    __tablename__ = "posts"
    id = sa.Column(sa.Integer, primary_key=True); user_id = sa.Column(sa.ForeignKey("users.id")); title = sa.Column(sa.String)
class User(Base):
    __tablename__ = "users"
    id = sa.Column(sa.Integer, primary_key=True); email = sa.Column(sa.String); domain = sa.Column(sa.String); ip = sa.Column(sa.String); at = sa.Column(sa.String)
    role_id = sa.Column(sa.ForeignKey("roles.id")); boss_id = sa.Column(sa.ForeignKey("users.id"))
    role = relationship(Role); tags = relationship(Tag, secondary=user_tags); posts = relationship(Post, backref="user"); boss = relationship("User", remote_side=[id])
T = User.__table__
"""

NESTED = (
    (
        "nest two ifs",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        if r.n == 1:
            conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest three ifs",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        if r.n == 1:
            if r.id == 1:
                conn.execute(sa.text("delete from c"))
            else:
                conn.execute(sa.text("delete from b"))
""",
        "",
    ),
    (
        "nest elif",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        if r.n == 5:
            pass
        elif r.n == 1:
            conn.execute(sa.text("delete from c"))
        else:
            conn.execute(sa.text("delete from b"))
""",
        "",
    ),
    (
        "nest elif deep",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "zz":
        pass
    elif r.s == "yy":
        pass
    elif r.s == "http":
        x = 1
        if r.n == 5:
            pass
        elif r.n == 1:
            conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest while",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    n = 0
    while n < 3 and r.s == "http":
        n += 1
        if n == 2:
            if r.n == 1:
                conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest match",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    match r.s:
        case "http":
            match r.n:
                case 1:
                    conn.execute(sa.text("delete from c"))
                case _:
                    conn.execute(sa.text("delete from b"))
        case _:
            pass
""",
        "",
    ),
    (
        "nest match or guard",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.id == 1:
        match (r.s, r.n):
            case ("http", n) if n == 1:
                conn.execute(sa.text("delete from c"))
            case (s, 2 | 3):
                conn.execute(sa.text("delete from b"))
""",
        "",
    ),
    (
        "nest compr",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        [conn.execute(sa.text("delete from " + t)) for t in ("b", "c") if r.n == 1]
""",
        "",
    ),
    (
        "nest helper flag",
        """
def fix(conn, hard):
    if hard:
        if conn is not None:
            conn.execute(sa.text("delete from c"))
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        fix(conn, r.n == 1)
""",
        "",
    ),
    (
        "nest helper flag kw",
        """
def fix(conn, *, mode="soft"):
    if mode == "hard":
        conn.execute(sa.text("delete from c"))
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        mode = "soft"
        if r.n == 1:
            mode = "hard"
        fix(conn, mode=mode)
""",
        "",
    ),
    (
        "nest try",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        try:
            if r.n == 1:
                conn.execute(sa.text("delete from c"))
        finally:
            pass
""",
        "",
    ),
    (
        "nest with",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        with conn.begin_nested():
            if r.n == 1:
                conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest continue",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        for k in range(3):
            if k == 0: continue
            if r.n != 1:
                break
            conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest early continue",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s != "http":
        continue
    if r.n != 1:
        continue
    if r.id != 1:
        continue
    conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest return in helper",
        """
def fix(conn, r):
    if r.s != "http":
        return
    if r.n != 1:
        return
    conn.execute(sa.text("delete from c"))
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    fix(conn, r)
""",
        "",
    ),
    (
        "nest helper in forced",
        """
def fix(conn, r):
    if r.n == 1:
        conn.execute(sa.text("delete from c"))
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        fix(conn, r)
""",
        "",
    ),
    (
        "nest helper 3 deep",
        """
def f3(conn, r):
    if r.id == 1:
        conn.execute(sa.text("delete from c"))
def f2(conn, r):
    if r.n == 1:
        f3(conn, r)
def f1(conn, r):
    if r.s == "http":
        f2(conn, r)
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    f1(conn, r)
""",
        "",
    ),
    (
        "nest def in forced",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        def go():
            if r.n == 1:
                conn.execute(sa.text("delete from c"))
        go()
""",
        "",
    ),
    (
        "nest lambda in forced",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        go = lambda: conn.execute(sa.text("delete from c")) if r.n == 1 else None
        go()
""",
        "",
    ),
    (
        "nest walrus",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if (k := r.s) == "http":
        if (m := r.n) == 1:
            conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest for else",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        for k in (5, 6):
            if k == r.n:
                break
        else:
            conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest boolop",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        r.n == 1 and conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest ternary",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s == "http":
        conn.execute(sa.text("delete from c")) if r.n == 1 else conn.execute(sa.text("delete from b"))
""",
        "",
    ),
    (
        "nest len check",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    found = conn.execute(sa.text("select * from b where id = :i"), {"i": r.id}).fetchall()
    if len(found) == 1 and r.s == "http":
        more = conn.execute(sa.text("select * from c")).fetchall()
        if len(more) < 2:
            if not any(x.v == "q" for x in more):
                conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest counter",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
count = 0
for r in rows:
    if r.s == "http":
        count += 1
if count == 1:
    conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest counter two",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
count = 0
for r in rows:
    if r.s == "http":
        if r.n == 1:
            count += 1
if count:
    if count == 1:
        conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest collect list",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
todo = []
for r in rows:
    if r.s == "http":
        if r.n == 1:
            todo.append(r.id)
for t in todo:
    if t == 1:
        conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest collect dict",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
todo = {}
for r in rows:
    if r.s == "http":
        if r.n == 1:
            todo[r.id] = r.n
for k, v in todo.items():
    if v == 1:
        conn.execute(sa.text("delete from c"))
""",
        "",
    ),
    (
        "nest names collected",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
todo = []
for r in rows:
    if r.s == "http":
        if r.n == 1:
            todo.append("c")
for t in todo:
    dele(t)
""",
        "",
    ),
    (
        "nest names set",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
todo = set()
for r in rows:
    if r.s == "http":
        if r.n == 1:
            todo |= {"c"}
for t in todo:
    dele(t)
""",
        "",
    ),
    (
        "nest name var",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    t = "b"
    if r.s == "http":
        if r.n == 1:
            t = "c"
    dele(t)
""",
        "",
    ),
    (
        "nest generator",
        """
def names():
    for r in conn.execute(sa.text("select * from a")):
        if r.s == "http":
            if r.n == 1:
                yield "c"
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for t in names():
    dele(t)
""",
        "",
    ),
    (
        "nest generator rows",
        """
def todo():
    for r in conn.execute(sa.text("select * from a")):
        if r.s == "http":
            yield r
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in todo():
    if r.n == 1:
        dele("c")
""",
        "",
    ),
    (
        "nest returned name",
        """
def name(r):
    if r.s == "http":
        if r.n == 1:
            return "c"
    return "b"
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    dele(name(r))
""",
        "",
    ),
    (
        "nest method returned name",
        """
class X:
    def name(self, r):
        if r.s == "http":
            if r.n == 1:
                return "c"
        return "b"
x = X()
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    dele(x.name(r))
""",
        "",
    ),
    (
        "nest returned bool",
        """
def wanted(r):
    if r.s == "http":
        if r.n == 1:
            return True
    return False
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if wanted(r):
        dele("c")
""",
        "",
    ),
    (
        "nest sorted key",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in sorted(rows, key=lambda r: r.id):
    if r.s == "http":
        if r.n in (1, 3):
            dele("c")
""",
        "",
    ),
    (
        "nest groupby",
        """
import itertools
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for k, g in itertools.groupby(rows, key=lambda r: r.s):
    g = list(g)
    if k == "http":
        if len(g) == 1:
            dele("c")
""",
        "",
    ),
    (
        "nest defaultdict",
        """
import collections
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
by = collections.defaultdict(list)
for r in rows:
    by[r.s].append(r)
for k, v in by.items():
    if k == "http":
        if len(v) < 2:
            dele("c")
""",
        "",
    ),
    (
        "nest enumerate",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for k, r in enumerate(rows):
    if r.s == "user":
        if k > 0:
            dele("c")
""",
        "",
    ),
    (
        "nest zip",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r, q in zip(rows, rows[1:]):
    if r.s != q.s:
        if q.n > r.n:
            dele("c")
""",
        "",
    ),
    (
        "nest previous",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
last = None
for r in rows:
    if last is not None:
        if last.s != r.s:
            dele("c")
    last = r
""",
        "",
    ),
    (
        "nest while pop",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
todo = list(rows)
while todo:
    r = todo.pop()
    if r.s == "http":
        if r.n == 1:
            dele("c")
""",
        "",
    ),
    (
        "nest while queue push",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
todo = [r.id for r in rows]
seen = set()
while todo:
    k = todo.pop()
    if k in seen:
        continue
    seen.add(k)
    if k == 2:
        todo.append(3)
    elif k == 3:
        dele("c")
""",
        "",
    ),
    (
        "json walk",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
def walk(node):
    if isinstance(node, dict):
        for k, v in node.items():
            if k == "parts":
                for p in v:
                    if "x" in p:
                        dele("c")
            walk(v)
    elif isinstance(node, list):
        for v in node:
            walk(v)
for r in rows:
    walk(json.loads(r.doc))
""",
        "",
    ),
    (
        "json walk",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
def walk(node):
    if isinstance(node, dict):
        for k, v in node.items():
            if k == "parts":
                for p in v:
                    if "x" in p:
                        dele("c")
            walk(v)
    elif isinstance(node, list):
        for v in node:
            walk(v)
for r in rows:
    walk(json.loads(r.doc))
""",
        "",
    ),
    (
        "json walk changed flag",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
def walk(node):
    changed = False
    if isinstance(node, dict):
        if node.get("parts"):
            for p in node["parts"]:
                if p.get("x") == 1:
                    p["x"] = 2
                    changed = True
        for v in node.values():
            if walk(v):
                changed = True
    return changed
for r in rows:
    doc = json.loads(r.doc)
    if walk(doc):
        conn.execute(sa.text("update b set v = :v"), {"v": json.dumps(doc)})
""",
        "",
    ),
    (
        "json column walk",
        """
T = sa.table("a", sa.column("id", sa.Integer), sa.column("doc", sa.JSON))
conn = op.get_bind()
def walk(node):
    if isinstance(node, dict):
        for k, v in node.items():
            if k == "parts":
                if len(v) == 1:
                    return True
            if walk(v):
                return True
    elif isinstance(node, list):
        return any(walk(v) for v in node)
    return False
for r in conn.execute(sa.select(T)):
    if walk(r.doc):
        dele("c")
""",
        "",
    ),
    (
        "json isinstance chain",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
for r in rows:
    d = json.loads(r.doc)
    if isinstance(d, dict):
        k = d.get("k")
        if isinstance(k, dict) and isinstance(k.get("parts"), list):
            for p in k["parts"]:
                if p["x"] == 1:
                    dele("c")
""",
        "",
    ),
    (
        "onyx like",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
found = {}
for r in rows:
    key = (r.s, r.n)
    if key in found:
        if found[key] != r.id:
            dele("b")
    else:
        found[key] = r.id
for (s, n), k in found.items():
    if s == "http":
        other = conn.execute(sa.text("select id from b where id = :k"), {"k": k}).fetchone()
        if other:
            x = conn.execute(sa.text("select v from c")).scalar()
            if x is not None:
                if x == "z":
                    conn.execute(sa.text("update c set v = :v"), {"v": x + "1"})
""",
        "",
    ),
    (
        "nest dict comp",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
m = {r.id: r.s for r in rows if r.n == 1}
if m:
    if m.get(1) == "http":
        dele("c")
""",
        "",
    ),
    (
        "nest any all",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
if any(r.s == "http" for r in rows):
    if all(r.n < 5 for r in rows):
        dele("c")
""",
        "",
    ),
    (
        "nest max",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
top = max((r.n for r in rows), default=0)
if top > 1:
    if top == 2:
        dele("c")
""",
        "",
    ),
    (
        "nest set diff",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
there = {r.s for r in rows}
missing = {"http", "ftp"} - there
if missing:
    if missing == {"ftp"}:
        dele("c")
""",
        "",
    ),
    (
        "nest exists scalar",
        """
conn = op.get_bind()
if conn.execute(sa.text("select count(*) from a")).scalar() > 1:
    if conn.execute(sa.text("select exists(select 1 from a where n = 2)")).scalar():
        dele("c")
""",
        "",
    ),
    (
        "nest first",
        """
conn = op.get_bind()
r = conn.execute(sa.text("select * from a where id = 1")).first()
if r:
    if r.s == "http":
        if r.n == 1:
            dele("c")
""",
        "",
    ),
    (
        "nest mappings",
        """
conn = op.get_bind()
for r in conn.execute(sa.text("select * from a")).mappings():
    if r["s"] == "http":
        if r["n"] == 1:
            dele("c")
""",
        "",
    ),
    (
        "nest class method state",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
class M:
    def __init__(self, conn):
        self.conn = conn
        self.hits = 0
    def see(self, r):
        if r.s == "http":
            if r.n == 1:
                self.hits += 1
    def finish(self):
        if self.hits:
            if self.hits == 1:
                self.conn.execute(sa.text("delete from c"))
m = M(conn)
for r in rows:
    m.see(r)
m.finish()
""",
        "",
    ),
    (
        "nest nonlocal",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
hits = 0
def see(r):
    nonlocal hits
    if r.s == "http":
        if r.n == 1:
            hits += 1
for r in rows:
    see(r)
if hits == 1:
    dele("c")
""",
        "",
    ),
    (
        "nest partial",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
def go(t, r):
    if r.s == "http":
        if r.n == 1:
            dele(t)
f = functools.partial(go, "c")
for r in rows:
    f(r)
""",
        "",
    ),
    (
        "nest map",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
def go(r):
    if r.s == "http":
        if r.n == 1:
            dele("c")
list(map(go, rows))
""",
        "",
    ),
    (
        "nest exception flow",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
for r in rows:
    if r.s == "http":
        try:
            if r.n == 1:
                raise KeyError("x")
        except KeyError:
            dele("c")
""",
        "",
    ),
    (
        "nest try else",
        """
conn = op.get_bind()
rows = conn.execute(sa.text("select id, s, n, e, doc, u from a")).fetchall()
for r in rows:
    try:
        k = {"http": 1}[r.s]
    except KeyError:
        continue
    else:
        if k == 1:
            if r.n == 1:
                dele("c")
""",
        "",
    ),
)

LOOKED_UP = (
    (
        "subclasses",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
class Kind0:
    name = None
class Kind1(Kind0):
    name = "http"
    def run(self):
        dele("c")
for r in rows:
    for k in Kind0.__subclasses__():
        if k.name == r.s.lower():
            k().run()
""",
        "",
    ),
    (
        "get(direct)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": lambda r: conn.execute(sa.text("delete from c")), "user": lambda r: conn.execute(sa.text("delete from b"))}
for r in rows:
    f = H.get(r.s)
    if f:
        f(r)
""",
        "",
    ),
    (
        "in(direct)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s in ("http", "user"):
        dele("c")
""",
        "",
    ),
    (
        "get(lower)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": lambda r: conn.execute(sa.text("delete from c")), "user": lambda r: conn.execute(sa.text("delete from b"))}
for r in rows:
    f = H.get(r.s.lower())
    if f:
        f(r)
""",
        "",
    ),
    (
        "in(lower)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s.lower() in ("http", "user"):
        dele("c")
""",
        "",
    ),
    (
        "get(slice)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": lambda r: conn.execute(sa.text("delete from c")), "user": lambda r: conn.execute(sa.text("delete from b"))}
for r in rows:
    f = H.get(r.s[:4])
    if f:
        f(r)
""",
        "",
    ),
    (
        "in(slice)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s[:4] in ("http", "user"):
        dele("c")
""",
        "",
    ),
    (
        "get(split)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": lambda r: conn.execute(sa.text("delete from c")), "user": lambda r: conn.execute(sa.text("delete from b"))}
for r in rows:
    f = H.get(r.s.split(":")[0])
    if f:
        f(r)
""",
        "",
    ),
    (
        "in(split)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s.split(":")[0] in ("http", "user"):
        dele("c")
""",
        "",
    ),
    (
        "get(partition)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": lambda r: conn.execute(sa.text("delete from c")), "user": lambda r: conn.execute(sa.text("delete from b"))}
for r in rows:
    f = H.get(r.s.partition(":")[0])
    if f:
        f(r)
""",
        "",
    ),
    (
        "in(partition)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if r.s.partition(":")[0] in ("http", "user"):
        dele("c")
""",
        "",
    ),
    (
        "get(fstring)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": lambda r: conn.execute(sa.text("delete from c")), "user": lambda r: conn.execute(sa.text("delete from b"))}
for r in rows:
    f = H.get(f"{r.s}")
    if f:
        f(r)
""",
        "",
    ),
    (
        "in(fstring)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if f"{r.s}" in ("http", "user"):
        dele("c")
""",
        "",
    ),
    (
        "get(str())",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": lambda r: conn.execute(sa.text("delete from c")), "user": lambda r: conn.execute(sa.text("delete from b"))}
for r in rows:
    f = H.get(str(r.s))
    if f:
        f(r)
""",
        "",
    ),
    (
        "in(str())",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if str(r.s) in ("http", "user"):
        dele("c")
""",
        "",
    ),
    (
        "get(re.sub)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": lambda r: conn.execute(sa.text("delete from c")), "user": lambda r: conn.execute(sa.text("delete from b"))}
for r in rows:
    f = H.get(re.sub("x", "y", r.s))
    if f:
        f(r)
""",
        "",
    ),
    (
        "in(re.sub)",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    if re.sub("x", "y", r.s) in ("http", "user"):
        dele("c")
""",
        "",
    ),
    (
        "int key",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {1: "c", 2: "b"}
for r in rows:
    t = H.get(r.n)
    if t:
        dele(t)
""",
        "",
    ),
    (
        "int key unguarded",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {1: "c", 2: "b"}
for r in rows:
    t = H.get(r.n)
    dele(f"{t}")
""",
        "",
    ),
    (
        "int arith key",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {2: "c", 3: "b"}
for r in rows:
    t = H.get(r.n + 1)
    if t is not None:
        dele(t)
""",
        "",
    ),
    (
        "mod key",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = ["c", "b"]
for r in rows:
    dele(H[r.n % 2])
""",
        "",
    ),
    (
        "mod name",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    op.execute(f"create table shard_{r.n % 2} (id int)")
""",
        "",
    ),
    (
        "tuple key",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {("http", 1): "c", ("user", 2): "b"}
for r in rows:
    t = H.get((r.s, r.n))
    if t:
        dele(t)
""",
        "",
    ),
    (
        "frozenset key",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {frozenset(["http"]): "c"}
for r in rows:
    t = H.get(frozenset([r.s]))
    if t:
        dele(t)
""",
        "",
    ),
    (
        "bool key",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {True: "c", False: "b"}
for r in rows:
    dele(H[r.n > 1])
""",
        "",
    ),
    (
        "len key",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {1: "b", 2: "c"}
t = H.get(len(rows))
if t:
    dele(t)
""",
        "",
    ),
    (
        "nested dict",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": {"table": "c"}, "user": {"table": "b"}}
for r in rows:
    dele(H[r.s]["table"])
""",
        "",
    ),
    (
        "nested dict two keys",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": {1: "c"}, "user": {2: "b"}}
for r in rows:
    dele(H[r.s][r.n])
""",
        "",
    ),
    (
        "dict default get",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": "c"}
for r in rows:
    dele(H.get(r.s.lower(), "b"))
""",
        "",
    ),
    (
        "or default",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": "c"}
for r in rows:
    dele(H.get(r.s.lower()) or "b")
""",
        "",
    ),
    (
        "or default attr",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    t = {"http": "c"}.get(r.s)
    t = t or "b"
    dele(t)
""",
        "",
    ),
    (
        "try keyerror",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": "c"}
for r in rows:
    try:
        t = H[r.s.lower()]
    except KeyError:
        continue
    dele(t)
""",
        "",
    ),
    (
        "suppress keyerror",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": "c"}
for r in rows:
    with contextlib.suppress(KeyError):
        dele(H[r.s.lower()])
""",
        "",
    ),
    (
        "enum value",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    dele(Kind[r.s].value)
""",
        "",
    ),
    (
        "enum call",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
E = enum.Enum("E", {"http": "http", "user": "user"})
H = {E.http: "c", E.user: "b"}
for r in rows:
    dele(H[E(r.s)])
""",
        "",
    ),
    (
        "getattr self",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
class M:
    def do_http(self, r):
        dele("c")
    def do_user(self, r):
        dele("b")
m = M()
for r in rows:
    getattr(m, "do_" + r.s)(r)
""",
        "",
    ),
    (
        "getattr default",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
class M:
    def do_http(self, r):
        dele("c")
    def do_user(self, r):
        dele("b")
m = M()
for r in rows:
    f = getattr(m, f"do_{r.s}", None)
    if f:
        f(r)
""",
        "",
    ),
    (
        "globals()",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    globals()["do_" + r.s](r)
""",
        """
def do_http(r):
    dele("c")
def do_user(r):
    dele("b")
""",
    ),
    (
        "globals().get",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    f = globals().get(f"do_{r.s}")
    if f is not None:
        f(r)
""",
        """
def do_http(r):
    dele("c")
def do_user(r):
    dele("b")
""",
    ),
    (
        "module dict functions",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    f = HANDLERS.get(r.s.lower())
    if f is not None:
        f(conn, r)
""",
        """
def do_http(conn, r):
    conn.execute(sa.text("delete from c"))
def do_user(conn, r):
    conn.execute(sa.text("delete from b"))
HANDLERS = {"http": do_http, "user": do_user}
""",
    ),
    (
        "module dict of lambdas",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    HANDLERS.get(r.s.lower(), lambda c: None)(conn)
""",
        """
HANDLERS = {"http": lambda conn: conn.execute(sa.text("delete from c"))}
""",
    ),
    (
        "registry decorator",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    for k, f in REG.items():
        if k == r.s:
            f(conn)
""",
        """
REG = {}
def reg(k):
    def deco(f):
        REG[k] = f
        return f
    return deco
@reg("http")
def one(conn):
    conn.execute(sa.text("delete from c"))
@reg("user")
def two(conn):
    conn.execute(sa.text("delete from b"))
""",
    ),
    (
        "registry get",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    REG[r.s.strip().lower()](conn)
""",
        """
REG = {}
def reg(k):
    def deco(f):
        REG[k] = f
        return f
    return deco
@reg("http")
def one(conn):
    conn.execute(sa.text("delete from c"))
@reg("user")
def two(conn):
    conn.execute(sa.text("delete from b"))
""",
    ),
    (
        "list of pairs",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
P = [("http", "c"), ("user", "b")]
for r in rows:
    for k, t in P:
        if r.s.lower().startswith(k):
            dele(t)
""",
        "",
    ),
    (
        "next of pairs",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
P = [("http", "c"), ("user", "b")]
for r in rows:
    t = next((t for k, t in P if k == r.s.lower()), None)
    if t:
        dele(t)
""",
        "",
    ),
    (
        "next obj",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
P = [("http", "c"), ("user", "b")]
for r in rows:
    dele(next(p for p in P if p[0] == r.s.lower())[1])
""",
        "",
    ),
    (
        "list comp filter",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
P = [("http", "c"), ("user", "b")]
kinds = {r.s.lower() for r in rows}
for t in [t for k, t in P if k in kinds]:
    dele(t)
""",
        "",
    ),
    (
        "list comp var",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
P = [("http", "c"), ("user", "b")]
kinds = {r.s.lower() for r in rows}
todo = [t for k, t in P if k in kinds]
for t in todo:
    dele(t)
""",
        "",
    ),
    (
        "filter",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
P = ["http", "user"]
kinds = {r.s.lower() for r in rows}
for k in filter(lambda k: k in kinds, P):
    dele({"http": "c", "user": "b"}[k])
""",
        "",
    ),
    (
        "set intersect",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": "c", "user": "b"}
for k in set(H) & {r.s.lower() for r in rows}:
    dele(H[k])
""",
        "",
    ),
    (
        "inverse lookup",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"c": "http", "b": "user"}
for r in rows:
    for t, k in H.items():
        if k == r.s.strip():
            dele(t)
""",
        "",
    ),
    (
        "match derived",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    match r.s.lower():
        case "http" | "https":
            dele("c")
        case "user":
            dele("b")
""",
        "",
    ),
    (
        "lookup in helper",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": "c", "user": "b"}
def table(kind):
    return H[kind.lower()]
for r in rows:
    dele(table(r.s))
""",
        "",
    ),
    (
        "lookup get in helper",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": "c", "user": "b"}
def table(kind):
    k = kind.lower()
    return H.get(k)
for r in rows:
    t = table(r.s)
    if t:
        dele(t)
""",
        "",
    ),
    (
        "lru_cache helper",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": "c", "user": "b"}
@functools.lru_cache(None)
def table(kind):
    return H.get(kind)
for r in rows:
    t = table(r.s)
    if t:
        dele(t)
""",
        "",
    ),
    (
        "table objs",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": sa.table("c"), "user": sa.table("b")}
for r in rows:
    t = H.get(r.s.lower())
    if t is not None:
        conn.execute(t.delete())
""",
        "",
    ),
    (
        "stmts",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": sa.text("delete from c"), "user": sa.text("delete from b")}
for r in rows:
    s = H.get(r.s.lower())
    if s is not None:
        conn.execute(s)
""",
        "",
    ),
    (
        "sql strs",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": "delete from c", "user": "delete from b"}
for r in rows:
    s = H.get(r.s.lower())
    if s is not None:
        op.execute(s)
""",
        "",
    ),
    (
        "pop",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": "c", "user": "b"}
for r in rows:
    t = H.pop(r.s, None)
    if t:
        dele(t)
""",
        "",
    ),
    (
        "index",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
N = ["http", "user"]
T = ["c", "b"]
for r in rows:
    dele(T[N.index(r.s)])
""",
        "",
    ),
    (
        "dict of lists",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": ["c", "b"]}
for r in rows:
    for t in H.get(r.s.lower(), []):
        dele(t)
""",
        "",
    ),
    (
        "dict of lists[]",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": ["c", "b"]}
for r in rows:
    if r.s in H:
        for t in H[r.s]:
            dele(t)
""",
        "",
    ),
    (
        "chainmap",
        """
import collections
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = collections.ChainMap({"http": "c"}, {"user": "b"})
for r in rows:
    t = H.get(r.s.lower())
    if t:
        dele(t)
""",
        "",
    ),
    (
        "mappingproxy",
        """
import types
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = types.MappingProxyType({"http": "c", "user": "b"})
for r in rows:
    t = H.get(r.s.lower())
    if t:
        dele(t)
""",
        "",
    ),
    (
        "ordered dict self",
        """
import collections
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
class M:
    def __init__(self):
        self.h = collections.OrderedDict(http="c", user="b")
    def go(self, r):
        t = self.h.get(r.s.lower())
        if t:
            dele(t)
m = M()
for r in rows:
    m.go(r)
""",
        "",
    ),
    (
        "attr of obj",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
class C:
    def __init__(self, t): self.t = t
H = {"http": C("c"), "user": C("b")}
for r in rows:
    o = H.get(r.s.lower())
    if o:
        dele(o.t)
""",
        "",
    ),
    (
        "lambda lookup",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {"http": "c", "user": "b"}
name = lambda r: H.get(r.s.lower())
for r in rows:
    if name(r):
        dele(name(r))
""",
        "",
    ),
    (
        "dynamic dict from rows",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
H = {}
for r in rows:
    H[r.s] = "c" if r.n == 1 else "b"
for k in ("http", "user"):
    if k in H:
        dele(H[k])
""",
        "",
    ),
    (
        "name slice",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    op.execute("create table t_" + r.s[:2] + " (id int)")
""",
        "",
    ),
    (
        "name lower",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    op.execute(f"create table {r.s.title()[1:]} (id int)")
""",
        "",
    ),
    (
        "name reversed",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    op.execute(f"create table t{r.s[::-1]} (id int)")
""",
        "",
    ),
    (
        "name char",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    op.create_table("t" + r.s[0], sa.Column("id", sa.Integer))
""",
        "",
    ),
    (
        "name int",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    op.execute("create table t%d (id int)" % (r.n * 2))
""",
        "",
    ),
    (
        "name hex",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    op.execute("create table t%x (id int)" % r.n)
""",
        "",
    ),
    (
        "name zfill",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    op.execute("create table t" + str(r.n).zfill(3) + " (id int)")
""",
        "",
    ),
    (
        "name hash",
        """
import hashlib
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    op.execute("create table t" + hashlib.md5(r.s.encode()).hexdigest()[:5] + " (id int)")
""",
        "",
    ),
    (
        "name upper",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    op.execute("create table " + r.s.upper() + " (id int)")
""",
        "",
    ),
    (
        "name int of text",
        """
conn = op.get_bind()
rows = conn.execute(sa.select(A)).all()
for r in rows:
    op.execute(f"create table t{int(str(r.n))} (id int)")
""",
        "",
    ),
)

OBJECTS = (
    (
        "orm lower",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.email = u.email.lower()
session.commit()
""",
        "",
    ),
    (
        "orm strip",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.email = u.email.strip().lower()
session.commit()
""",
        "",
    ),
    (
        "orm or default",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.domain = u.domain or "none.org"
session.commit()
""",
        "",
    ),
    (
        "orm copied field",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.domain = u.email
session.commit()
""",
        "",
    ),
    (
        "orm copied self role",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.boss_id = u.role_id
session.commit()
""",
        "",
    ),
    (
        "orm setattr",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    setattr(u, "email", u.email.lower())
session.commit()
""",
        "",
    ),
    (
        "orm setattr loop",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    for f in ("email", "at"):
        setattr(u, f, getattr(u, f).lower())
session.commit()
""",
        "",
    ),
    (
        "orm setattr split",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    setattr(u, "domain", u.email.split("@")[1])
session.commit()
""",
        "",
    ),
    (
        "orm m2m append",
        """
session = Session(bind=op.get_bind())
t = session.get(Tag, 1)
for u in session.query(User):
    u.tags.append(t)
session.commit()
""",
        "",
    ),
    (
        "orm m2m remove",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    for t in list(u.tags):
        u.tags.remove(t)
session.commit()
""",
        "",
    ),
    (
        "orm m2m clear",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.tags.clear()
session.commit()
""",
        "",
    ),
    (
        "orm m2m assign",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.tags = []
session.commit()
""",
        "",
    ),
    (
        "orm m2m new tag",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.tags.append(Tag(name="n"))
session.commit()
""",
        "",
    ),
    (
        "orm m2m extend",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.tags.extend(session.query(Tag).filter(Tag.id == 1).all())
session.commit()
""",
        "",
    ),
    (
        "orm o2m append",
        """
session = Session(bind=op.get_bind())
p = session.get(Post, 2)
for u in session.query(User).filter_by(id=1):
    u.posts.append(p)
session.commit()
""",
        "",
    ),
    (
        "orm o2m new",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.posts.append(Post(title="n"))
session.commit()
""",
        "",
    ),
    (
        "orm o2m backref",
        """
session = Session(bind=op.get_bind())
u = session.get(User, 1)
for p in session.query(Post):
    p.user = u
session.commit()
""",
        "",
    ),
    (
        "orm m2o set",
        """
session = Session(bind=op.get_bind())
r = session.query(Role).first()
for u in session.query(User):
    u.role = r
session.commit()
""",
        "",
    ),
    (
        "orm m2o none",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.role = None
session.commit()
""",
        "",
    ),
    (
        "orm m2o new",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.role = Role(name="n")
session.commit()
""",
        "",
    ),
    (
        "orm self ref",
        """
session = Session(bind=op.get_bind())
for u in session.query(User).filter_by(id=1):
    u.boss = session.get(User, 2)
session.commit()
""",
        "",
    ),
    (
        "orm same id int",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.role_id = 1
session.commit()
""",
        "",
    ),
    (
        "orm id arithmetic",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.role_id = (u.role_id or 0) + 0 or u.id
session.commit()
""",
        "",
    ),
    (
        "orm delete",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    session.delete(u)
session.commit()
""",
        "",
    ),
    (
        "orm delete cond",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    if u.email.endswith(".org"):
        session.delete(u)
session.commit()
""",
        "",
    ),
    (
        "orm nested cond",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    if u.email:
        if u.email.endswith(".org"):
            u.domain = "x"
session.commit()
""",
        "",
    ),
    (
        "orm new row",
        """
session = Session(bind=op.get_bind())
u = User(email="n")
session.add(u)
session.commit()
""",
        "",
    ),
    (
        "orm new row then link",
        """
session = Session(bind=op.get_bind())
u = User(email="n")
session.add(u)
session.flush()
for p in session.query(Post):
    p.user_id = u.id
session.commit()
""",
        "",
    ),
    (
        "orm new row parent",
        """
session = Session(bind=op.get_bind())
for p in session.query(Post):
    if p.user is None:
        p.user = User(email="x")
session.commit()
""",
        "",
    ),
    (
        "orm new role by id",
        """
session = Session(bind=op.get_bind())
r = Role(name="x")
session.add(r)
session.flush()
for u in session.query(User):
    if u.role_id != r.id:
        u.role_id = r.id
session.commit()
""",
        "",
    ),
    (
        "orm two new",
        """
session = Session(bind=op.get_bind())
a, b = Tag(name="a"), Tag(name="b")
session.add_all([a, b])
session.flush()
for u in session.query(User):
    u.tags = [a, b]
session.commit()
""",
        "",
    ),
    (
        "orm merge",
        """
session = Session(bind=op.get_bind())
session.merge(User(id=1, email="q"))
session.commit()
""",
        "",
    ),
    (
        "orm helper",
        """
def fix(u):
    u.email = u.email.lower()
session = Session(bind=op.get_bind())
for u in session.query(User):
    fix(u)
session.commit()
""",
        "",
    ),
    (
        "orm property method",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.__class__.email.__set__(u, u.email.lower())
session.commit()
""",
        "",
    ),
    (
        "orm scalars",
        """
session = Session(bind=op.get_bind())
for u in session.scalars(sa.select(User)):
    u.email = u.email.lower()
session.commit()
""",
        "",
    ),
    (
        "orm sessionmaker ctx",
        """
with sessionmaker(op.get_bind())() as s, s.begin():
    for u in s.scalars(sa.select(User)):
        u.email = u.email.casefold()
""",
        "",
    ),
    (
        "orm tuple",
        """
session = Session(bind=op.get_bind())
for u, p in session.query(User, Post).join(Post, Post.user_id == User.id):
    p.title = p.title.upper()
session.commit()
""",
        "",
    ),
    (
        "orm one",
        """
session = Session(bind=op.get_bind())
u = session.query(User).filter_by(id=1).one()
u.email = u.email.lower()
session.commit()
""",
        "",
    ),
    (
        "orm split",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.domain = u.email.split("@")[1]
session.commit()
""",
        "",
    ),
    (
        "orm bulk update",
        """
session = Session(bind=op.get_bind())
n = session.query(User).update({"domain": "x"})
if n == 0:
    session.query(Post).delete()
elif n == 2:
    session.query(Role).delete()
session.commit()
""",
        "",
    ),
    (
        "orm swap",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.email, u.domain = u.domain, u.email
session.commit()
""",
        "",
    ),
    (
        "orm noflush close",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    u.email = u.email.lower()
session.close()
""",
        "",
    ),
    (
        "orm dict update",
        """
session = Session(bind=op.get_bind())
for u in session.query(User):
    for k, v in {"email": u.email.lower()}.items():
        setattr(u, k, v)
session.commit()
""",
        "",
    ),
)

FAILING = (
    (
        "err with split orm",
        """
with Session(op.get_bind()) as session:
    for u in session.scalars(sa.select(User)):
        u.domain = u.email.split("@")[1]
    session.commit()
""",
        "",
    ),
    (
        "err with core split",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        conn.execute(sa.text("update logs set v = :d"), {"d": u.email.split("@")[1]})
""",
        "",
    ),
    (
        "err multi line",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        conn.execute(
            sa.text("update logs set v = :d"),
            {"d": u.email.split("@")[1]},
        )
""",
        "",
    ),
    (
        "err finally",
        """
conn = op.get_bind()
try:
    for u in conn.execute(sa.select(T)):
        conn.execute(sa.text("update logs set v = :d"), {"d": u.email.split("@")[1]})
finally:
    conn.execute(sa.text("select 1"))
""",
        "",
    ),
    (
        "err suppress",
        """
conn = op.get_bind()
for u in conn.execute(sa.select(T)):
    with contextlib.suppress(IndexError):
        conn.execute(sa.text("update logs set v = :d"), {"d": u.email.split("@")[1]})
""",
        "",
    ),
    (
        "err caught pass",
        """
conn = op.get_bind()
for u in conn.execute(sa.select(T)):
    try:
        conn.execute(sa.text("update logs set v = :d"), {"d": u.email.split("@")[1]})
    except Exception:
        pass
""",
        "",
    ),
    (
        "err caught continue",
        """
conn = op.get_bind()
for u in conn.execute(sa.select(T)):
    try:
        d = u.email.split("@")[1]
    except IndexError:
        continue
    conn.execute(sa.text("update logs set v = :d"), {"d": d})
""",
        "",
    ),
    (
        "err caught print",
        """
conn = op.get_bind()
for u in conn.execute(sa.select(T)):
    try:
        d = u.email.split("@")[1]
        dele("logs")
        dele("c")
    except IndexError as e:
        print(e)
""",
        "",
    ),
    (
        "err caught log",
        """
import logging
conn = op.get_bind()
try:
    for u in conn.execute(sa.select(T)):
        d = u.email.split("@")[1]
        dele("logs")
except Exception:
    logging.exception("x")
""",
        "",
    ),
    (
        "err outer try loop",
        """
conn = op.get_bind()
try:
    for u in conn.execute(sa.select(T)):
        for t in ("b", "c"):
            dele(t)
            ipaddress.ip_address(u.ip)
except ValueError:
    pass
""",
        "",
    ),
    (
        "err name default",
        """
conn = op.get_bind()
name = "b"
for u in conn.execute(sa.select(T)):
    with contextlib.suppress(Exception):
        name = {"x.org": "c", "X.org": "c"}[u.email.split("@")[1]]
dele(name)
""",
        "",
    ),
    (
        "err name default2",
        """
conn = op.get_bind()
name = "b"
for u in conn.execute(sa.select(T)):
    try:
        name = "t" + str(ipaddress.ip_address(u.ip))[:0]
        name = "c"
    except ValueError:
        pass
dele(name)
""",
        "",
    ),
    (
        "err helper with",
        """
def write(conn, d):
    conn.execute(sa.text("insert into logs(v) values (:d)"), {"d": d})
def migrate(conn):
    with conn.begin_nested():
        for u in conn.execute(sa.select(T)):
            write(conn, u.email.split("@")[1])
migrate(op.get_bind())
""",
        "",
    ),
    (
        "err with ip",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        ip = ipaddress.ip_address(u.ip)
        conn.execute(sa.text("update logs set v = :d"), {"d": str(ip)})
""",
        "",
    ),
    (
        "err with unpack",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        name, domain = u.email.split("@")
        conn.execute(sa.text("insert into logs(v) values (:d)"), {"d": domain})
""",
        "",
    ),
    (
        "err for over parse",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        for part in u.email.split("@")[1].split("."):
            conn.execute(sa.text("insert into logs(v) values (:d)"), {"d": part})
""",
        "",
    ),
    (
        "err if parse",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        if ipaddress.ip_address(u.ip).version == 4:
            dele("logs")
""",
        "",
    ),
    (
        "err if parse else",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        if ipaddress.ip_address(u.ip).version == 6:
            dele("b")
        else:
            dele("logs")
""",
        "",
    ),
    (
        "err while parse",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        n = 0
        while n < len(str(ipaddress.ip_address(u.ip))) and n < 1:
            dele("logs")
            n += 1
""",
        "",
    ),
    (
        "err nested with",
        """
with Session(op.get_bind()) as s, s.begin():
    for u in s.scalars(sa.select(User)):
        day = datetime.date.fromisoformat(u.at[:10])
        with s.begin_nested():
            if day.year == 2024:
                s.execute(sa.text("insert into logs(v) values (:d)"), {"d": str(day)})
""",
        "",
    ),
    (
        "err b64",
        """
with Session(op.get_bind()) as s, s.begin():
    for u in s.scalars(sa.select(User)):
        u.ip = base64.b64encode(u.ip.encode()).decode() + "x"
""",
        "",
    ),
    (
        "err literal eval",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        d = ast.literal_eval("{}" if u.domain is None else u.domain)
        if not d.get("x"):
            dele("logs")
""",
        "",
    ),
    (
        "err decimal",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        x = decimal.Decimal(u.ip.split(".")[0]) * 2
        if x == 20:
            dele("logs")
""",
        "",
    ),
    (
        "err assert",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        assert "@" in u.email, "x"
        dele("logs")
""",
        "",
    ),
    (
        "err own raise",
        """
conn = op.get_bind()
with conn.begin_nested():
    for u in conn.execute(sa.select(T)):
        if "@" not in u.email:
            raise ValueError("x")
        dele("logs")
""",
        "",
    ),
    (
        "err own raise caught",
        """
def dom(e):
    if "@" not in e:
        raise ValueError(e)
    return e.partition("@")[2]
conn = op.get_bind()
for u in conn.execute(sa.select(T)):
    try:
        d = dom(u.email)
    except ValueError:
        continue
    if d == "y":
        dele("logs")
""",
        "",
    ),
    (
        "err batch",
        """
conn = op.get_bind()
with op.batch_alter_table("logs") as b:
    for u in conn.execute(sa.select(T).limit(1)):
        b.add_column(sa.Column("c_" + u.email.split("@")[1][:1], sa.Integer))
""",
        "",
    ),
    (
        "err exitstack",
        """
conn = op.get_bind()
with contextlib.ExitStack() as st:
    st.enter_context(conn.begin_nested())
    for u in conn.execute(sa.select(T)):
        d = u.email.split("@")[1]
        dele("logs")
""",
        "",
    ),
    (
        "err contextmanager",
        """
@contextlib.contextmanager
def tx(conn):
    try:
        yield conn
    finally:
        pass
with tx(op.get_bind()) as conn:
    for u in conn.execute(sa.select(T)):
        d = u.email.split("@")[1]
        dele("logs")
""",
        "",
    ),
    (
        "err generator",
        """
def doms(conn):
    for u in conn.execute(sa.select(T)):
        yield u.email.split("@")[1]
for d in doms(op.get_bind()):
    dele("logs")
""",
        "",
    ),
    (
        "err listcomp",
        """
conn = op.get_bind()
doms = [u.email.split("@")[1] for u in conn.execute(sa.select(T))]
for d in doms:
    if d == "y":
        dele("logs")
""",
        "",
    ),
    (
        "err lambda map",
        """
conn = op.get_bind()
for d in map(lambda u: u.email.split("@")[1], conn.execute(sa.select(T)).all()):
    dele("logs")
""",
        "",
    ),
)

COUNTED = (
    (
        "rc returning",
        """
conn = op.get_bind()
res = conn.execute(sa.text("update users set domain = 'x' where id = 99 returning id"))
if res.rowcount == 0:
    dele("c")
""",
        "",
    ),
    (
        "rc returning core",
        """
conn = op.get_bind()
res = conn.execute(T.update().where(T.c.id == 99).values(domain="x").returning(T.c.id))
if not res.fetchall():
    dele("c")
""",
        "",
    ),
    (
        "rc returning scalar",
        """
conn = op.get_bind()
if conn.execute(T.update().where(T.c.id == 99).values(domain="x").returning(T.c.id)).scalar() is None:
    dele("c")
""",
        "",
    ),
    (
        "rc delete returning",
        """
conn = op.get_bind()
if conn.execute(T.delete().where(T.c.id == 99).returning(T.c.id)).first():
    dele("b")
else:
    dele("c")
""",
        "",
    ),
    (
        "rc total",
        """
conn = op.get_bind()
total = 0
for t in ("users", "logs"):
    total += conn.execute(sa.text("update %s set id = id where id = 99" % t)).rowcount
if total == 0:
    dele("c")
""",
        "",
    ),
    (
        "rc sum",
        """
conn = op.get_bind()
total = sum(conn.execute(sa.text("update %s set id = id where id = 99" % t)).rowcount for t in ("users", "logs"))
if not total:
    dele("c")
""",
        "",
    ),
    (
        "rc in",
        """
conn = op.get_bind()
if conn.execute(sa.text("update users set domain = 'x' where id = 99")).rowcount in (0, -1):
    dele("c")
""",
        "",
    ),
    (
        "rc dict",
        """
conn = op.get_bind()
n = conn.execute(sa.text("update users set domain = 'x' where id = 99")).rowcount
if {0: True}.get(n):
    dele("c")
""",
        "",
    ),
    (
        "rc match",
        """
conn = op.get_bind()
match conn.execute(sa.text("update users set domain = 'x' where id = 99")).rowcount:
    case 0:
        dele("c")
    case _:
        dele("b")
""",
        "",
    ),
    (
        "rc max",
        """
conn = op.get_bind()
n = max(0, conn.execute(sa.text("update users set domain = 'x' where id = 99")).rowcount)
if n < 1:
    dele("c")
""",
        "",
    ),
    (
        "rc bool",
        """
conn = op.get_bind()
ok = bool(conn.execute(sa.text("update users set domain = 'x' where id = 99")).rowcount)
if not ok:
    dele("c")
""",
        "",
    ),
    (
        "rc while",
        """
conn = op.get_bind()
while True:
    res = conn.execute(sa.text("update users set domain = 'x' where domain is null returning id"))
    if len(res.fetchall()) == 0:
        break
    dele("c")
""",
        "",
    ),
    (
        "rc insert conflict",
        """
conn = op.get_bind()
r = conn.execute(sa.text("insert into roles(id, name) values (1, 'x') on conflict do nothing returning id")).fetchone()
if r is None:
    dele("c")
""",
        "",
    ),
    (
        "rc insert select",
        """
conn = op.get_bind()
r = conn.execute(sa.text("insert into roles(id, name) select 9, 'x' where 1 = 2 returning id")).all()
if not r:
    dele("c")
""",
        "",
    ),
    (
        "rc cursor",
        """
cur = op.get_bind().connection.cursor()
cur.execute("update users set domain = 'x' where id = 99")
if cur.rowcount == 0:
    op.execute("delete from c")
""",
        "",
    ),
    (
        "rc range",
        """
conn = op.get_bind()
for k in range(conn.execute(sa.text("update users set domain = 'x'")).rowcount):
    if k == 1:
        dele("c")
""",
        "",
    ),
    (
        "rc fetch helper",
        """
def upd(conn):
    return conn.execute(sa.text("update users set domain = 'x' where id = 99")).rowcount
if upd(op.get_bind()) == 0:
    dele("c")
""",
        "",
    ),
)
