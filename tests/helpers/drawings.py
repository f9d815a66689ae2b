"""DXF drawings written line by line."""

from __future__ import annotations

from tests.helpers.shapefiles import X0, Y0


def drawing(layers, page="ANSI_936", encoding="gb18030", version="AC1015"):
    """Return a DXF: a closed square and a text on each layer."""
    lines = ["0", "SECTION", "2", "HEADER", "9", "$ACADVER", "1", version, "9", "$DWGCODEPAGE", "3", page]
    lines += ["0", "ENDSEC", "0", "SECTION", "2", "ENTITIES"]
    for i, layer in enumerate(layers):
        x = X0 + 120 * i
        lines += ["0", "LWPOLYLINE", "5", f"{i + 16:X}", "8", layer, "90", "4", "70", "1"]
        for dx, dy in ((0, 0), (100, 0), (100, 100), (0, 100)):
            lines += ["10", str(x + dx), "20", str(Y0 + dy)]
        lines += ["0", "TEXT", "5", f"{i + 90:X}", "8", layer, "10", str(x), "20", str(Y0), "40", "2"]
        lines += ["1", "筼筜\\U+5C0F区"]
    return ("\n".join([*lines, "0", "ENDSEC", "0", "EOF"]) + "\n").encode(encoding)
