"""Lets flatpak install what was checked: from a view, or as a sideload repository."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from app.client.receiving.installation import Place
from app.client.receiving.languages import parted_items, spoken
from app.client.receiving.lending import Lending
from app.client.receiving.offered import Key
from app.client.receiving.plan import Item, SourceRemote, State
from app.client.receiving.portions import Portion
from app.client.receiving.refusal import Refusal, RefusalKind
from app.flatpak.metadata import Metadata
from app.flatpak.program import FlatpakProgram
from app.formats.keyfile import KeyfileError
from app.message import Message
from app.progress import Cancel

_LOCALE = ".Locale"
_REASONLESS = Message("flatpak did not say why.")


class Way(Struct, frozen=True):
    """How flatpak gets at what was checked.

    Attributes:
        addresses: remote → where it leads meanwhile.
        sideload: the repository that it is told of; None with a view, which is the remote itself.
        older: what apps run on is here in another version than the list of its source names, as
            one that has got another name since: with that flatpak would replace it.
    """

    addresses: Mapping[str, str]
    sideload: Path | None = None
    older: bool = False


class Installer:
    """Runs flatpak for portions. All that it may change are the addresses of remotes."""

    def __init__(
        self,
        place: Place,
        program: FlatpakProgram,
        remotes: Mapping[str, SourceRemote],
        lending: Lending,
        cancel: Cancel,
    ) -> None:
        self._place = place
        self._program = program
        self._remotes = remotes
        self._lending = lending
        self._cancel = cancel

    def install(
        self, parts: Sequence[Portion], way: Way, tell: Callable[[str], None]
    ) -> dict[Key, Refusal]:
        """Returns why, by what was asked for, of what is not installed then.

        All at once; where that fails one by one, so that one app does not keep others away.
        """
        for remote, address in way.addresses.items():
            self._lending.lead(remote, address)
        try:
            if len(parts) > 1 and not self._run(parts, way, tell):
                return {}
            failed = {}
            for part in parts:
                reason = None if self.is_done(part) else self._run([part], way, tell)
                if reason is not None:
                    failed[part.asked.key] = Refusal(RefusalKind.FLATPAK, reason)
            return failed
        finally:
            for remote in way.addresses:
                self._lending.restore(remote)

    def is_done(self, part: Portion) -> bool:
        """Whether all of it is installed now, as it was checked."""
        there = self._place.installed()
        return all(
            (known := there.get(str(item.ref))) is not None
            and item.candidate is not None
            and known.commit == item.candidate.checksum
            for item in part.items
        )

    def _run(
        self, parts: Sequence[Portion], way: Way, tell: Callable[[str], None]
    ) -> Message | None:
        """Why flatpak did not install all of it; None if it did."""
        by_remote: dict[str, dict[str, None]] = {}
        translations: list[Item] = []
        for part in parts:
            for item in _named(part, sideload=way.sideload is not None):
                if item.ref.id.endswith(_LOCALE) and not item.asked:
                    translations.append(item)
                    continue
                name = self._remotes[item.collection].name
                by_remote.setdefault(name, {})[_name(item, way)] = None
        problem: Message | None = None
        for remote, refs in by_remote.items():
            options = [self._place.option, "-y", "--noninteractive", "--or-update"]
            # Only runtimes are pinned, and who asks for one wants to keep it.
            if not any(part.asked.asked and part.asked.ref.kind == "runtime" for part in parts):
                options += self._unpinned
            if way.sideload is not None:
                options.append(f"--sideload-repo={way.sideload}")
            if way.older:
                options.append("--no-deps")
            said = self._program.run(("install", *options, remote, *refs), self._cancel, tell)
            if said.status:
                reason = said.reason
                problem = Message("flatpak: {reason}", reason=reason) if reason else _REASONLESS
        problem = self._install_translations(translations, way, tell) or problem
        self._take_languages(parts, way, tell)
        if way.sideload is not None:
            self._remove_replaced(parts, tell)
        return problem

    def _install_translations(
        self, items: Sequence[Item], way: Way, tell: Callable[[str], None]
    ) -> Message | None:
        """Those of apps that come as files, in the languages of this computer: they have to be
        named, and of what is named flatpak takes every language."""
        if not items:
            return None
        languages = spoken(self._program, self._place, self._cancel)
        incomplete = [item.key for item, _ in parted_items(items, languages)]
        problem = None
        for item in items:
            part = item.candidate.parted if item.candidate is not None else None
            taken = languages.taken(part) if part is not None else languages.names
            # `_take_languages` brings what is there of the rest.
            if item.key in incomplete or (part is not None and not taken):
                continue
            remote = self._remotes[item.collection].name
            problem = self._install_parts(remote, [str(item.ref)], taken, way, tell) or problem
        return problem

    def _install_parts(
        self,
        remote: str,
        refs: Sequence[str],
        taken: Sequence[str],
        way: Way,
        tell: Callable[[str], None],
    ) -> Message | None:
        """``taken``: languages. Returns as `_run`."""
        options = [self._place.option, "-y", "--noninteractive", "--or-update"]
        options += (*self._unpinned, *(f"--subpath=/{name}" for name in taken))
        if way.sideload is not None:
            options.append(f"--sideload-repo={way.sideload}")
        said = self._program.run(("install", *options, remote, *refs), self._cancel, tell)
        if not said.status:
            return None
        return Message("flatpak: {reason}", reason=said.reason) if said.reason else _REASONLESS

    def _take_languages(
        self, parts: Iterable[Portion], way: Way, tell: Callable[[str], None]
    ) -> None:
        """Those that are there, of translations that flatpak does not take by itself."""
        items = {item.key: item for part in parts for item in part.items}
        if not any(item.candidate and item.candidate.parted for item in items.values()):
            return
        languages = spoken(self._program, self._place, self._cancel)
        together: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for item, part in parted_items(items.values(), languages):
            if taken := languages.taken(part):
                key = self._remotes[item.collection].name, taken
                together.setdefault(key, []).append(str(item.ref))
        for (remote, taken), refs in together.items():
            self._install_parts(remote, refs, taken, way, tell)

    @cached_property
    def _unpinned(self) -> tuple[str, ...]:
        """What comes along may go when nothing uses it any more, though it was named."""
        known = "--no-auto-pin" in self._program.ask("install", "--help")
        return ("--no-auto-pin",) if known else ()

    def _remove_replaced(self, parts: Iterable[Portion], tell: Callable[[str], None]) -> None:
        """The old names of apps whose new ones are there: from such a repository flatpak learns of
        no renaming."""
        there = self._place.installed()
        for item in (item for part in parts for item in part.items):
            old = [ref for ref in item.replaces if ref in there and ref != str(item.ref)]
            if old and str(item.ref) in there:
                options = (self._place.option, "-y", "--noninteractive")
                self._program.run(("uninstall", *options, *old), self._cancel, tell)


def _named(part: Portion, *, sideload: bool) -> list[Item]:
    """What has to be named. The rest flatpak finds by itself: the runtime, translations, and in a
    view extensions of all kinds."""
    items = []
    for item in part.items:
        # Named, it would want every language there is.
        named = item.asked or item is part.asked
        if item.ref.id.endswith(_LOCALE) and not named:
            continue
        # Named, a runtime would stay for ever (``flatpak pin``); flatpak finds it by the app.
        if named or item.state is State.UPDATE or (sideload and _is_extension(item)):
            items.append(item)
    return items


def _is_extension(item: Item) -> bool:
    text = item.candidate.commit.app_metadata if item.candidate is not None else None
    if text is None:
        return False
    try:
        return Metadata.parse(text.encode()).extension_of is not None
    except KeyfileError:
        return False


def _name(item: Item, way: Way) -> str:
    """What flatpak is asked for. Whoever has the old name of an app gets the new one by asking for
    the old: flatpak then takes settings along, and the old one away. That upstream's lists tell."""
    return item.replaces[0] if item.replaces and way.sideload is None else str(item.ref)
