"""What each kind of fact claims, looked up in the plain numbers of the run: nothing of the facts' own code is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, tanh

from cells import CELLS
from cells.analysis.facts import Fact
from tests.cells.analysis.runs import Run

VISIBLE, WRITTEN, SHUT, WHOLE = 0.005, 0.02, 0.02, 1.005
NEAR = 1e-7


def near(one: float, other: float) -> bool:
    """Tell whether two numbers of float64 are one but for rounding."""
    return abs(one - other) <= NEAR * max(1.0, abs(one), abs(other))


@dataclass(frozen=True)
class Moment:
    """One step and unit of a run, with the numbers that sentences are about."""

    run: Run
    step: int
    unit: int

    def at(self, name: str, step: int | None = None) -> float:
        """Return a number at this step or another."""
        return self.run.number(name, self.step if step is None else step, self.unit)

    @property
    def memory(self) -> str:
        """The name of the state that is carried on."""
        memory = CELLS[self.run.cell].memory
        return memory.state if memory else "hidden"

    @property
    def keep(self) -> float:
        """The share of the memory that is kept, in plain words of each family."""
        if self.run.cell == "mgu":
            return 1 - self.at("forget")
        if self.run.cell.startswith("gru"):
            return self.at("update")
        return self.at("forget") if "forget" in self.run.layer else 1.0

    @property
    def written(self) -> float:
        """The number that is added to the memory."""
        if self.run.cell == "mgu":
            return self.at("forget") * self.at("candidate")
        if self.run.cell.startswith("gru"):
            return (1 - self.at("update")) * self.at("candidate")
        return (self.at("input") if "input" in self.run.layer else 1.0) * self.at("candidate")

    @property
    def content(self) -> float:
        """The number that goes through the output gate."""
        return self.at("cell") if self.run.cell == "lstm-no-output-activation" else tanh(self.at("cell"))

    @property
    def gate(self) -> float:
        """The output gate; 1 where there is none."""
        return self.at("output") if "output" in self.run.layer else 1.0

    @property
    def past(self) -> float:
        """The number that a reset gate lets through: U h or, before the product, h."""
        if self.run.cell == "gru":
            return float(self.run.layer.parts(self.unit)["candidate"]["hidden"][self.step])
        return self.at("hidden", self.step - 1)

    @property
    def reset(self) -> float:
        """The gate that lets the past through."""
        return self.at("reset" if "reset" in self.run.layer else "forget")

    @property
    def held(self) -> bool:
        """True where a clamp holds the memory."""
        return self.run.clamped(self.memory, self.step, self.unit) is not None

    @property
    def is_visible_before(self) -> bool:
        """True where there was something to keep."""
        return abs(self.at(self.memory, self.step - 1)) >= VISIBLE

    @property
    def adds_up(self) -> bool:
        """True where the memory is what was kept and what was written."""
        before = self.at(self.memory, self.step - 1)
        return near(self.at(self.memory), self.keep * before + self.written)

    @property
    def has_cancelled(self) -> bool:
        """True where next to nothing is held, though something that was written has not faded."""
        return (
            abs(self.at(self.memory)) < VISIBLE and max(self.rest(step) for step in range(-1, self.step + 1)) >= WRITTEN
        )

    def shows(self, fact: Fact) -> bool:
        """Tell whether the hidden state is the one that is told, and something to see."""
        return fact.values["number"] == self.at("hidden") and abs(self.content) >= VISIBLE

    @cached_property
    def entries(self) -> list[tuple[float, float]]:
        """The start and what each step wrote, each with the share of it that is still there."""
        entries = [(self.at(self.memory, -1), 1.0)]
        for step in range(self.step + 1):
            then = Moment(self.run, step, self.unit)
            if then.held:
                entries = [(entry, 0.0) for entry, _ in entries] + [(then.at(self.memory), 1.0)]
            else:
                entries = [(entry, left * then.keep) for entry, left in entries] + [(then.written, 1.0)]
        return entries

    def others(self, origin: int) -> float:
        """Add up the sizes of all that is still there, but for what step `origin` wrote."""
        return sum(self.rest(step) for step in range(-1, self.step + 1) if step != origin)

    def rest(self, origin: int) -> float:
        """Return the size of what is still there of what a step wrote: nothing where it was wiped out, even of ∞."""
        entry, left = self.entries[origin + 1]
        return abs(entry * left) if left else 0.0

    def is_most(self, origin: int, slack: float = NEAR) -> bool:
        """Tell whether what `origin` wrote is most of the memory."""
        entry, _ = self.entries[origin + 1]
        size = abs(self.at(self.memory))
        return (
            self.others(origin) <= size / 2 + slack
            and min(size, self.rest(origin)) >= VISIBLE - slack
            and abs(entry) >= WRITTEN - slack
        )

    def holds(self, fact: Fact, origin: float, held: bool) -> bool:
        """Check what a sentence says of the step that the memory comes from, and of the share that is left."""
        step = int(origin)
        _, left = self.entries[step + 1]
        told = fact.values.get("percent", 1.0)
        share = (
            near(told, left) if "percent" in fact.values else fact.kind.startswith("mostly") or abs(left - 1) <= VISIBLE
        )
        was_held = step >= 0 and Moment(self.run, step, self.unit).held
        return self.is_most(step) and step != self.step and share and was_held == held


def says_start(moment: Moment, fact: Fact) -> bool:
    """Check that what the memory began with is most of it."""
    return moment.holds(fact, -1, held=False)


def says_step(moment: Moment, fact: Fact) -> bool:
    """Check that what one step wrote is most of the memory."""
    return moment.holds(fact, fact.values["step"], held=False)


def says_held(moment: Moment, fact: Fact) -> bool:
    """Check that what one step was held at is most of the memory."""
    return moment.holds(fact, fact.values["step"], held=True)


def no_step(moment: Moment) -> bool:
    """Check that no step is most of the memory, by a margin; or that the cell carries no memory of this kind."""
    if CELLS[moment.run.cell].memory is None or not isfinite(moment.at(moment.memory)):
        return True
    if any(not isfinite(entry) for entry, _ in moment.entries):
        return True
    return not any(moment.is_most(step, -NEAR) for step in range(-1, moment.step + 1))


def mostly(moment: Moment, fact: Fact) -> bool:
    """Check that one step is most of the memory, with a share that percents would not say."""
    origin = int(fact.values["step"]) if "step" in fact.values else -1
    return moment.is_most(origin) and not VISIBLE <= moment.entries[origin + 1][1] < 1


CLAIMS: dict[str, Callable[[Moment, Fact], bool]] = {
    "held": lambda m, f: m.run.clamped(m.memory, m.step, m.unit) == f.values["number"] == m.at(m.memory),
    "beyond": lambda m, f: not isfinite(m.at(m.memory)),
    "empty": lambda m, f: abs(m.at(m.memory, m.step - 1)) < VISIBLE,
    "forgets": lambda m, f: abs(m.keep) < SHUT,
    "keeps": lambda m, f: near(f.values["percent"], m.keep) and 0 <= m.keep < WHOLE and m.is_visible_before,
    "multiplies": lambda m, f: near(f.values["number"], m.keep) and not SHUT <= m.keep < WHOLE,
    "writes little": lambda m, f: abs(m.written) < WRITTEN,
    "writes": lambda m, f: near(f.values["value"], m.written) and abs(m.written) >= WRITTEN and m.adds_up,
    "shows as held": lambda m, f: m.run.clamped("hidden", m.step, m.unit) == f.values["number"] == m.at("hidden"),
    "shows beyond": lambda m, f: not isfinite(m.at("hidden")),
    "shows empty": lambda m, f: abs(m.content) < VISIBLE,
    "shows little": lambda m, f: abs(m.gate) < SHUT and abs(m.at("hidden")) <= SHUT * abs(m.content) + NEAR,
    "shows": lambda m, f: near(f.values["percent"] * m.content, f.values["number"]) and m.shows(f),
    "shows so much": lambda m, f: m.shows(f) and not 0 <= m.gate < WHOLE,
    "shows all": lambda m, f: near(m.content, f.values["number"]) and m.shows(f),
    "consults empty": lambda m, f: abs(m.past) < VISIBLE,
    "resets": lambda m, f: abs(m.reset) < SHUT,
    "consults": lambda m, f: near(f.values["percent"], m.reset) and 0 <= m.reset < WHOLE,
    "multiplies past": lambda m, f: near(f.values["number"], m.reset) and not SHUT <= m.reset < WHOLE,
    "replaces little": lambda m, f: abs(m.at("hidden")) < VISIBLE,
    "replaces": lambda m, f: f.values["value"] == m.at("hidden") and abs(m.at("hidden")) >= VISIBLE,
    "written here": lambda m, f: m.is_most(m.step),
    "cancelled": lambda m, f: m.has_cancelled,
    "holds start": says_start,
    "holds part of start": says_start,
    "mostly start": mostly,
    "holds held": says_held,
    "holds part of held": says_held,
    "holds": says_step,
    "holds part": says_step,
    "mostly": mostly,
    "stop": lambda m, f: no_step(m),
}
