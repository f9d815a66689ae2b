"""What a data model is: layers known by name and fields, codes that decide row by row, fields with units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from bigmap.base.i18n import Text
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.rows import Judge

AREA, LINE, POINT = "area", "line", "point"
"""Shapes that a layer of a model holds."""

_ENDING = re.compile(
    r"([_\-. ]*(free|py|ln|pt|ap|polygons?|lines?|points?|region|面|线|点)|[_\-. ]a|[_\-. ]?\d+(k|m)?)+$"
)


@dataclass(frozen=True)
class LayerModel:
    """One layer of a data model.

    Attributes
    ----------
    title : str
        Its name as the source has it: 'DLTB 地类图斑'.
    names : tuple of str
        Names of such layers, without endings such as _py, 4 or _free_1.
    needs : tuple of str
        A layer of that name has at least one of these fields; () where the name is enough.
    pattern : str
        What a name may hold that tells it too: a regular expression.
    signs : tuple of (tuple of str)
        Sets of fields, each of which tells the layer whatever its name is.
    shapes : tuple of str
        What it holds, of `AREA`, `LINE`, `POINT`; () for all.
    judge : callable
        Gives the kind of each row.
    fields : mapping of str to (tuple of str)
        Canonical field → columns that fill it, best first; () where no column may.
    factors : mapping of str to float
        Column → what one of its units is in ours.
    planned : bool
        Whether it shows what shall be, not what is there.
    instead : Role or None
        What a planned layer is used for all the same where no other layer gives any.
    tells : bool
        Whether it tells what drawing it lies in; False for frames and lettering, which stand in many.
    """

    title: str
    names: tuple[str, ...]
    judge: Judge
    needs: tuple[str, ...] = ()
    pattern: str = ""
    signs: tuple[tuple[str, ...], ...] = ()
    shapes: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    planned: bool = False
    instead: Role | None = None
    tells: bool = True


@dataclass(frozen=True)
class DataModel:
    """How an office or a download names its layers, fields and codes.

    Attributes
    ----------
    name : Text
    layers : tuple of LayerModel
        The more special ones first.
    crs : str
        Coordinates as they usually come.
    source : str
        Where its facts are from.
    """

    name: Text
    layers: tuple[LayerModel, ...]
    crs: str
    source: str


@dataclass(frozen=True)
class Recognition:
    """A layer of a file as a layer of a data model.

    Attributes
    ----------
    model : DataModel
    layer : LayerModel
    by_name : bool
        Whether its name is one of the model's; else its fields alone tell.
    """

    model: DataModel
    layer: LayerModel
    by_name: bool

    @property
    def title(self) -> Text:
        """Name for people: '第三次国土调查 DLTB'."""
        return Text("{model} {layer}", {"model": self.model.name, "layer": self.layer.title})


def plain(name: str) -> str:
    """Return the name of a layer or field for comparison: half-width, lower case, no blanks.

    Examples
    --------
    >>> plain(" ＤＬＢＭ "), plain("names.primary")
    ('dlbm', 'names.primary')
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name).casefold())


def stems(name: str) -> tuple[set[str], set[str]]:
    """Return what the name of a layer is without endings, and its words, likewise.

    Examples
    --------
    >>> "boua" in stems("BOUA6_py")[0], "dltb" in stems("350203DLTB")[1]
    (True, True)
    >>> "landuse_a" in stems("gis_osm_landuse_a_free_1")[0]
    True
    """
    whole = plain(name)
    middle = re.sub(r"^gis_osm_", "", re.sub(r"_(free_)?\d+$", "", whole))
    words = {*re.split(r"[_\-.()\[\]]+", whole), *re.findall(r"[a-z]+|[一-鿿]+", whole)}
    return _without_endings({whole, middle}), _without_endings(words)


def _without_endings(names: set[str]) -> set[str]:
    return ({_ENDING.sub("", name) for name in names} | names) - {""}


_ROLES_OF = {Role.ROADS: (LINE, AREA), Role.BARRIERS: (LINE, AREA)}


def fits_role(role: Role) -> tuple[str, ...]:
    """Return the shapes that features of a role can have."""
    return _ROLES_OF.get(role, (AREA,))
