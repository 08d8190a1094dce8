"""Where what comes on several drives is from, and how much each of these has sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from app.flatpak.bundles.given import GivenBundle, open_bundle
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.ostree.pull.fetch import Network
from app.progress import CancelToken, silent
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plans
from app.stick.writing.many import DriveResult, run_many
from tests.environments import environment_in
from tests.ostree.web import Web
from tests.registry import RegistryServer
from tests.servers import HostileServer
from tests.upstream import Upstream, host_arch

_OBJECTS = (".filez", ".dirtree", ".dirmeta", ".commit")


class Sources:
    """Servers, and a computer that knows them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._closing = ExitStack()
        self._remotes: list[Remote] = []
        self._webs: list[Web] = []
        self._registries: list[RegistryServer] = []
        self._makers: list[HostileServer] = []
        self.options = Options(host_arch())
        self.bundles: tuple[GivenBundle, ...] = ()
        self.environment: Environment = environment_in(directory / "computer")

    def close(self) -> None:
        self._closing.close()

    def enter(self, server: HostileServer) -> HostileServer:
        """It lasts as long as this."""
        return self._closing.enter_context(server)

    def forget(self) -> None:
        """Nothing is kept on the computer any more."""
        shutil.rmtree(self.environment.cache)

    # Who has what

    def upstream(self, upstream: Upstream, *, name: str = "up", local: bool = False) -> None:
        url = upstream.path.as_uri()
        if not local:
            web = Web(upstream.path)
            self._closing.callback(web.close)
            self._webs.append(web)
            url = web.url
        keys = (upstream.key.public,) if upstream.signed else ()
        collection = upstream.collection or None
        self._remotes.append(
            Remote(
                name, url, collection_id=collection, keys=keys,
                gpg_verify=upstream.signed, gpg_verify_summary=upstream.signed,
            )
        )  # fmt: skip
        if not upstream.signed:
            self.options = replace(self.options, allow_unsigned=True)

    def registry(self, upstream: Upstream) -> None:
        server = self._closing.enter_context(RegistryServer(self._directory / "registry"))
        server.add_all(upstream)
        self._registries.append(server)

    def makers(self, server: HostileServer) -> None:
        """They are asked for extra data."""
        self._makers.append(server)
        self.options = replace(self.options, with_extra_data=True)

    def file(self, path: Path) -> None:
        network = Network()
        opened = open_bundle(str(path), self._directory, network, CancelToken(), silent)
        self.bundles = (*self.bundles, opened)

    @property
    def known(self) -> Known:
        registries = tuple(each.registry() for each in self._registries)
        return Known(tuple(self._remotes), registries=registries)

    # What is done

    def plans(self, drives: Iterable[Path], *refs: str) -> list[Plan]:
        places = list(drives)
        for place in places:
            place.mkdir(exist_ok=True)
        request = PlanRequest(places[0], refs, None, None, self.options, bundles=self.bundles)
        made = make_plans(request, places, self.environment, self.known, silent, CancelToken())
        plans = [each for each in made if isinstance(each, Plan)]
        assert len(plans) == len(places), made
        return plans

    def carry_out(self, plans: list[Plan]) -> tuple[DriveResult, ...]:
        results = run_many(plans, self.environment, self.known, lambda _: None, CancelToken())
        assert [each.status for each in results] == [0] * len(plans), results
        return results

    def make(self, drives: Iterable[Path], *refs: str) -> None:
        self.carry_out(self.plans(drives, *refs))

    # What was sent

    def sent(self) -> int:
        """Bytes of all but lists and signatures, from the beginning."""
        return sum((*map(_of_web, self._webs), *map(_of_registry, self._registries))) + sum(
            map(_of_maker, self._makers)
        )


def _of_web(web: Web) -> int:
    return sum(
        (web.root / each.path.lstrip("/")).stat().st_size
        for each in web.asked
        if each.method == "GET" and each.path.endswith(_OBJECTS)
    )


def _of_registry(server: RegistryServer) -> int:
    return sum(server.blob(digest).stat().st_size for digest in server.sent)


def _of_maker(server: HostileServer) -> int:
    return sum(
        (server.root / each.path.rpartition("/")[2]).stat().st_size
        for each in server.asked
        if each.method == "GET"
    )
