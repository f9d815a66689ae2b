"""Files whose role the user told: which of their layers are read for it."""

from __future__ import annotations

from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.core.sources.layers import Role
from bigmap.io.formats import archive
from bigmap.io.formats.detect_format import Format, format_of, is_archive
from bigmap.io.formats.raw_layer import layer_names, outline
from bigmap.io.georeferencing.placement import LayerToRead
from bigmap.io.vocabulary.layer_roles import detect_role

_Held = tuple[Path, str | None]


def layers_told(role: Role, path: Path) -> list[LayerToRead]:
    """Return the layers of a file that are read for a role: the one whose name fits it, of zones all that do.

    A file given as the zones is the zones: where no layer is named as such, all are read that are not named
    as something else, and where there are none of these, all.

    Raises
    ------
    UserError
        If the file holds no layer with shapes.
    """
    files = [path]
    if is_archive(path):
        files = [member for member in archive.members(path) if format_of(member) is not None]
    held = [(file, name) for file in files for name in layer_names(file)]
    if not held:
        raise UserError("{file} holds no layer with shapes: give a file that does.", file=path.name)
    roles = {layer: detect_role(layer[1] or layer[0].stem).role for layer in held}
    fitting = [layer for layer in held if roles[layer] == role]
    unknown = [layer for layer in held if roles[layer] == Role.UNKNOWN]
    if role != Role.ZONES:
        chosen = fitting[:1] or [_whole(held[0])]
    elif fitting:
        chosen = fitting + [layer for layer in unknown if _is_lettering(*layer)]
    else:
        chosen = unknown or held
    return [LayerToRead(role, file, name, 3) for file, name in chosen]


def _whole(layer: _Held) -> _Held:
    """Return a layer, of a drawing all of it."""
    return (layer[0], None) if format_of(layer[0]) == Format.DXF else layer


def _is_lettering(file: Path, name: str | None) -> bool:
    """Tell whether a layer of a drawing holds nothing but points: the names written into the outlines."""
    return format_of(file) == Format.DXF and outline(file, name)[1] == "Point"
