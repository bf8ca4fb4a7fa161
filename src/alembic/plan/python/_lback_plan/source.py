"""Reads the lines of scripts that ran in no world."""

import ast
import linecache

TREES = {}


def tree_of(path):
    lines = linecache.getlines(path)
    key = hash(tuple(lines))
    found = TREES.get(path)
    if found is None or found[0] != key:
        try:
            tree = ast.parse("".join(lines))
        except (SyntaxError, ValueError):
            tree = None
        found = TREES[path] = key, tree
    return found[1]


def function_of(path, name):
    tree = tree_of(path)
    for node in getattr(tree, "body", ()):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
            return node
    return None


def read_what_never_ran(found, tracer, context, schema, path, project):
    pass
