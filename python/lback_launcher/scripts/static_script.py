"""Tells whether a version script does nothing when it is imported, and what it then defines.

Most scripts import names, assign texts and define functions, and do nothing else. The value of each name that Alembic reads then depends on the
script's text alone. Whatever can't be told is not inert: a call, an attribute of something imported, a class, a condition.
"""

import opcode

#: What may occur. An instruction that a version of Python doesn't have does no harm here; one that is unknown makes a script not inert.
ALLOWED = {
    "BUILD_CONST_KEY_MAP", "BUILD_LIST", "BUILD_MAP", "BUILD_SET", "BUILD_TUPLE", "CACHE", "COPY", "EXTENDED_ARG", "IMPORT_FROM",
    "IMPORT_NAME", "LIST_EXTEND", "LIST_TO_TUPLE", "LOAD_CONST", "LOAD_NAME", "LOAD_SMALL_INT", "MAKE_FUNCTION", "NOP", "NOT_TAKEN", "POP_TOP",
    "RESUME", "RETURN_CONST", "RETURN_VALUE", "ROT_TWO", "SET_FUNCTION_ATTRIBUTE", "SETUP_ANNOTATIONS", "SET_UPDATE", "STORE_NAME", "SWAP",
}  # fmt: skip

#: What may occur only between names that are known: `Union[str, None]`, `str | None`, `__annotations__["revision"] = …`.
OPERATORS = {"BINARY_OP", "BINARY_OR", "BINARY_SUBSCR", "STORE_SUBSCR"}

NUMBERS = {number: name for name, number in opcode.opmap.items()}
KNOWN = frozenset(opcode.opmap[name] for name in ALLOWED | OPERATORS if name in opcode.opmap)

EXTENDED_ARG = opcode.opmap["EXTENDED_ARG"]
LOAD_CONST = opcode.opmap["LOAD_CONST"]
#: The instructions that are followed one by one.
NAMES = {opcode.opmap[name]: name for name in ("IMPORT_FROM", "IMPORT_NAME", "LOAD_NAME", "STORE_NAME")}

#: Instructions between an import and the name that is given to it (`import a.b as c`), and those without a meaning.
STACK = {opcode.opmap[name] for name in ("CACHE", "COPY", "NOP", "POP_TOP", "ROT_TWO", "SWAP") if name in opcode.opmap}

#: Modules whose names may be used in annotations, since nothing comes of that but an annotation.
OF_ANNOTATIONS = {"typing", "collections.abc", "typing_extensions"}
BUILTINS = {"bool", "bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple", "type", "__annotations__", "__name__"}

#: Names with a meaning to Python that do no harm.
HARMLESS = {"__all__", "__annotate__", "__annotations__", "__author__", "__conditional_annotations__", "__doc__"}


class Told:
    """What is told by the code of an inert script."""

    def __init__(self, imports, names):
        #: In order, each module with the names that are taken from it; none for `import module`.
        self.imports = imports
        self.names = names


def told(code):
    """What the code of a module tells; `None` where it is not inert."""
    text = code.co_code
    if not KNOWN.issuperset(text[::2]):
        return None
    imports = []
    # What each name stands for: `True` where it may be used, `False` where it may only be defined.
    usable = dict.fromkeys(BUILTINS, True)
    names = set()
    imported = constant = None
    extended = 0
    for place in range(0, len(text), 2):
        number = text[place]
        if number == EXTENDED_ARG:
            extended = (extended | text[place + 1]) << 8
            continue
        argument, extended = extended | text[place + 1], 0
        if number == LOAD_CONST:
            constant = code.co_consts[argument]
        kind = NAMES.get(number)
        if kind is None:
            if number in STACK:
                continue
            imported = None
            continue
        name = code.co_names[argument]
        if kind == "IMPORT_NAME":
            # The constant before it has the names of `from … import`; `import a.b as c` takes one as well, which is there.
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
            usable[name] = imported is None or imported in OF_ANNOTATIONS
            names.add(name)
    return Told(imports, names)

