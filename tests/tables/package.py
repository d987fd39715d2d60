"""The package as its source: modules by name, what each imports and calls. The rules of the house read it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import wbc_tracker

ROOT = Path(wbc_tracker.__file__).parent


def _module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


#: Every module of the package, `wbc_tracker.store.results` -> its file.
MODULES = {_module_name(path): path for path in sorted(ROOT.rglob("*.py"))}


def part(module: str) -> str:
    """Return the part of the house a module belongs to: `wbc_tracker.store.results` to `store`."""
    names = module.split(".")
    return names[1] if len(names) > 1 else names[0]


def place(module: str) -> str:
    """Return a module's file as the rules list it: `store/results.py`."""
    return MODULES[module].relative_to(ROOT).as_posix()


def room(module: str) -> str:
    """Return where a module lies: its folder, or itself where folders and modules lie side by side.

    `wbc_tracker.intake.column.dates` -> `intake.column`, `wbc_tracker.intake.labs` -> `intake.labs`,
    `wbc_tracker.flags.rules` -> `flags`, `wbc_tracker.dataset` -> `dataset`.
    """
    path = MODULES[module].relative_to(ROOT)
    folders = path.parts[:-1]
    alone = not folders or (len(folders) == 1 and any((ROOT / folders[0]).glob("*/__init__.py")))
    if alone and path.stem != "__init__":
        return ".".join([*folders, path.stem])
    return ".".join(folders) or module


@cache
def source(module: str) -> str:
    return MODULES[module].read_text(encoding="utf-8")


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(source(module))


def length(module: str) -> int:
    return len(source(module).splitlines())


@cache
def all_imports(module: str) -> frozenset[str]:
    """Return what a module imports, anywhere in it, also for types alone."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively; write the whole name"
            name = node.module or ""
            found |= {f"{name}.{a.name}" if f"{name}.{a.name}" in MODULES else name for a in node.names}
    return frozenset(found)


def imports(module: str) -> set[str]:
    """Return the modules of the package that a module imports."""
    return {name for name in all_imports(module) if name.split(".")[0] == "wbc_tracker"}


@cache
def calls(module: str) -> frozenset[tuple[str, str]]:
    """Return the calls of a module as (what it is called on, name): `date.today()` is ("date", "today")."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                found.add(("", node.func.id))
            elif isinstance(node.func, ast.Attribute):
                found.add((ast.unparse(node.func.value), node.func.attr))
    return frozenset(found)


@cache
def classes(module: str) -> tuple[str, ...]:
    return tuple(node.name for node in ast.walk(tree(module)) if isinstance(node, ast.ClassDef))


@cache
def private_texts(module: str) -> frozenset[str]:
    """Return the texts in a module that begin with one underscore, such as `_day`; parts of longer texts left out."""
    parts = {id(word) for node in ast.walk(tree(module)) if isinstance(node, ast.JoinedStr) for word in node.values}
    return frozenset(
        node.value
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
        and node.value.isidentifier() and node.value.startswith("_") and node.value.strip("_")
    )  # fmt: skip
