"""The base of the messages between window and page: the kind on the wire is the name of the class."""

from __future__ import annotations

import re
from typing import ClassVar


class MapMessage:
    """A message; each class of them is a frozen dataclass of numbers, text, and lists of these.

    Attributes
    ----------
    kind : str
        Name of the class in snake case, by which the page knows it: ``PageReady`` is 'page_ready'.
    """

    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """Name the kind."""
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
