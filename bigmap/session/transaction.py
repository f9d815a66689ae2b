"""Transactions: a change of the session is made wholly, or where it fails not at all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

State = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")


class Transactional(ABC):
    """Something whose changes are shown by listeners, any of which may fail.

    A subclass says what its state is (`state`) and how to restore one (`go_back`).
    """

    _within = False

    @abstractmethod
    def state(self) -> State:
        """Return what `go_back` needs."""

    @abstractmethod
    def go_back(self, state: State) -> None:
        """Restore a state, and have it shown anew."""

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Run the block as one transaction: where it or a listener fails, the state before it is restored."""
        if self._within:
            yield
            return
        before, self._within = self.state(), True
        try:
            yield
        except BaseException:
            self.go_back(before)
            raise
        finally:
            self._within = False


S = TypeVar("S", bound=Transactional)


def wholly(act: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Make a method one transaction: where it fails, everything is as it was before."""

    @wraps(act)
    def acted(self: S, *args: P.args, **kwargs: P.kwargs) -> T:
        with self.whole():
            return act(self, *args, **kwargs)

    return acted
