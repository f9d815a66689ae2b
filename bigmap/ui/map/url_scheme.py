"""The address ``bigmap://app/`` under which the map page finds itself, its scripts and its scenes.

Everything else is refused, so that the map cannot ask the network for anything.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from pathlib import PurePosixPath

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject, QThreadPool, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from bigmap.base.paths import resources

log = logging.getLogger(__name__)
NAME = "bigmap"
HOME = f"{NAME}://app/map.html"
_IMAGE = QWebEngineUrlRequestInfo.ResourceType.ResourceTypeImage
_ALLOWED = {NAME, "data", "blob"}
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


def register() -> None:
    """Make the scheme known to Qt; once, before the `QApplication`."""
    if QWebEngineUrlScheme.schemeByName(NAME.encode()).name():
        return
    scheme = QWebEngineUrlScheme(NAME.encode())
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flags = QWebEngineUrlScheme.Flag
    scheme.setFlags(flags.SecureScheme | flags.CorsEnabled | flags.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


class Library(QWebEngineUrlSchemeHandler):
    """Answers requests: the page, files below ``resources/web``, scenes and packets, tiles of a basemap.

    Attributes
    ----------
    pictures : callable or None
        Gives the picture of a tile: scale, column, row from the top. Called off the UI thread, since a large
        picture takes its time; never twice at once.
    """

    _painted = Signal(int, object)

    def __init__(self, page: str, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page.encode()
        self.scene_number = 0
        self._scene = b""
        self._packets: dict[int, bytes] = {}
        self._packet_number = 0
        self.pictures: Callable[[int, int, int], bytes | None] | None = None
        self._jobs: dict[int, QWebEngineUrlRequestJob] = {}
        self._job_number = 0
        self._painter = QThreadPool(self)
        self._painter.setMaxThreadCount(1)
        self._painted.connect(self._answer_painted)

    def hold(self, scene: bytes) -> int:
        """Keep the scene for the page to fetch, in place of the one before, and return its number."""
        self.scene_number += 1
        self._scene = scene
        return self.scene_number

    def hold_packet(self, packet: bytes) -> int:
        """Keep a packet for the page to fetch once, and return its number."""
        self._packet_number += 1
        self._packets[self._packet_number] = packet
        return self._packet_number

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer one request."""
        path = PurePosixPath(job.requestUrl().path())
        if (
            path.parts[:2] == ("/", "base")
            and len(path.parts) == 5
            and all(n.isdigit() for n in path.parts[2:])
        ):
            self._paint(job, *map(int, path.parts[2:]))
        else:
            _answer(job, self._content(path), _TYPES.get(path.suffix, "application/octet-stream"))

    def _paint(self, job: QWebEngineUrlRequestJob, z: int, x: int, y: int) -> None:
        """Have a tile painted by the thread for that; the page may give it up meanwhile."""
        self._job_number += 1
        number, pictures = self._job_number, self.pictures
        self._jobs[number] = job
        job.destroyed.connect(lambda: self._jobs.pop(number, None))

        def work() -> None:
            content = None
            try:
                if pictures is not None and number in self._jobs:
                    content = pictures(z, x, y)
            except BaseException:  # a panic in a library too: the page waits for an answer
                log.exception("tile %d/%d/%d of the basemap cannot be read", z, x, y)
            self._painted.emit(number, content)

        self._painter.start(work)

    def _answer_painted(self, number: int, content: bytes | None) -> None:
        job = self._jobs.pop(number, None)
        if job is not None:
            _answer(job, content, "image/png")

    def stop_painting(self) -> None:
        """Paint no more tiles, and wait for the one under way."""
        self._painter.clear()
        self._painter.waitForDone()

    def _content(self, path: PurePosixPath) -> bytes | None:
        if path == PurePosixPath("/map.html"):
            return self._page
        if path == PurePosixPath(f"/scene/{self.scene_number}"):
            return self._scene
        if path.parent == PurePosixPath("/packet") and path.name.isdigit():
            return self._packets.pop(int(path.name), None)
        if path == PurePosixPath("/web/qwebchannel.js"):
            return _qt_file(":/qtwebchannel/qwebchannel.js")
        return _web_file(path)


class Gate(QWebEngineUrlRequestInterceptor):
    """Lets only the map's own addresses pass, and pictures from hosts the user chose; counts.

    Attributes
    ----------
    hosts : frozenset of str
        Servers of the basemap in use, asked by https only; none by default.
    passed : Counter of str
        Number of requests by scheme.
    refused : list of str
        Addresses that were asked for and not let through.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.passed: Counter[str] = Counter()
        self.refused: list[str] = []
        self.hosts: frozenset[str] = frozenset()

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Let the request pass or block it."""
        url = info.requestUrl()
        chosen = url.scheme() == "https" and url.host() in self.hosts
        if url.scheme() in _ALLOWED or (chosen and info.resourceType() == _IMAGE):
            self.passed[url.scheme()] += 1
        else:
            self.refused.append(url.toString())
            info.block(True)


def _answer(job: QWebEngineUrlRequestJob, content: bytes | None, kind: str) -> None:
    if content is None:
        job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
        return
    buffer = QBuffer(job)
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    job.reply(kind.encode(), buffer)


def _web_file(path: PurePosixPath) -> bytes | None:
    root = resources("web").resolve()
    file = resources(*path.parts[1:]).resolve()
    return file.read_bytes() if file.is_relative_to(root) and file.is_file() else None


def _qt_file(name: str) -> bytes | None:
    file = QFile(name)
    return bytes(file.readAll().data()) if file.open(QIODevice.OpenModeFlag.ReadOnly) else None
