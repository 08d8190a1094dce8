"""Where somebody chooses apps: from two upstreams, for a drive."""

from __future__ import annotations

from pathlib import Path

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, satchel
from tests.servers import Server
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
OTHER, LARGE = (f"app/org.test.{name}/{ARCH}/stable" for name in ("Other", "Large"))
PLATFORM = f"runtime/org.test.Platform/{ARCH}/1"


def fill_second(upstream: Upstream) -> None:
    """Branches to choose from, a runtime from elsewhere, and Hello once more."""
    for branch in ("beta", "stable", "old"):
        upstream.add_app("org.test.Many", branch)
    upstream.add_app("org.test.Hello", "stable")
    upstream.add_app("org.test.New", "stable")
    upstream.add_app("org.test.Homeless", runtime="org.test.Nowhere//1")
    upstream.update()


class Place:
    """Two upstreams, a home whose cache is warm, a drive."""

    def __init__(self, directory: Path, upstream: Upstream, key: SigningKey) -> None:
        self.upstream = upstream
        self.home = directory / "home"
        self.drive = directory / "drive"
        self.home.mkdir()
        self.drive.mkdir()
        self.second = kept_upstream(directory / "second", key, fill_second, "org.test.Second")
        self.server = Server(upstream.path).__enter__()
        self.second_server = Server(self.second.path).__enter__()
        self.up = directory / "up.flatpakrepo"
        self.up.write_text(upstream.flatpakrepo(f"{self.server.url}/"))
        self.two = directory / "two.flatpakrepo"
        self.two.write_text(self.second.flatpakrepo(f"{self.second_server.url}/"))

    def close(self) -> None:
        self.server.close()
        self.second_server.close()

    def plan(self, *arguments: str | Path, check: bool | int = True, **options: object) -> Done:
        home = options.pop("home", self.home)
        return satchel("plan", self.drive, *arguments, "--json", home=home, check=check, **options)  # type: ignore[arg-type]

    def chosen(self, *arguments: str | Path) -> list[str]:
        return [item["ref"] for item in self.plan(*arguments).json["items"] if item["chosen"]]

    def error(self, *arguments: str | Path, code: int = 2, **options: object) -> str:
        """Message and hint of a refusal: on standard error for people, in JSON for programs."""
        done = self.plan(*arguments, check=code, **options)
        error = done.json["error"]
        assert error["exit_code"] == code
        assert error["message"] in done.stderr
        return f"{error['message']} {error['hint']}".rstrip()
