"""Finds what workflow code must not do, in its syntax tree.

The sandbox guards only modules that it loads itself; `pathway` and most of `workflows` are
passed through, so nothing but this looks at them.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_FORBIDDEN_MODULES = {
    "asyncio.subprocess",
    "io",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "uuid",
}
_FORBIDDEN_CALLS = {"hash", "open", "input", "id", "eval", "exec", "print", "set"}
_ORDERS_AS_IT_COMES = {"enumerate", "iter", "list", "map", "tuple", "zip"}
_OURS = {".", "pathway", "workflows"}
_CLOCKS = {"now", "today", "utcnow"}
_CLOCK_OWNERS = {"datetime", "date"}
_UNORDERED = {"frozenset", "set"}


def complaints(
    source: str, allowed_third_parties: frozenset[str], sets: frozenset[str] = frozenset()
) -> list[str]:
    """What is impure in a module, each with its line.

    Args:
        sets: names that are known to hold sets; a module's own are found.
    """
    tree = ast.parse(source)
    return sorted(set(_found(tree, allowed_third_parties, sets | _names_of_sets(tree))))


def complaints_of(
    path: Path, allowed_third_parties: frozenset[str], sets: frozenset[str] = frozenset()
) -> list[str]:
    found = complaints(path.read_text(encoding="utf-8"), allowed_third_parties, sets)
    return [f"{path.name}: {complaint}" for complaint in found]


def names_of_sets(paths: Iterable[Path]) -> frozenset[str]:
    """The constants of these modules that hold sets."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    return frozenset().union(*(_names_of_sets(tree) for tree in trees))


def _names_of_sets(tree: ast.Module) -> frozenset[str]:
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and _is_set(node.value, frozenset(found)):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(found)


def _found(tree: ast.Module, allowed: frozenset[str], sets: frozenset[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _import(alias.name, node.lineno, allowed)
        elif isinstance(node, ast.ImportFrom):
            yield from _import(node.module or ".", node.lineno, allowed)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _late_imports(node)
        elif isinstance(node, ast.Call):
            yield from _call(node)
            yield from _ordering(node, sets)
        elif isinstance(node, ast.For | ast.comprehension):
            yield from _iteration(node.iter, sets)
        elif isinstance(node, ast.List | ast.Tuple):
            spread = [e.value for e in node.elts if isinstance(e, ast.Starred)]
            if any(_is_set(value, sets) for value in spread):
                yield f"line {node.lineno}: spreads a set"


def _import(module: str, line: int, allowed: frozenset[str]) -> Iterator[str]:
    top = module.split(".", maxsplit=1)[0]
    if (
        module in _FORBIDDEN_MODULES
        or top in _FORBIDDEN_MODULES
        or not (top in allowed or top in _OURS or top in sys.stdlib_module_names)
    ):
        yield f"line {line}: imports {module}"


def _late_imports(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """The sandbox refuses a module that a function brings in while a workflow runs."""
    for node in ast.walk(function):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield f"line {node.lineno}: imports inside a function"


def _call(node: ast.Call) -> Iterator[str]:
    called = node.func
    if isinstance(called, ast.Name) and called.id in _FORBIDDEN_CALLS:
        yield f"line {node.lineno}: calls {called.id}()"
    if isinstance(called, ast.Attribute) and called.attr in _CLOCKS:
        owner = called.value
        if isinstance(owner, ast.Name) and owner.id in _CLOCK_OWNERS:
            yield f"line {node.lineno}: reads the clock"


def _ordering(node: ast.Call, sets: frozenset[str]) -> Iterator[str]:
    """A set that becomes a sequence in whatever order it has."""
    called = node.func
    name = called.id if isinstance(called, ast.Name) else ""
    joins = isinstance(called, ast.Attribute) and called.attr == "join"
    if (name in _ORDERS_AS_IT_COMES or joins) and any(_is_set(a, sets) for a in node.args):
        yield f"line {node.lineno}: orders a set as it comes"


def _iteration(iterated: ast.expr, sets: frozenset[str]) -> Iterator[str]:
    if _is_set(iterated, sets):
        yield f"line {iterated.lineno}: iterates over a set"


def _is_set(node: ast.expr, sets: frozenset[str]) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Name(id=name):
            return name in sets
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub(), right=right):
            return _is_set(left, sets) or _is_set(right, sets)
        case ast.Call(func=ast.Name(id=name)):
            return name in _UNORDERED
        case _:
            return False
