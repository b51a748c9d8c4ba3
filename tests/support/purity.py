"""Finds what workflow code must not do, in its syntax tree.

The sandbox guards only modules that it loads itself; `pathway` and most of `workflows` are
passed through, so nothing but this looks at them.
"""

import ast
from collections.abc import Iterator
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
_CLOCKS = {"now", "today", "utcnow"}
_CLOCK_OWNERS = {"datetime", "date"}
_UNORDERED = {"frozenset", "set"}


def complaints(source: str, allowed_third_parties: frozenset[str]) -> list[str]:
    """What is impure in a module, each with its line."""
    return sorted(set(_found(ast.parse(source), allowed_third_parties)))


def complaints_of(path: Path, allowed_third_parties: frozenset[str]) -> list[str]:
    found = complaints(path.read_text(encoding="utf-8"), allowed_third_parties)
    return [f"{path.name}: {complaint}" for complaint in found]


def _found(tree: ast.Module, allowed: frozenset[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _import(alias.name, node.lineno, allowed)
        elif isinstance(node, ast.ImportFrom):
            yield from _import(node.module or ".", node.lineno, allowed)
        elif isinstance(node, ast.Call):
            yield from _call(node)
        elif isinstance(node, ast.For | ast.comprehension):
            yield from _iteration(node.iter)
        elif isinstance(node, ast.Starred) and _is_set(node.value):
            yield f"line {node.lineno}: spreads a set"


def _import(module: str, line: int, allowed: frozenset[str]) -> Iterator[str]:
    top = module.split(".", maxsplit=1)[0]
    if (
        module in _FORBIDDEN_MODULES
        or top in _FORBIDDEN_MODULES
        or (top in _THIRD_PARTIES and top not in allowed)
    ):
        yield f"line {line}: imports {module}"


_THIRD_PARTIES = {
    "aiosqlite",
    "alembic",
    "fastapi",
    "httpx2",
    "phonenumbers",
    "psycopg",
    "pydantic",
    "requests",
    "rich",
    "sqlalchemy",
    "structlog",
    "temporalio",
    "twilio",
    "typer",
    "yaml",
}


def _call(node: ast.Call) -> Iterator[str]:
    called = node.func
    if isinstance(called, ast.Name) and called.id in _FORBIDDEN_CALLS:
        yield f"line {node.lineno}: calls {called.id}()"
    if isinstance(called, ast.Attribute) and called.attr in _CLOCKS:
        owner = called.value
        if isinstance(owner, ast.Name) and owner.id in _CLOCK_OWNERS:
            yield f"line {node.lineno}: reads the clock"


def _iteration(iterated: ast.expr) -> Iterator[str]:
    if _is_set(iterated):
        yield f"line {iterated.lineno}: iterates over a set"


def _is_set(node: ast.expr) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in _UNORDERED
