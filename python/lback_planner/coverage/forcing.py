"""Forcing: runs statements that ran in no scenario, each with the names of the function that it is
in.
"""

import ast
import builtins
import copy
import inspect
import itertools
from types import CodeType, ModuleType
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..compat import sqlalchemy_internals
from ..diagnostics import ignored
from ..execution import context
from ..execution.fake_values import FakeValue, is_from_rows
from ..execution.run_steps import RunSteps
from ..execution.scenarios import Scenario
from ..model import Effect
from .constant_conditions import ConstantConditions
from .lines_not_run import Block, Coverage, Finder
from .statement_parts import (
    calls_of,
    has_imports,
    parts_changed,
    parts_stored,
    simple_statements,
    values_returned,
)
from .syntax import Function, loaded, node_of, own_nodes, root_of, stored
from .tracer import Calls, Tracer

#: Rounds of looking for what has not run yet: what was made to run may lead to more.
ROUNDS = 6
#: Values of a loop that are tried, and how deep loops may be.
VALUES = 200
LOOPS = 3
#: What a statement that is made to run counts, for what it costs beside a line.
STATEMENT = 50
#: Methods that write whatever they are of.
WRITING = frozenset(
    (
        "execute", "create_all", "drop_all", "create", "drop", "commit", "flush",
        "bulk_save_objects",
        "bulk_insert_mappings", "add_all", "exec_driver_sql",
    )
)  # fmt: skip
#: The name under which a value of a loop is assigned, and that of the function that a statement
#: becomes.
VALUE = "value_of_lback"
FORCED = "forced_by_lback"

Names = Dict[str, Any]


class Failure(NamedTuple):
    """A statement that could not be run."""

    statement: ast.stmt
    function: Calls
    error: Exception


class Forcer:
    """Runs, in one scenario, what a tracer has not seen. Calling it does all of that."""

    def __init__(self, tracer: Tracer, scenario: Scenario, steps: RunSteps) -> None:
        self.tracer = tracer
        self.scenario = scenario
        self.steps = steps
        self.failed: List[Failure] = []
        self._constant = ConstantConditions(self._evaluate)
        self._tried: Set[Any] = set()
        #: The names of functions, with what statements that were made to run have set.
        self._spaces: Dict[Tuple[CodeType, Any], Names] = {}

    def __call__(self) -> None:
        for _ in range(ROUNDS):
            blocks = [block for block in self._blocks() if self._is_new(block)]
            if not blocks:
                return
            for block in blocks:
                self._block(block)

    def _blocks(self) -> List[Block]:
        found: List[Block] = []
        for code, function in list(self.tracer.functions.items()):
            node = node_of(code)
            for calls in list(function.calls.values()) if node is not None else ():
                if node is not None and calls.globals is not None:
                    coverage = Coverage({code: calls})
                    found += Finder(calls, node, coverage, self._constant).find()
        return found

    def _is_new(self, block: Block) -> bool:
        block.statements = [
            statement
            for statement in block.statements
            if place_of(statement, block) not in self._tried
        ]
        return bool(block.statements)

    def _names(self, function: Calls) -> Names:
        names = self._spaces.get((function.code, function.given))
        if names is None:
            names = self._spaces[function.code, function.given] = dict(function.globals or {})
            for found in function.locals[-1:]:
                names.update(found)
        return names

    def _evaluate(self, expression: ast.expr, function: Calls) -> Any:
        tree = ast.fix_missing_locations(ast.Expression(expression))
        code = compile(tree, function.code.co_filename, "eval")
        return eval(code, self._names(function))

    def _block(self, block: Block) -> None:
        for statement in block.statements:
            self._tried.add(place_of(statement, block))
        self._along(block.loops, block, self._names(block.function))

    def _along(self, loops: Sequence[ast.stmt], block: Block, names: Names) -> None:
        """Runs a block once for each value of the loops around it, as far as these are known."""
        if not loops:
            self._once(block, names)
            return
        loop = loops[0]
        values = self._values(loop, block) if isinstance(loop, ast.For) else []
        if not values or len(loops) > LOOPS or not isinstance(loop, ast.For):
            self._along(loops[1:], block, names)
            return
        for value in values:
            names[VALUE] = value
            assign = ast.Assign([loop.target], ast.Name(VALUE, ast.Load()))
            try:
                statement = ast.fix_missing_locations(ast.copy_location(assign, loop))
                execute(statement, names, block.function.code.co_filename)
            except Exception as error:
                ignored(error, "the loop's names keep the values that they had")
            self._along(loops[1:], block, names)

    def _values(self, loop: ast.For, block: Block) -> List[Any]:
        try:
            values = iter(self._evaluate(loop.iter, block.function))
            return list(itertools.islice(values, VALUES))
        except Exception as error:
            ignored(error, "the block runs with the values that the loop's names have")
            return []

    def _once(self, block: Block, names: Names) -> None:
        assigned: Set[Optional[str]] = set()
        for statement in block.statements:
            parts = parts_stored(statement) + parts_changed(statement)
            returned = values_returned(statement)
            matters = parts or returned or stored(statement) or has_imports(statement)
            if not matters and not self._may_write(statement, names):
                continue
            self._statement(statement, names, block.function)
            self._changed(parts, names, statement)
            for value in returned:
                self._returned(value, block.function)
            assigned |= stored(statement) | {root_of(part) for part in parts}
        # What comes after may do something else with the values that were set here.
        for statement in block.following:
            if assigned & loaded(statement) and self._may_write(statement, names):
                self._statement(statement, names, block.function)
                assigned |= stored(statement)

    def _statement(self, statement: ast.stmt, names: Names, function: Calls) -> None:
        if isinstance(statement, (ast.Raise, ast.Continue, ast.Break, ast.Pass)):
            return
        self.steps.take(STATEMENT)
        for name in loaded(statement):
            if name not in names and not hasattr(builtins, name):
                names[name] = FakeValue(self.scenario)
        if isinstance(statement, ast.Return):
            if statement.value is None:
                return
            statement = ast.copy_location(ast.Expr(statement.value), statement)
        try:
            execute(statement, names, function.code.co_filename)
        except Exception as error:
            # A `raise` that passes on what was caught is the end there, too.
            reraises = "No active exception to reraise" in str(error)
            if self._may_write(statement, names) and not reraises:
                self.failed.append(Failure(statement, function, error))
            else:
                ignored(error, "a statement that writes nothing need not work")

    def _returned(self, expression: ast.expr, function: Calls) -> None:
        """Runs what callers do with a value that a helper returns in a case that never came."""
        name = function.code.co_name
        try:
            value = self._evaluate(expression, function)
        except Exception as error:
            ignored(error, "a value that can't be had changes nothing for the callers")
            return
        if not is_telling(value):
            return
        for code, caller in list(self.tracer.functions.items()):
            node = node_of(code)
            names = code.co_names + code.co_varnames + code.co_freevars + code.co_cellvars
            if node is None or name not in names:
                continue
            for calls in list(caller.calls.values()):
                self._with_result(name, value, node, calls)

    def _with_result(self, name: str, value: Any, node: Function, calls: Calls) -> None:
        """Runs the statements of a function that call a helper, as if this was its result, and what
        comes of it.
        """
        key = calls.code, calls.given, name, str(value)
        if key in self._tried or calls.globals is None:
            return
        self._tried.add(key)
        names = dict(self._names(calls))
        names[name] = lambda *_, **__: value
        assigned: Set[str] = set()
        for statement in simple_statements(node):
            follows = calls_of(statement, name) or assigned & loaded(statement)
            if follows and (self._may_write(statement, names) or stored(statement)):
                self._statement(statement, names, calls)
                assigned |= stored(statement)

    def _changed(self, parts: Sequence[ast.expr], names: Names, statement: ast.stmt) -> None:
        """Records updates for attributes of mapped objects that were set: they end in their tables,
        sooner or later.
        """
        recorder = context.current()
        for part in parts:
            if recorder is None or not isinstance(part, ast.Attribute):
                continue
            root = root_of(part.value) if isinstance(part.value, ast.Name) else None
            mapper = sqlalchemy_internals.mapper_of(names.get(root)) if root else None
            for table in tables_with(mapper, part.attr):
                name = recorder.table_name(table.name, table.schema)
                recorder.add(Effect("update", name), "source", statement.lineno)

    def _may_write(self, statement: ast.stmt, names: Names) -> bool:
        """Returns whether something in a statement leads to a database."""
        for node in ast.walk(statement):
            if isinstance(node, (ast.Name, ast.Attribute)):
                if self.tracer.reach.value(chain_value(node, names)):
                    return True
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr in WRITING:
                    return True
        return False


def place_of(statement: ast.stmt, block: Block) -> Tuple[Any, ...]:
    """Returns what tells a statement from others, in calls of its function that were given the
    same.
    """
    function = block.function
    variant = getattr(statement, "of_lback", 0)
    where = statement.lineno, statement.col_offset, type(statement)
    return (function.code, function.given, variant) + where


def execute(statement: ast.stmt, names: Names, path: str) -> None:
    """Runs a statement as in a function's body, so that a ``return`` in it ends it."""
    inside = [inner for inner in own_nodes(statement) if isinstance(inner, OF_FUNCTIONS)]
    if not inside:
        exec(compile(ast.Module([statement], []), path, "exec"), names)
        return
    if any(isinstance(inner, OF_GENERATORS) for inner in inside):
        raise NotImplementedError("a generator")
    statement = Plain().visit(copy.deepcopy(statement))
    template: Any = ast.parse("def %s():\n for _ in (None,):\n  pass" % FORCED)
    template.body[0].body[0].body = [statement]
    declared = sorted(stored(statement))
    if declared:
        template.body[0].body.insert(0, ast.Global(declared))
    exec(compile(ast.fix_missing_locations(template), path, "exec"), names)
    names.pop(FORCED)()


OF_GENERATORS = (ast.Yield, ast.YieldFrom, ast.Await)
#: What only works in a function, or in a loop.
OF_FUNCTIONS = OF_GENERATORS + (ast.Return, ast.Continue, ast.Break)


class Plain(ast.NodeTransformer):
    """Removes the types of variables: a name that has one can't be a global one."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def is_telling(value: Any) -> bool:
    """Returns whether a value may say which table is written: a name, a table, a mapped class, or
    several of them.
    """
    if isinstance(value, (list, tuple, set)):
        return bool(value) and all(is_telling(each) for each in list(value)[:10])
    if isinstance(value, str):
        return not is_from_rows(value) and 0 < len(value) < 2000
    return isinstance(getattr(value, "fullname", None), str) or hasattr(value, "__table__")


def tables_with(mapper: Any, attribute: str) -> List[Any]:
    """Returns the tables to which a mapped attribute is written."""
    if mapper is None or attribute not in mapper.attrs:
        return []
    prop = mapper.attrs[attribute]
    columns = getattr(prop, "columns", None)
    if columns:
        table = getattr(columns[0], "table", None)
        return [table] if hasattr(table, "schema") else []
    found = list(mapper.tables) + list(getattr(getattr(prop, "mapper", None), "tables", ()))
    secondary = getattr(prop, "secondary", None)
    return found + ([secondary] if secondary is not None else [])


def chain_value(node: ast.expr, names: Names) -> Any:
    """Returns what a name, or what is behind dots, stands for; ``None`` where that needs code to
    run.
    """
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        base = chain_value(node.value, names)
        if isinstance(base, (ModuleType, type)):
            return getattr(base, node.attr, None)
        if base is not None and not isinstance(base, FakeValue):
            return inspect.getattr_static(base, node.attr, None)
    return None
