"""Tables joined to estates by name: only sure pairs, each row and each estate once, the others to be seen."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from bigmap.base.arrays import Floats
from bigmap.core.sources.estate_names import Name, differs_in_a_sign, siblings

SURE = 90.0
"""Score, of 100, from which a pair is joined without a question."""

MARGIN = 8.0
"""By how much the best candidate must lead the second, on both sides, unless the names are equal."""

LIKELY = 60.0
"""Score from which a candidate is worth showing."""

SHOWN = 3
"""Candidates that are shown."""

_EXACT, _NEAR, _SAME, _OTHER, _CORE = 100.0, 98.0, 97.0, 95.0, 92.0
_OPEN, _CLASS, _INSIDE, _SIGN = 84.0, 80.0, 78.0, 74.0


@dataclass(frozen=True)
class Pair:
    """An estate and a row that belong together, by position, and how surely, of 100."""

    estate: int
    row: int
    score: float


@dataclass
class Pairing:
    """What the names told.

    Attributes
    ----------
    pairs : list of Pair
        Sure ones, in the order of the estates; no estate and no row stands in two.
    doubtful : dict of int to list of Pair
        Row → its candidates, best first.
    spare : list of int
        Rows without a candidate.
    bare : list of int
        Estates without a row.
    """

    pairs: list[Pair] = field(default_factory=list)
    doubtful: dict[int, list[Pair]] = field(default_factory=dict)
    spare: list[int] = field(default_factory=list)
    bare: list[int] = field(default_factory=list)


def marks(names: Sequence[str], numbers: Sequence[int]) -> list[str]:
    """Return what rows or estates are called for good: the name, with the number where others bear it too.

    Examples
    --------
    >>> marks(["甲", "乙", "甲"], [4, 5, 6])
    ['甲 #4', '乙', '甲 #6']
    """
    often = Counter(names)
    return [
        name if often[name] == 1 else f"{name} #{number}" for name, number in zip(names, numbers, strict=True)
    ]


def paired(
    estates: Sequence[Name], rows: Sequence[Name], estate_in: Sequence[str] = (), row_in: Sequence[str] = ()
) -> Pairing:
    """Return which row belongs to which estate; the order of neither changes anything.

    Parameters
    ----------
    estates, rows : sequence of Name
        Those with an empty name are never joined.
    estate_in, row_in : sequence of str, optional
        Community of each, '' where unknown: it tells namesakes apart.

    Notes
    -----
    In order: equal names (100), equal but for place and notes (98), but for 花园 and its variants (97), equal
    to a former name (95), equal but for a 花园 that one of them leaves out (92), each only where nobody else
    bears the name; then by edit distance, at most 91. A number, letter or direction that differs (一期, 二期)
    is never overlooked.
    """
    here = list(estate_in) or [""] * len(estates)
    there = list(row_in) or [""] * len(rows)
    found = _Search(estates, rows, here, there)
    found.by_key(_EXACT, lambda name: {name.exact}, with_place=True)
    found.by_key(_EXACT, lambda name: {name.exact})
    found.by_key(_NEAR, lambda name: {name.near}, with_place=True)
    found.by_key(_NEAR, lambda name: {name.near})
    found.by_key(_SAME, lambda name: {name.same}, with_place=True)
    found.by_key(_SAME, lambda name: {name.same})
    found.by_key(_OTHER, lambda name: name.keys)
    found.by_key(_CORE, lambda name: {name.core})
    found.by_likeness()
    return found.result()


class _Search:
    """The state of a search: pairs found so far."""

    def __init__(
        self, estates: Sequence[Name], rows: Sequence[Name], here: list[str], there: list[str]
    ) -> None:
        self.estates, self.rows, self.here, self.there = estates, rows, here, there
        self.row_of: dict[int, Pair] = {}
        self.estate_of: dict[int, Pair] = {}
        self.candidates: dict[int, list[Pair]] = {}

    def by_key(self, score: float, keys: Callable[[Name], set[str]], *, with_place: bool = False) -> None:
        """Pair names that share a key which nobody else bears."""
        mine = _bearers(self.estates, keys, self.here if with_place else None)
        yours = _bearers(self.rows, keys, self.there if with_place else None)
        hits = [
            Pair(mine[key][0], yours[key][0], score)
            for key in mine.keys() & yours.keys()
            if len(mine[key]) == len(yours[key]) == 1
        ]
        self._take([pair for pair in set(hits) if self._is_free(pair) and self._agree(pair)])

    def _agree(self, pair: Pair) -> bool:
        a, b = self.estates[pair.estate], self.rows[pair.row]
        if pair.score == _CORE:
            bare = [name for name in (a, b) if name.core == name.same]
            whole = len(bare) == 1 and bare[0].exact.endswith(bare[0].core)  # 永鸿小区 is no 永鸿大厦
            return whole and siblings(a, b) == "same" and len(a.core) > 1
        return not _elsewhere(a.place, b.place)

    def _is_free(self, pair: Pair) -> bool:
        return pair.estate not in self.row_of and pair.row not in self.estate_of

    def _take(self, pairs: list[Pair]) -> None:
        """Keep the pairs whose two ends stand in no other of them."""
        estates, rows = Counter(pair.estate for pair in pairs), Counter(pair.row for pair in pairs)
        for pair in pairs:
            if estates[pair.estate] == rows[pair.row] == 1:
                self.row_of[pair.estate] = self.estate_of[pair.row] = pair

    def by_likeness(self) -> None:
        """Pair what is left by edit distance, where the best candidate of both leads clearly."""
        left = [i for i, name in enumerate(self.estates) if name.exact and i not in self.row_of]
        left.sort(
            key=lambda i: self.estates[i].shown
        )  # equal scores are then listed the same, whatever the order
        open_rows = [j for j, name in enumerate(self.rows) if name.exact and j not in self.estate_of]
        if not left or not open_rows:
            return
        scores = self._scores(left, open_rows)
        best, second = _two_best(scores, axis=1)
        best_of_estate, second_of_estate = _two_best(scores, axis=0)
        sure = []
        for b, row in enumerate(open_rows):
            order = np.argsort(-scores[b], kind="stable")[:SHOWN].tolist()
            likely = [a for a in order if scores[b, a] >= LIKELY]
            self.candidates[row] = [Pair(left[a], row, float(scores[b, a])) for a in likely]
            if not likely:
                continue
            a = likely[0]
            mutual = best[b] == best_of_estate[a] == scores[b, a]
            leads = best[b] - max(second[b], second_of_estate[a]) >= MARGIN
            if mutual and leads and SURE <= best[b] < _CORE:
                sure.append(self.candidates[row][0])
        self._take(sure)

    def _scores(self, left: list[int], open_rows: list[int]) -> Floats:
        """Return the score of each open row (down) with each estate left (across)."""
        mine, yours = [self.estates[i] for i in left], [self.rows[j] for j in open_rows]
        raw = np.maximum(
            _alike([n.same for n in yours], [n.same for n in mine]),
            0.8 * _alike([n.core for n in yours], [n.core for n in mine]),
        )
        namesakes = {key for name in yours for key in name.keys} & {key for name in mine for key in name.keys}
        scores = np.zeros_like(raw)
        likely = raw >= LIKELY - 20
        for b, a in zip(*np.nonzero(likely), strict=True):
            scores[b, a] = _judged(float(raw[b, a]), yours[b], mine[a])
        for b, name in enumerate(yours):
            for a, other in enumerate(mine if name.keys & namesakes else []):
                if name.keys & other.keys:
                    scores[b, a] = max(scores[b, a], _SAME)
        return scores

    def result(self) -> Pairing:
        open_rows = [j for j in range(len(self.rows)) if j not in self.estate_of]
        return Pairing(
            pairs=[self.row_of[i] for i in sorted(self.row_of)],
            doubtful={j: self.candidates[j] for j in open_rows if self.candidates.get(j)},
            spare=[j for j in open_rows if not self.candidates.get(j)],
            bare=[i for i, name in enumerate(self.estates) if i not in self.row_of and name.exact],
        )


def _bearers(
    names: Sequence[Name], keys: Callable[[Name], set[str]], where: list[str] | None
) -> dict[str, list[int]]:
    """Return who bears each key; with places, only those whose place is known."""
    found = defaultdict(list)
    for i, name in enumerate(names):
        if name.exact and (where is None or where[i]):
            for key in keys(name):
                found[key if where is None else f"{key} {where[i]}"].append(i)
    return found


def _elsewhere(a: str, b: str) -> bool:
    """Tell whether two places before a name contradict each other: 思明区, 湖里区."""
    mine, yours = ({part[-1]: part for part in re.findall(r".+?[市区道镇会号]", place)} for place in (a, b))
    return any(mine[kind] != yours[kind] for kind in mine.keys() & yours.keys())


def _alike(a: list[str], b: list[str]) -> Floats:
    return 100.0 * np.asarray(cdist(a, b, scorer=Levenshtein.normalized_similarity), dtype=np.float64)


def _judged(score: float, a: Name, b: Name) -> float:
    """Return a likeness with what speaks against the pair."""
    kin = siblings(a, b)
    if kin == "other" or _elsewhere(a.place, b.place):
        return 0.0
    short, long = sorted((a.same, b.same), key=len)
    if len(short) > 2 and short in long:
        score = max(score, _INSIDE)
    if kin == "open":
        score = min(score, _OPEN)
    if a.core != a.same and b.core != b.same and a.same[len(a.core) :] != b.same[len(b.core) :]:
        score = min(score, _CLASS)
    if differs_in_a_sign(a.same, b.same):
        score = min(score, _SIGN)
    return min(score, _CORE - 1)


def _two_best(scores: Floats, axis: int) -> tuple[Floats, Floats]:
    """Return the best and the second-best score along an axis; 0 where there is no second."""
    ordered = np.sort(scores, axis=axis)
    best = np.take(ordered, -1, axis=axis)
    second = np.take(ordered, -2, axis=axis) if scores.shape[axis] > 1 else np.zeros_like(best)
    return best, second
