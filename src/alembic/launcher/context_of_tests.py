"""The parts of Alembic's `migration.py` that the launcher uses, for tests without Alembic."""

class Step:
    def __init__(self, name): self.is_upgrade, self.name, self.doc = True, name, 'make ' + name
    revision = property(lambda self: self)
    def __getattr__(self, name): return () if name == '_versioned_down_revisions' else self.__dict__['name']

class Impl:
    transactional_ddl = True
    def start_migrations(self): pass

class Dialect:
    name, driver = 'nothing', 'none'

class MigrationContext:
    def __init__(self, steps):
        self.opts, self.as_sql, self.purge, self.connection = {}, False, False, None
        self.impl, self.dialect, self._transaction_per_migration = Impl(), Dialect(), False
        self.on_version_apply_callbacks = ()
        self._migrations_fn = lambda heads, context: [Step(step) for step in steps]
    def autocommit_block(self): return None
    def run_migrations(self):
        self.impl.start_migrations()
        for step in self._migrations_fn(('zero',), self):
            print('running', step.doc, flush=True)
            for callback in self.on_version_apply_callbacks: callback(ctx=self, heads={step.revision.name})
