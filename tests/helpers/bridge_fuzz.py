"""Random messages told to a window through its bridge, and what came of them."""

from __future__ import annotations

import json
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import get_args

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from bigmap.session.tool import Tool
from bigmap.ui.window.window import Window
from tests.helpers.bridge_messages import random_message

DEFECT = "a defect of bigmap"


@dataclass
class Told:
    """What became of random messages.

    Attributes
    ----------
    escaped : list of str
        Exceptions that nobody caught, and those that were told as a defect.
    seconds, refused_seconds : list of float
        How long each message that was taken, or refused, took on the processor.
    """

    escaped: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    refused_seconds: list[float] = field(default_factory=list)

    def kinds_of_escaped(self) -> list[tuple[str, int]]:
        """Return each kind of error with how often it came."""
        return Counter(self.escaped).most_common()


def tell_random(window: Window, n: int, seed: int) -> Told:
    """Send a window n random messages as its page would, and let it work them off."""
    rng, told = random.Random(seed), Told()
    shut = QTimer(interval=0)
    shut.timeout.connect(_close_menu)
    shut.start()
    west, south, east, north = window.session.document_or_refuse.built.sources.boundary.bounds
    with _caught(told):
        for i in range(n):
            text = random_message(rng, ((west + east) / 2, (south + north) / 2))
            began = time.thread_time()
            try:
                answer = json.loads(window.map.bridge.receive(text))
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                told.escaped.append(f"{type(error).__name__}: {str(error)[:80]}")
                answer = {"ok": False}
            took = time.thread_time() - began
            (told.seconds if answer["ok"] else told.refused_seconds).append(took)
            if i % 50 == 0:
                window.session.hold(tool=rng.choice(get_args(Tool)), zone=rng.randrange(3))
                QApplication.processEvents()
        QApplication.processEvents()
        window.hand.rest()
        QApplication.processEvents()
    shut.stop()
    return told


def _close_menu() -> None:
    """Take nothing of the menu at the mouse, which waits for an answer."""
    menu = QApplication.activePopupWidget()
    if menu is not None:
        menu.close()


@contextmanager
def _caught(told: Told) -> Iterator[None]:
    """Note what Qt's slots let escape, and what is logged as a defect."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage() == DEFECT and record.exc_info and record.exc_info[1]:
                error = record.exc_info[1]
                frame = error.__traceback__
                while frame and frame.tb_next:
                    frame = frame.tb_next
                where = frame.tb_frame.f_code.co_name if frame else ""
                told.escaped.append(f"{type(error).__name__} in {where}: {str(error)[:80]}")

    def hook(kind: type[BaseException], error: BaseException, trace: object) -> None:
        told.escaped.append(f"{kind.__name__}: {str(error)[:80]}")

    handler, before = Handler(), sys.excepthook
    logging.getLogger().addHandler(handler)
    sys.excepthook = hook
    try:
        yield
    finally:
        sys.excepthook = before
        logging.getLogger().removeHandler(handler)
