"""Watch a page for what a person would not see and should not have to bear.

Errors on its console, exceptions nobody caught, and requests that leave the machine.
"""

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, WebSocket

LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
LOCAL_SCHEMES = {"about", "blob", "data", "file"}


class Watch:
    """Everything there is to complain about on a page, in the order it happened."""

    def __init__(self, page: Page) -> None:
        self._heard: list[str] = []
        self._forgiven: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
        page.on("request", self._request)
        page.on("websocket", self._websocket)

    def forgive(self, part: str) -> None:
        """Overlook what contains `part`, past and to come: the test means it to happen, and fails if it does not."""
        self._forgiven.append(part)

    def complaints(self) -> list[str]:
        """Return a line for each thing that went wrong, and for each that was to and did not."""
        wrong = [heard for heard in self._heard if not any(part in heard for part in self._forgiven)]
        missing = [part for part in self._forgiven if not any(part in heard for heard in self._heard)]
        return wrong + [f"forgiven, but never happened: {part}" for part in missing]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._heard.append(f"console error at {message.location['url']}: {message.text}")

    def _page_error(self, error: Error) -> None:
        self._heard.append(f"uncaught: {error.stack or error.message}")

    def _request(self, request: Request) -> None:
        self._leaves(request.url)

    def _websocket(self, socket: WebSocket) -> None:
        self._leaves(socket.url)

    def _leaves(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in LOCAL_SCHEMES and parts.hostname not in LOCAL_HOSTS:
            self._heard.append(f"request that leaves the machine: {url}")
