"""What a migrate or a rollback would do, found out without doing it. Python 3.8 and later, the standard library, Alembic and SQLAlchemy.

`planner` makes the plan, `table` finds what to take back for a table, `forward` writes the inverse of a revision as a new one. What a revision does they ask of
`analysis`. It has each script run by `run` on a database that only pretends to be one (`pretend`, `reflection`, `rows`), in as many
`worlds` as its questions to the database need, under `sandbox`; what it asks Alembic for is described by `ops`, what it sends as text is read by `sql`
(`tokens`, `ddl`, `dml`, `body`, `functions`), what follows from that without a word of it is found by `consequences`, and what ran in no world is read from its `source` and
`forced` to run. `schema` is what the scripts before it left
behind, `kinds` what there is to be found, `cache` where it is kept.
"""
