"""How fast a model may be asked: calls in flight, and requests and tokens per minute. Time is an argument here."""

from __future__ import annotations

from collections import deque

from agentalign.dataclasses import dataclass, field

MINUTE = 60.0


@dataclass(slots=True)
class Window:
    """How many calls may be in flight: additive increase, multiplicative decrease (Chiu & Jain 1989), as TCP does it.

    It starts wide open, for a call refused with 429 costs nothing. An overload halves it. Then it doubles per round trip
    up to three quarters of where it was overloaded, and beyond grows by `ceiling / 32`, at least one, per round trip.
    Calls that were already in flight when it was halved do not halve it again.
    """

    ceiling: int
    size: float = 0.0
    threshold: float = 0.0
    epoch: int = 0

    def __post_init__(self) -> None:
        self.size = self.threshold = float(self.ceiling)

    def room(self, in_flight: int) -> bool:
        """Whether one more call may start."""
        return in_flight < int(self.size)

    def succeeded(self) -> None:
        """A call came back with an answer."""
        step = 1.0 if self.size < self.threshold else min(1.0, max(1.0, self.ceiling / 32) / self.size)
        self.size = min(float(self.ceiling), self.size + step)

    def overloaded(self, epoch: int) -> bool:
        """A call that started in `epoch` was turned away; whether the window shrank for it."""
        if epoch != self.epoch:
            return False
        self.epoch += 1
        self.threshold = max(1.0, self.size * 0.75)
        self.size = max(1.0, self.size / 2)
        return True


@dataclass(slots=True, eq=False)
class Entry:
    """What was taken of a minute, and when."""

    at: float
    amount: int


@dataclass(slots=True)
class Minute:
    """At most `limit` in any sixty seconds. What alone exceeds the limit waits until nothing else is counted."""

    limit: int
    _entries: deque[Entry] = field(default_factory=deque)
    _total: int = 0

    def wait(self, now: float, amount: int) -> float:
        """Seconds until `amount` may be taken; 0 if it may be now."""
        self._forget(now)
        excess, until = self._total + amount - self.limit, 0.0
        for entry in self._entries:
            if excess <= 0:
                break
            excess -= entry.amount
            until = entry.at + MINUTE - now
        return until

    def take(self, now: float, amount: int) -> Entry:
        """Count `amount` from `now` on; the entry can be corrected when the true amount is known."""
        entry = Entry(now, amount)
        self._entries.append(entry)
        self._total += amount
        return entry

    def correct(self, entry: Entry, amount: int) -> None:
        """Count `amount` in place of what `entry` was taken for, unless its minute is over."""
        if self._entries and entry.at >= self._entries[0].at:
            self._total += amount - entry.amount
            entry.amount = amount

    def _forget(self, now: float) -> None:
        while self._entries and self._entries[0].at + MINUTE <= now:
            self._total -= self._entries.popleft().amount
