"""Which data model a layer is of: by its name with some of its fields, or by a set of fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bigmap.io.data_models import (
    abroad,
    cass,
    geofabrik,
    land_survey,
    management,
    map_tables,
    national_base,
    osm_tags,
    overture,
    planning,
    register,
)
from bigmap.io.data_models.model import AREA, LINE, POINT, DataModel, LayerModel, Recognition, plain, stems

MODELS: tuple[DataModel, ...] = (
    cass.MODEL,
    planning.MODEL,
    land_survey.SECOND,
    land_survey.MODEL,
    national_base.MODEL,
    register.MODEL,
    management.MODEL,
    geofabrik.MODEL,
    osm_tags.MODEL,
    overture.MODEL,
    map_tables.MODEL,
    *abroad.MODELS,
)
"""All models, those first whose fields could be taken for another's."""


def recognise(name: str, fields: Iterable[str], geometry: str = "") -> Recognition | None:
    """Return the layer of a data model that a layer of a file is, None where it is of none.

    A name needs a field of the model beside it, unless the model says that it is enough; fields tell a layer
    by sets only, since one of them alone (fclass, type, kind, code) stands in many models.

    Parameters
    ----------
    name : str
        Layer name or file stem.
    fields : iterable of str
    geometry : str
        GDAL's name of the geometry type, '' where it is not known.

    Examples
    --------
    >>> str(recognise("BOUA6_py", ["GB", "PAC", "NAME"], "Polygon").layer.title)
    'BOUA 行政境界面'
    >>> recognise("landuse", ["fclass"]) is None
    True
    """
    keys = {plain(field) for field in fields}
    shapes = shapes_of(geometry)
    whole, words = stems(name)
    for wanted in (whole, words):
        for model, layer in _layers(shapes):
            if wanted & set(layer.names) and _has_any(keys, layer.needs):
                return Recognition(model, layer, by_name=True)
    for model, layer in _layers(shapes):
        if layer.pattern and re.search(layer.pattern, plain(name)) and _has_any(keys, layer.needs):
            return Recognition(model, layer, by_name=True)
    for model, layer in _layers(shapes):
        if any(keys >= {plain(field) for field in signs} for signs in layer.signs):
            return Recognition(model, layer, by_name=False)
    return None


def _layers(shapes: set[str]) -> Iterator[tuple[DataModel, LayerModel]]:
    for model in MODELS:
        for layer in model.layers:
            if not shapes or not layer.shapes or shapes & set(layer.shapes):
                yield model, layer


def _has_any(keys: set[str], needs: tuple[str, ...]) -> bool:
    return not needs or any(plain(field) in keys for field in needs)


def shapes_of(geometry: str) -> set[str]:
    """Return what a geometry type of GDAL may hold; nothing for a type that says nothing."""
    signs = {AREA: r"Polygon|Surface", LINE: r"LineString|Curve$", POINT: r"Point"}
    return {shape for shape, sign in signs.items() if re.search(sign, geometry)}
