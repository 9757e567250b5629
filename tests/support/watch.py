"""Watch a page for what a person would not see and should not have to bear.

Errors on its console, exceptions nobody caught, and requests that leave the machine.
"""

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, WebSocket

LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
LOCAL_SCHEMES = {"about", "blob", "data", "file"}


class Watch:
    """Everything there is to complain about on a page, in the order it happened.

    Attributes
    ----------
    complaints : list of str
        A line each. A test that provokes an error on purpose takes it out with `forgive`.
    """

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
        page.on("request", self._request)
        page.on("websocket", self._websocket)

    def forgive(self, part: str) -> None:
        """Drop the complaints that contain `part`; there must be one."""
        kept = [complaint for complaint in self.complaints if part not in complaint]
        assert len(kept) < len(self.complaints), f"nothing to forgive: no complaint contains {part!r}"
        self.complaints = kept

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console error at {message.location['url']}: {message.text}")

    def _page_error(self, error: Error) -> None:
        self.complaints.append(f"uncaught: {error.stack or error.message}")

    def _request(self, request: Request) -> None:
        self._leaves(request.url)

    def _websocket(self, socket: WebSocket) -> None:
        self._leaves(socket.url)

    def _leaves(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in LOCAL_SCHEMES and parts.hostname not in LOCAL_HOSTS:
            self.complaints.append(f"request that leaves the machine: {url}")
