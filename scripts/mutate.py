"""Break the rules and scores one small way at a time and see whether a test notices.

usage: python scripts/mutate.py [--only PATTERN] [--every N] [--thresholds] [--list]

Each mutant swaps one comparison, combinator, code, number or sign of ``assessments/rules`` or
``assessments/scoring``, or moves one number of the library by one step. It lives in memory only:
a child process imports the changed module and runs the tests that stand closest to it, then the
rest. Survivors are printed; the exit code is 1 when there are any.
"""

import argparse
import ast
import copy
import dataclasses
import importlib.abc
import importlib.util
import os
import re
import signal
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "assessments"
SECONDS = 300  # an endless mutant is noticed by the clock

CLOSEST = {
    "rules.flags": ["gate"],
    "rules.cautions": ["gate"],
    "rules.diagnosis": ["gate"],
    "rules.gate": ["gate"],
    "rules.checks": ["rules_checks", "rules_explain"],
    "rules.chart": ["rules_contributors", "rules_explain"],
    "rules.contributors": ["rules_contributors"],
    "rules.contributors_mobility": ["rules_contributors"],
    "rules.classify": ["rules_classify", "rules_explain"],
    "rules.not_assessed": ["rules_classify"],
    "rules.prognosis": ["rules_classify"],
    "rules.conditions": ["rules_blocks", "rules_explain"],
    "rules.blocks": ["rules_blocks", "rules_explain"],
    "rules.prescribe": ["rules_prescribe"],
    "rules.explain": ["rules_explain"],
    "rules.draft": ["cases", "rules_explain"],
}
SCORING = ["metrics", "scoring_instruments", "scoring_rounding", "scoring_change"]
ALL_RULES = [
    *("cases", "gate", "rules_checks", "rules_contributors", "rules_classify"),
    *("rules_blocks", "rules_prescribe", "rules_explain", "rules_rulebook"),
]

COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
_PAIRS = {
    "is_below": "is_at_most",
    "is_above": "is_at_least",
    "any_of": "all_of",
    "is_": "is_not",
    "is_recorded": "is_not_recorded",
    "other_minus_index": "index_minus_other",
    "all": "any",
    "min": "max",
}
NAMES = _PAIRS | {other: name for name, other in _PAIRS.items()} | {"holds_other_than": "is_"}
CODED = {"is_", "is_not", "is_one_of", "holds_any_of", "holds_other_than"}
NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Mutant(NamedTuple):
    """One change: ``module`` with its new ``source``, or a threshold with its new ``value``."""

    name: str
    module: str
    source: str = ""
    value: Decimal | None = None


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield every single change of one file."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_alone = {id(each) for each in _left_alone(tree)}
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in left_alone:
            continue
        for way, (said, _change) in enumerate(_changes(node)):
            mutated = copy.deepcopy(tree)
            target = next(each for n, each in enumerate(ast.walk(mutated)) if n == place)
            _changes(target)[way][1]()
            line = getattr(node, "lineno", 0)
            yield Mutant(f"{path.name}:{line}: {said}", module, ast.unparse(mutated))


def _left_alone(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, and what decorators say: no result depends on either."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        for decorator in getattr(node, "decorator_list", []):
            yield from ast.walk(decorator)


def _changes(node: ast.AST) -> list:
    """Return (what it says, how to do it) for each way to change one node."""
    ways = []
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        other = COMPARISONS[type(node.ops[0])]
        said = f"{ast.unparse(node)} -> {other.__name__}"
        ways.append((said, lambda: _put(node.ops, 0, other())))
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        ways.append((f"{ast.unparse(node)} -> {other.__name__}", lambda: _set(node, "op", other())))
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        other = ARITHMETIC[type(node.op)]
        ways.append((f"{ast.unparse(node)} -> {other.__name__}", lambda: _set(node, "op", other())))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        ways.append((f"{ast.unparse(node)} without not", lambda: _become(node, node.operand)))
    elif isinstance(node, ast.Constant):
        ways += _constant(node)
    elif isinstance(node, ast.Call):
        ways += _call(node)
    return ways


def _constant(node: ast.Constant) -> list:
    value = node.value
    if isinstance(value, bool):
        return [(f"{value} -> {not value}", lambda: _set(node, "value", not value))]
    if isinstance(value, int):
        return [(f"{value} -> {value + 1}", lambda: _set(node, "value", value + 1))]
    if isinstance(value, str) and NUMBER.fullmatch(value):
        moved = str(Decimal(value) + _step(Decimal(value)))
        return [(f"{value} -> {moved}", lambda: _set(node, "value", moved))]
    return []


def _call(node: ast.Call) -> list:
    ways = []
    attribute = "attr" if isinstance(node.func, ast.Attribute) else "id"
    name = getattr(node.func, attribute, "")
    if name in NAMES:
        said = f"{ast.unparse(node)[:70]} -> {NAMES[name]}"
        ways.append((said, lambda: _set(node.func, attribute, NAMES[name])))
    if name == "not_":
        ways.append((f"{ast.unparse(node)[:70]} dropped", lambda: _become(node, node.args[0])))
    if name in CODED:
        for at, code in enumerate(node.args):
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                said = f"{ast.unparse(node)[:70]}: {code.value} lost"
                ways.append((said, lambda at=at: _set(node.args[at], "value", "nothing")))
    return ways


def _set(node: ast.AST, name: str, value: object) -> None:
    setattr(node, name, value)


def _put(items: list, at: int, value: object) -> None:
    items[at] = value


def _become(node: ast.AST, other: ast.AST) -> None:
    """Turn ``node`` into ``other`` in place."""
    node.__class__ = other.__class__
    node.__dict__ = other.__dict__


def _step(number: Decimal) -> Decimal:
    """Return one unit of the last place written."""
    return Decimal((0, (1,), int(number.as_tuple().exponent)))


def threshold_mutants() -> Iterator[Mutant]:
    """Yield every number of the library, one step up and one step down."""
    path = ROOT / "assessments" / "library" / "v1" / "thresholds.yaml"
    for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader):
        value = Decimal(entry["value"])
        for moved in (value + _step(value), value - _step(value)):
            yield Mutant(f"thresholds: {entry['id']} {value} -> {moved}", entry["id"], value=moved)


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves one module from changed source."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object, target: object = None) -> object:
        if name != self.mutant.module:
            return None
        return importlib.util.spec_from_loader(name, self)

    def exec_module(self, module: object) -> None:
        exec(compile(self.mutant.source, self.mutant.name, "exec"), module.__dict__)


def _move_threshold(mutant: Mutant) -> None:
    # Only the child may import the rules: the parent forks before it knows what will be changed.
    from assessments.library import rulebook

    shipped = rulebook.load_rulebook()
    thresholds = tuple(
        dataclasses.replace(each, value=mutant.value) if each.id == mutant.module else each
        for each in shipped.thresholds
    )
    moved = dataclasses.replace(shipped, thresholds=thresholds)
    rulebook.shipped_rulebook = lambda: moved


def _tests_for(mutant: Mutant) -> tuple[list[str], list[str]]:
    """The closest tests, which catch most mutants within a second, and the rest."""
    module = mutant.module.removeprefix("assessments.")
    near = SCORING if module.startswith("scoring") else CLOSEST.get(module, [])
    rest = [name for name in ALL_RULES if name not in near]
    return _files(near), _files(rest)


def _files(names: list[str]) -> list[str]:
    return [str(TESTS / f"test_{name}.py") for name in names]


def survives(mutant: Mutant) -> bool:
    """Run the tests on one mutant in a child; a crash or a hang counts as noticed."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        signal.alarm(SECONDS)
        os._exit(_try(mutant))
    _pid, status = os.waitpid(child, 0)
    return status == 0


def _try(mutant: Mutant) -> int:
    try:
        if mutant.value is None:
            sys.meta_path.insert(0, _Changed(mutant))
        else:
            _move_threshold(mutant)
        plain = ["-x", "-q", "--noconftest", "-p", "no:cacheprovider", "-c", os.devnull]
        plain += ["--rootdir", str(ROOT)]
        return next(
            (1 for files in _tests_for(mutant) if files and pytest.main([*plain, *files])), 0
        )
    except BaseException:  # whatever a mutant does, it was noticed
        return 1


def _wanted(arguments: argparse.Namespace) -> list[Mutant]:
    files = sorted((ROOT / "assessments").glob("rules/*.py"))
    files += sorted((ROOT / "assessments").glob("scoring/*.py"))
    code = [] if arguments.thresholds else [m for path in files for m in mutants_of(path)]
    found = [*code, *threshold_mutants()] if not arguments.only or arguments.thresholds else code
    if arguments.only:
        found = [mutant for mutant in found if re.search(arguments.only, mutant.name)]
    return found[:: arguments.every]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="mutants whose name fits this pattern")
    parser.add_argument("--every", type=int, default=1, help="try every n-th mutant")
    parser.add_argument("--thresholds", action="store_true", help="only numbers of the library")
    parser.add_argument("--list", action="store_true", help="name them, try none")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    mutants = _wanted(arguments)
    if arguments.list:
        print("\n".join(mutant.name for mutant in mutants))
        return 0
    unchanged = Mutant("unchanged", "nothing")
    if not survives(unchanged):
        sys.exit("the tests fail before anything is changed")
    survivors = []
    for mutant in mutants:
        if survives(mutant):
            survivors.append(mutant.name)
            print("survives:", mutant.name, flush=True)
    print(f"{len(mutants) - len(survivors)} of {len(mutants)} noticed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
