"""Runs statements that ran in no world, each in the names of the function that it stands in, on the pretended database."""

import ast
import builtins
import copy
import inspect
import itertools
import time
import types

from ..execution import scenarios
from ..execution.fake_values import TEXTS, Ghost, is_from_rows
from ..model import Effect
from ..execution.recorder import run
from .constant_conditions import CHANGING, Settled, root_of
from .lines_not_run import Coverage, Finder, node_of

#: Rounds of looking for what has not run yet: what was made to run may lead to more.
ROUNDS = 6
#: Values of a loop that are tried.
MANY = 200
#: Seconds for all that is made to run in one world.
LIMIT = 3.0
#: Methods that write whatever they are of.
WRITING = frozenset(("execute", "create_all", "drop_all", "create", "drop", "commit", "flush", "bulk_save_objects", "bulk_insert_mappings", "add_all", "exec_driver_sql"))


class Forcer:
    def __init__(self, found, tracer, path, project):
        self.found = found
        self.tracer = tracer
        self.path = path
        self.project = project
        self.settled = Settled(self.evaluate)
        self.tried = set()
        #: Statements that could not be run: `(statement, function, error)`.
        self.failed = []
        self.world = None
        self.spaces = {}

    def __call__(self):
        for _ in range(ROUNDS):
            blocks = [block for block in self.blocks() if self.is_new(block)]
            if not blocks:
                return
            for block in blocks:
                self.block(block)

    def blocks(self):
        found = []
        for code, function in list(self.tracer.functions.items()):
            node = node_of(code)
            for calls in list(function.calls.values()) if node is not None else ():
                if calls.globals is not None:
                    found += Finder(calls, node, Coverage({code: calls}), self.settled).find()
        return found

    def is_new(self, block):
        block.statements = [statement for statement in block.statements if self.place(statement, block) not in self.tried]
        return bool(block.statements)

    def place(self, statement, block):
        return block.function.code, block.function.given, getattr(statement, "of_lback", 0), statement.lineno, statement.col_offset, type(statement)

    def names(self, function):
        """The names of a function, with what statements that were made to run have set."""
        names = self.spaces.get((function.code, function.given))
        if names is None:
            names = self.spaces[function.code, function.given] = dict(function.globals or {})
            for found in function.locals[-1:]:
                names.update(found)
        return names

    def evaluate(self, expression, function):
        return eval(compile(ast.fix_missing_locations(ast.Expression(expression)), function.code.co_filename, "eval"), self.names(function))

    def block(self, block):
        names = self.names(block.function)
        for statement in block.statements:
            self.tried.add(self.place(statement, block))
        self.along(block.loops, block, names)

    def along(self, loops, block, names):
        """Once for each value of the loops around it, as far as these can be told."""
        if not loops or not isinstance(loops[0], ast.For):
            return self.once(block, names) if not loops else self.along(loops[1:], block, names)
        try:
            values = list(itertools.islice(iter(self.evaluate(loops[0].iter, block.function)), MANY))
        except Exception:
            values = []
        if not values or len(loops) > 3:
            return self.along(loops[1:], block, names)
        for value in values:
            names["value_of_lback"] = value
            assign = ast.Assign([loops[0].target], ast.Name("value_of_lback", ast.Load()))
            try:
                execute(ast.fix_missing_locations(ast.copy_location(assign, loops[0])), names, block.function.code.co_filename)
            except Exception:
                pass
            self.along(loops[1:], block, names)
        return None

    def once(self, block, names):
        assigned = set()
        for statement in block.statements:
            parts = parts_stored(statement) + parts_changed(statement)
            returns = bool(values_returned(statement))
            if not self.may_write(statement, names) and not stored(statement) and not parts and not returns and not has_imports(statement):
                continue
            self.statement(statement, names, block.function)
            self.changed(parts, names, statement)
            for value in values_returned(statement):
                self.returned(value, block.function)
            assigned |= stored(statement) | {root_of(part) for part in parts}
        # What comes after may do something else with the values that were set here.
        for statement in block.following:
            if assigned & loaded(statement) and self.may_write(statement, names):
                self.statement(statement, names, block.function)
                assigned |= stored(statement)

    def statement(self, statement, names, function):
        if isinstance(statement, (ast.Raise, ast.Continue, ast.Break, ast.Pass)):
            return
        for name in loaded(statement):
            if name not in names and not hasattr(builtins, name):
                names[name] = Ghost(self.world)
        if isinstance(statement, ast.Return):
            if statement.value is None:
                return
            statement = ast.copy_location(ast.Expr(statement.value), statement)
        try:
            execute(statement, names, function.code.co_filename)
        except Exception as error:
            # A `raise` that passes on what was caught is the end there, too.
            if self.may_write(statement, names) and "No active exception to reraise" not in str(error):
                self.failed.append((statement, function, error))

    def returned(self, expression, function):
        """What a helper returns in a case that never came: those who call it may do something else with it."""
        name = function.code.co_name
        try:
            value = self.evaluate(expression, function)
        except Exception:
            return
        if not is_telling(value):
            return
        for code, caller in list(self.tracer.functions.items()):
            node = node_of(code)
            if node is None or name not in code.co_names + code.co_varnames + code.co_freevars + code.co_cellvars:
                continue
            for calls in list(caller.calls.values()):
                self.with_result(name, value, node, calls)

    def with_result(self, name, value, node, calls):
        """Runs the statements of a function that call a helper, as if this was its result, and what comes of it."""
        key = calls.code, calls.given, name, str(value)
        if key in self.tried or calls.globals is None:
            return
        self.tried.add(key)
        names = dict(self.names(calls))
        names[name] = lambda *_, **__: value
        assigned = set()
        for statement in simple_statements(node):
            if (calls_of(statement, name) or assigned & loaded(statement)) and (self.may_write(statement, names) or stored(statement)):
                self.statement(statement, names, calls)
                assigned |= stored(statement)

    def changed(self, parts, names, statement):
        """Attributes of mapped objects that were set end in their tables, sooner or later."""
        from ..execution import recorder

        for part in parts:
            if isinstance(part, ast.Attribute):
                mapper = getattr(getattr(names.get(root_of(part.value)) if isinstance(part.value, ast.Name) else None, "_sa_instance_state", None), "mapper", None)
                for table in tables_with(mapper, part.attr):
                    recorder.recorder.add(Effect("update", recorder.recorder.describer.name(table.name, table.schema)), "source", statement.lineno)

    def may_write(self, statement, names):
        """Whether something in it leads to a database."""
        for node in ast.walk(statement):
            if isinstance(node, (ast.Name, ast.Attribute)) and self.tracer.reach.value(chain_value(node, names)):
                return True
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING:
                return True
        return False


def execute(statement, names, path):
    """As a function's body, so that a `return` in it ends it."""
    inside = [inner for inner in own_nodes(statement) if isinstance(inner, (ast.Return, ast.Continue, ast.Break, ast.Yield, ast.YieldFrom, ast.Await))]
    if not inside:
        exec(compile(ast.Module([statement], []), path, "exec"), names)
        return
    if any(isinstance(inner, (ast.Yield, ast.YieldFrom, ast.Await)) for inner in inside):
        raise NotImplementedError("a generator")
    statement = Plain().visit(copy.deepcopy(statement))
    template = ast.parse("def forced_by_lback():\n for _ in (None,):\n  pass")
    template.body[0].body[0].body = [statement]
    declared = sorted(stored(statement))
    if declared:
        template.body[0].body.insert(0, ast.Global(declared))
    exec(compile(ast.fix_missing_locations(template), path, "exec"), names)
    names.pop("forced_by_lback")()


class Plain(ast.NodeTransformer):
    """Without types of variables: a name that has one can't be a global one."""

    def visit_AnnAssign(self, node):
        plain = ast.Pass() if node.value is None else ast.Assign([node.target], node.value)
        return ast.copy_location(plain, node)


def own_nodes(statement):
    """What is in a statement, without what is in functions that it defines."""
    yield statement
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield from own_nodes(child)


def stored(statement):
    names = {node.id for node in own_nodes(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names | {node.name for node in ast.iter_child_nodes(ast.Module([statement], [])) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}


def parts_stored(statement):
    """`a.b = …`, `a[b] = …`."""
    return [node for node in own_nodes(statement) if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store)]


def values_returned(statement):
    return [node.value for node in own_nodes(statement) if isinstance(node, ast.Return) and node.value is not None]


def is_telling(value):
    """Whether it may say which table is written: a name, a table, a mapped class, or several of them."""
    if isinstance(value, (list, tuple, set)):
        return bool(value) and all(is_telling(each) for each in list(value)[:10])
    if isinstance(value, str):
        return not is_from_rows(value) and 0 < len(value) < 2000
    return isinstance(getattr(value, "fullname", None), str) or hasattr(value, "__table__")


def simple_statements(node):
    """Those of a function that hold no others, and the heads of loops as assignments."""
    for inner in own_nodes_of(node):
        if isinstance(inner, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)):
            yield inner


def own_nodes_of(node):
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield child
            yield from own_nodes_of(child)


def calls_of(statement, name):
    return any(isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name for node in ast.walk(statement))


def parts_changed(statement):
    """`a.append(…)` and the like."""
    return [node.func.value for node in own_nodes(statement) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING]


def tables_with(mapper, attribute):
    """The tables to which a mapped attribute is written."""
    if mapper is None or attribute not in mapper.attrs:
        return []
    prop = mapper.attrs[attribute]
    columns = getattr(prop, "columns", None)
    if columns:
        return [columns[0].table] if hasattr(columns[0], "table") and hasattr(columns[0].table, "schema") else []
    found = list(mapper.tables) + list(getattr(getattr(prop, "mapper", None), "tables", ()))
    return found + ([prop.secondary] if getattr(prop, "secondary", None) is not None else [])


def has_imports(statement):
    return any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.walk(statement))


def loaded(statement):
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def chain_value(node, names):
    """What a name, or what is behind dots, stands for; `None` where that can't be told without running anything."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        base = chain_value(node.value, names)
        if isinstance(base, (types.ModuleType, type)):
            return getattr(base, node.attr, None)
        if base is not None and not isinstance(base, Ghost):
            return inspect.getattr_static(base, node.attr, None)
    return None


def read_what_never_ran(found, tracer, context, schema, path, project):
    """Adds what the lines that never ran would do, and says which of them can't be told."""
    failed = {}
    end = time.process_time() + LIMIT
    queue = [scenarios.World(rows=True), scenarios.World(rows=True, text=TEXTS[1]), scenarios.World(rows=True, truth=False)]
    later, keys = [], set()
    while queue or later:
        # The worlds of keys only add to what the others show.
        adds = not queue
        world = (queue or later).pop(0)
        forcer = Forcer(found, tracer, path, project)
        forcer.world = world
        world.forces = True
        outcome = run(forcer, (), context, schema.copy(), world, path, tracer, LIMIT)
        found.take(outcome)
        known = {effect.key() for effect in found.effects}
        places = {effect.key()[:-1] for effect in found.effects}
        for effect in outcome.effects:
            if effect.key() not in known and effect.key()[:-1] not in places:
                known.add(effect.key())
                effect.found_by = ["source"]
                effect.conditional = True
                effect.main = False
                found.effects.append(effect)
        for reason in outcome.reasons:
            found.reason(reason.why, reason.file, reason.line)
        if time.process_time() < end:
            later += scenarios.with_keys(world.keys, keys)
        if adds:
            continue
        if outcome.forbidden:
            found.reason(outcome.forbidden, path, outcome.line)
        elif outcome.error is not None:
            found.reason("can't be read further (%s: %s)" % (type(outcome.error).__name__, outcome.error), path)
        failed = {(function.code, statement.lineno): (statement, function, error) for statement, function, error in forcer.failed}
        if not failed:
            queue = []
    for function in tracer.functions.values():
        if function.more:
            found.reason("calls `%s` in more ways than are tried" % function.code.co_name, function.code.co_filename, function.code.co_firstlineno)
    for statement, function, error in failed.values():
        if (function.code, statement.lineno) in tracer.by_keys:
            # There it had all that it needs.
            continue
        found.reason(
            "may write, in a case that can't be tried (%s: %s)" % (type(error).__name__, " ".join(str(error).split())[:100]), function.code.co_filename, statement.lineno
        )
