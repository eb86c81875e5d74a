"""The site shown on this machine: built anew when something changes, pages loaded again when it was.

Pages as served have one script more than as built, which waits for the next build.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from fxreport.vocabulary.errors import ConfigError

#: seconds between two looks at what the site depends on, and that a page waits for an answer
_PAUSE, _PATIENCE = 0.5, 20.0
_OURS = "/.fxreport/"
_RELOAD = b"""addEventListener("load", function ask() {
  const script = document.createElement("script");
  script.src = "/.fxreport/changed.js?since=%d";
  script.onload = () => { script.remove(); ask(); };
  script.onerror = () => { script.remove(); setTimeout(ask, 1000); };
  document.head.append(script);
});
"""


class Versions:
    """How often the site has been built since it is shown."""

    def __init__(self) -> None:
        self._number = 0
        self._changed = threading.Condition()

    @property
    def number(self) -> int:
        return self._number

    def advance(self) -> None:
        with self._changed:
            self._number += 1
            self._changed.notify_all()

    def wait(self, since: int) -> bool:
        """Wait for a later version, but not for ever; tell whether there is one."""
        with self._changed:
            return self._changed.wait_for(lambda: self._number > since, _PATIENCE)


def show(
    folder: Path,
    port: int,
    state: Callable[[], str],
    again: Callable[[], bool],
    announce: Callable[[str], object],
) -> None:
    """Serve the folder on 127.0.0.1 until interrupted; ``announce`` is told the address.

    ``state`` tells what the site depends on, ``again`` builds it and tells whether it could. Raises
    ConfigError for a port that is not to be had.
    """
    versions, ended = Versions(), threading.Event()

    def watch() -> None:
        seen = ""
        while not ended.is_set():
            if (now := state()) != seen:
                seen = now
                if again():
                    versions.advance()
            ended.wait(_PAUSE)

    try:
        server = ThreadingHTTPServer(
            ("127.0.0.1", port), partial(_Handler, versions=versions, directory=str(folder))
        )
    except (OSError, OverflowError) as error:
        raise ConfigError(f"cannot serve on port {port}: {error}; give another with --port") from error
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        announce(f"http://127.0.0.1:{server.server_port}/")
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        ended.set()
        server.server_close()
        watcher.join()


class _Handler(SimpleHTTPRequestHandler):
    """Files of the site; pages with the script that loads them again."""

    def __init__(self, *args: object, versions: Versions, **kwargs: object) -> None:
        self._versions = versions
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        if path.path.startswith(_OURS):
            self._ours(path.path.removeprefix(_OURS), parse_qs(path.query))
            return
        file = Path(self.translate_path(self.path))
        if file.is_dir() and path.path.endswith("/"):
            file /= "index.html"
        if file.suffix == ".html" and file.is_file():
            page = file.read_bytes().replace(b"script-src 'none'", b"script-src 'self'", 1)
            script = b'<script src="/.fxreport/reload.js"></script></head>'
            self._answer(page.replace(b"</head>", script, 1), "text/html; charset=utf-8")
            return
        super().do_GET()

    def _ours(self, name: str, query: dict[str, list[str]]) -> None:
        if name == "reload.js":
            self._answer(_RELOAD % self._versions.number, "text/javascript")
        elif name == "changed.js" and (since := query.get("since", [""])[0]).isdecimal():
            later = self._versions.wait(int(since))
            self._answer(b"location.reload();" if later else b"", "text/javascript")
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is built tells of itself."""
