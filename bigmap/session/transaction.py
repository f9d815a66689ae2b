"""Transactions: a change of the session is made wholly, or where it fails not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

State = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")


class Transactional:
    """Something whose changes are shown by listeners, any of which may fail.

    A class below says what its state is (`state`) and how it goes back to one (`go_back`).
    """

    _within = False

    def state(self) -> State:
        """Return what `go_back` needs."""
        raise NotImplementedError

    def go_back(self, state: State) -> None:
        """Be as in a state, and show that anew."""
        raise NotImplementedError

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Do what stands in the block wholly: where it or a listener fails, all is as it was before it."""
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
    """Make a method leave everything as it was where it fails."""

    @wraps(act)
    def acted(self: S, *args: P.args, **kwargs: P.kwargs) -> T:
        with self.whole():
            return act(self, *args, **kwargs)

    return acted
