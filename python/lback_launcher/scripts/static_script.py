"""Decides whether a version script is static: importing it does nothing but define names.

Most scripts import names, assign texts, define functions, and do nothing else. The value of each
name that Alembic reads then depends on the script's text alone. Everything that can't be decided is
not static: a call, an attribute of something imported, a class, a condition.
"""

from __future__ import annotations

import opcode
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

#: Instructions that a static script may have. Names that a version of Python lacks do no harm; an
#: instruction that is not listed makes a script not static.
ALLOWED = {
    "BUILD_CONST_KEY_MAP", "BUILD_LIST", "BUILD_MAP", "BUILD_SET", "BUILD_TUPLE", "CACHE", "COPY",
    "EXTENDED_ARG", "IMPORT_FROM", "IMPORT_NAME", "LIST_EXTEND", "LIST_TO_TUPLE", "LOAD_CONST",
    "LOAD_NAME", "LOAD_SMALL_INT", "MAKE_FUNCTION", "NOP", "NOT_TAKEN", "POP_TOP", "RESUME",
    "RETURN_CONST", "RETURN_VALUE", "ROT_TWO", "SET_FUNCTION_ATTRIBUTE", "SETUP_ANNOTATIONS",
    "SET_UPDATE", "STORE_NAME", "SWAP",
}  # fmt: skip

#: Instructions allowed between known names only: `Union[str, None]`, `str | None`,
#: `__annotations__["revision"] = …`.
OPERATORS = {"BINARY_OP", "BINARY_OR", "BINARY_SUBSCR", "STORE_SUBSCR"}

KNOWN = frozenset(opcode.opmap[name] for name in ALLOWED | OPERATORS if name in opcode.opmap)

EXTENDED_ARG = opcode.opmap["EXTENDED_ARG"]
LOAD_CONST = opcode.opmap["LOAD_CONST"]
#: The instructions that are followed one by one.
NAMES = {
    opcode.opmap[name]: name for name in ("IMPORT_FROM", "IMPORT_NAME", "LOAD_NAME", "STORE_NAME")
}

#: Instructions between an import and the name that is given to it (`import a.b as c`), and those
#: without a meaning.
STACK = {
    opcode.opmap[name]
    for name in ("CACHE", "COPY", "NOP", "POP_TOP", "ROT_TWO", "SWAP")
    if name in opcode.opmap
}

#: Modules whose names may be used in annotations, since only an annotation comes of that.
ANNOTATION_MODULES = {"typing", "collections.abc", "typing_extensions"}
BUILTINS = {
    "bool", "bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple",
    "type", "__annotations__", "__name__",
}  # fmt: skip

#: Names with a meaning to Python that do no harm.
HARMLESS = {
    "__all__", "__annotate__", "__annotations__", "__author__", "__conditional_annotations__",
    "__doc__",
}  # fmt: skip


class StaticScript(NamedTuple):
    """The imports and names of a static script, read from its code."""

    #: In order, each module with the names that are taken from it; none for `import module`.
    imports: list[tuple[str, tuple[str, ...]]]
    #: The names that it defines.
    names: set[str]


def static_script(code: CodeType) -> StaticScript | None:
    """Returns what the code of a module does, `None` if it is not static."""
    if not KNOWN.issuperset(code.co_code[::2]):
        return None
    imports: list[tuple[str, tuple[str, ...]]] = []
    # What each name stands for: `True` if it may be used, `False` if it may only be defined.
    usable = dict.fromkeys(BUILTINS, True)
    names = set()
    imported: str | None = None
    constant: Any = None
    for number, argument in instructions(code.co_code):
        if number == LOAD_CONST:
            constant = code.co_consts[argument]
        kind = NAMES.get(number)
        if kind is None:
            if number not in STACK:
                imported = None
            continue
        name = code.co_names[argument]
        if kind == "IMPORT_NAME":
            # The constant before it has the names of `from … import`; `import a.b as c` takes one
            # as well, which exists.
            imports.append((name, constant or ()))
            imported = name
        elif kind == "IMPORT_FROM":
            imported = imports[-1][0]
        elif kind == "LOAD_NAME":
            if not usable.get(name):
                return None
            imported = None
        else:
            if name.startswith("__") and name not in HARMLESS:
                return None
            usable[name] = imported is None or imported in ANNOTATION_MODULES
            names.add(name)
    return StaticScript(imports, names)


def instructions(text: bytes) -> list[tuple[int, int]]:
    """Returns the instructions of a code, each with its argument."""
    found = []
    extended = 0
    for number, argument in zip(text[::2], text[1::2]):
        if number == EXTENDED_ARG:
            extended = (extended | argument) << 8
            continue
        found.append((number, extended | argument))
        extended = 0
    return found
