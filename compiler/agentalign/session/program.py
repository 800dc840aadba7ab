"""From a path to a checked program or a plan; each stage runs once, when first asked for."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from agentalign.check import Checked, check
from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Diagnostic, from_failure, has_errors, ordered
from agentalign.garbage import uncollected
from agentalign.ir import Dataset, Plan
from agentalign.lower import Lowered, lower
from agentalign.resolve import Names, resolve
from agentalign.resources import specs_root
from agentalign.source import Bundle, Target, locate


@dataclass(frozen=True)
class Program:
    """A spec on its way through the stages. Reading and checking never raise for what the files say."""

    path: Path

    @cached_property
    def target(self) -> Target | Diagnostic:
        """The modules the path stands for."""
        found = locate(self.path)
        return found if isinstance(found, Target) else from_failure(found)

    @cached_property
    def names(self) -> Names | None:
        """The modules with all they import; None where there is nothing to read."""
        if not isinstance(self.target, Target):
            return None
        bundle = Bundle((self.target.root, specs_root()), base=Path.cwd())
        with uncollected():
            return resolve(bundle, self.target.modules, companions(bundle, self.target.modules))

    @cached_property
    def checked(self) -> Checked | None:
        """The checked program."""
        if self.names is None:
            return None
        with uncollected():
            return check(self.names)

    @cached_property
    def lowered(self) -> Lowered | None:
        """The plan, if there are no errors so far."""
        if self.checked is None or has_errors(self.found):
            return None
        with uncollected():
            return lower(self.checked, self.path.resolve().stem)

    @cached_property
    def found(self) -> tuple[Diagnostic, ...]:
        """What reading and checking found."""
        if not isinstance(self.target, Target):
            return (self.target,)
        failures = tuple(from_failure(failure) for failure in self.target.failures)
        if self.names is None or self.checked is None:
            return failures
        return (*failures, *self.names.diagnostics, *self.checked.diagnostics)

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All findings, in order."""
        return ordered((*self.found, *(self.lowered.diagnostics if self.lowered else ())))

    @property
    def plan(self) -> Plan | None:
        """The plan, unless there are errors."""
        with uncollected():
            return self.lowered.plan if self.lowered else None


def companions(bundle: Bundle, modules: tuple[str, ...]) -> tuple[str, ...]:
    """The tools of the package that modules are a part of.

    A chain imports the capabilities it uses and not the tools that implement them. Where a single file of a package is
    checked or previewed (`mail.chains.invite`), those below `mail.tools` are the ones it would find in the whole.
    """
    packages = dict.fromkeys(module.partition(".")[0] for module in modules if "." in module)
    return tuple(tool for package in packages for tool in bundle.modules(f"{package}.tools"))


def pick_dataset(plan: Plan, name: str | None) -> Dataset | tuple[str, ...]:
    """The dataset of that name (or the only one); the names there are, where that does not decide."""
    names = tuple(dataset.name for dataset in plan.datasets)
    if name is None and len(names) == 1:
        return plan.datasets[0]
    return next((dataset for dataset in plan.datasets if dataset.name == name), names)
