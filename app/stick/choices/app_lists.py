"""The apps that a list names, whoever wrote it: flatpak, a script, a Brewfile, a table, a person.

``flatpak list`` prints other columns in other versions, in the person's language, aligned with
spaces on a terminal and with tabs elsewhere; its ``--json`` has the headings, translated as well,
as keys. So nothing is made of headings and positions: a line is about what in it can name an app
and nothing else. What names none is told, with its number.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct, field

from app.flatpak.refs import PartialRef, Ref, RefError, arch_problem, branch_problem, name_problem
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Registry, Remote
from app.message import Message
from app.progress import Notice
from app.severity import Severity
from app.stick.choices.list_text import (
    AROUND,
    arguments,
    excerpt,
    is_remote_name,
    whole_lines,
    words_of,
)
from app.text import Policy, clean

_CUT = "…"
# Branches that cannot be taken for an app's version.
_BRANCHES = frozenset({"stable", "beta", "master", "devel", "nightly", "test"})
# What an app brings along by itself; plain IDs do not tell runtimes from apps.
_COMPANION = re.compile(
    r".*\.(?:Locale|Debug|Sources|[\w-]*Platform|Sdk)|.*\.(?:Platform|Sdk)\..*"
    r"|org\.(?:gtk\.Gtk3theme|kde\.KStyle|kde\.PlatformTheme|kde\.WaylandDecoration)\..*",
    re.ASCII,
)
_MOST_SHOWN = 5
_MOST_LINES = 50
_TABLE = re.compile(r"\t|\s{2,}")
_COMMANDS = re.compile(r"&&|\|\||[;|]")
_FLATPAK = re.compile(r"\bflatpak\s+(?:-\S+\s+)*([a-z-]+)(?=\s|$)")
_INSTALLING = frozenset({"install", "update"})
_OTHERWISE = frozenset(
    {"config", "mask", "override", "pin", "remote-add", "remote-delete", "remote-modify", "remove",
     "repair", "run", "uninstall"}
)  # fmt: skip
_BREW_FLATPAK = re.compile(r"""flatpak\s*\(?\s*["']""")
_BREW_OPTION = re.compile(r"""\b(?:remote|url):\s*["']([^"']+)["']""")
_FLATHUB = re.compile(
    r"(?:https?://(?:www\.)?flathub\.org/(?:[\w-]+/)?apps/(?:details/)?"
    r"|(?:flatpak\+)?https?://dl\.flathub\.org/repo/appstream/|appstream://)"
    r"([\w.-]+?)(?:\.flatpakref)?/?",
    re.ASCII,
)
_FILES = (
    ".conf", ".deb", ".flatpakref", ".flatpakrepo", ".json", ".png", ".rpm", ".svg", ".txt", ".xml",
    ".yaml", ".yml",
)  # fmt: skip
_ORIGINS = ("origin", "remote")
_ORIGIN = re.compile(r"[a-z]+(?:[-_.][a-z]+)*", re.ASCII)
_NO_ORIGINS = _BRANCHES | {"user", "system", "current", "runtime"}
_ARCHES = ("arch", "architecture")


class Listed(Struct):
    """What was found in a list.

    Attributes:
        companions: IDs of runtimes and extensions.
        cut: numbers of lines whose names are cut off.
        unusable: what is said of each line, or part of one, that names no app.
        apart: how many lines of a script have nothing to do with flatpak.
        elsewhere: ID → the origin that it is said to have and that nobody here knows.
        uncarried: ID → the container registry that it comes from.
    """

    refs: list[PartialRef] = field(default_factory=list)
    companions: list[str] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)
    unusable: list[Message] = field(default_factory=list)
    apart: int = 0
    elsewhere: dict[str, str] = field(default_factory=dict)
    uncarried: dict[str, str] = field(default_factory=dict)

    def notices(self) -> Iterator[Notice]:
        """What was passed over, and why."""
        yield from _passed_over(self.companions)
        yield from _cut_off(self.cut)
        yield from _from_registries(self.uncarried)
        for text in self.unusable[:_MOST_LINES]:
            yield Notice(Severity.WARNING, text)
        more = len(self.unusable) - _MOST_LINES
        if more > 0:
            yield Notice(
                Severity.WARNING,
                Message("{more} more lines name no app and were passed over.", more=f"{more:,}"),
            )
        if self.apart:
            yield Notice(
                Severity.INFO,
                Message(
                    "{apart} lines of this script are not about flatpak.", apart=f"{self.apart:,}"
                ),
            )
        for id, origin in list(self.elsewhere.items())[:_MOST_LINES]:
            yield from_elsewhere(id, origin)


def from_elsewhere(id: str, origin: str) -> Notice:
    """An app is to come from a remote or a collection that nobody here knows."""
    return Notice(
        Severity.WARNING,
        Message(
            "{app} is to come from {origin}, which no known remote has.",
            app=id,
            origin=clean(origin, Policy.NAME),
        ),
        Message("Add that remote, or it is looked for in all of them."),
    )


def read_list(text: str, remotes: Sequence[Remote], registries: Sequence[Registry] = ()) -> Listed:
    """The apps of a list; ``remotes`` are those known, by which origins are recognised.

    Apps from one of the ``registries`` are not among them.
    """
    reader = _Reader(remotes, registries)
    if text.lstrip()[:1] in {"[", "{"}:
        with suppress(ValueError, RecursionError):
            reader.read_json(json.loads(text))
            return reader.found
        reader = _Reader(remotes, registries)
    reader.read_lines(text)
    return reader.found


class _Reader:
    def __init__(self, remotes: Sequence[Remote], registries: Sequence[Registry]) -> None:
        self._remotes = remotes
        names = {name for remote in remotes for name in (remote.name, *remote.aliases)}
        self._registries = {registry.name for registry in registries} - names
        # Of JSON; none in other lists.
        self._entries = 0
        # In which column of a table with tabs origins stand, if they do.
        self._origins: int | None = None
        self.found = Listed()

    # Lines

    def read_lines(self, text: str) -> None:
        lines = list(whole_lines(text))
        heading = self._heading([line for _, line in lines])
        # Where one row names a remote that is known here, others name those that are not.
        tables = (line.split("\t") for _, line in lines if "\t" in line)
        origins = (n for cells in tables for n, cell in enumerate(cells) if self._named(cell))
        self._origins = next(origins, None)
        script = text.startswith("#!")
        for place, (number, line) in enumerate(lines):
            if script and "flatpak" not in line and not self._refs_of(line):
                self.found.apart += 1
            elif place != heading:
                self._read_line(number, line)

    def _heading(self, lines: Sequence[str]) -> int | None:
        """Which line names the columns of a table: the first, if the next one has some as well."""
        if len(lines) < 2 or self._row(lines[0])[0] or not self._row(lines[1])[0]:
            return None
        first, second = lines[:2]
        aligned = all(len(_TABLE.split(line)) > 1 for line in (first, second))
        separated = any(
            first.count(separator) == second.count(separator) > 0 for separator in ",;|"
        )
        return 0 if aligned or separated else None

    def _read_line(self, number: int, line: str) -> None:
        words = [match[1] for match in _FLATPAK.finditer(line)]
        if _INSTALLING.intersection(words):
            self._read_commands(number, line)
        elif _OTHERWISE.intersection(words):
            self._refuse(number, line)
        else:
            refs, words = self._row(line)
            origin = None
            if _BREW_FLATPAK.match(line):
                # A name, an address, or a name and its address, which says more.
                origin = next(reversed(_BREW_OPTION.findall(line)), None)
            elif self._origins is not None and "\t" in line:
                cells = line.split("\t")[self._origins : self._origins + 1]
                origin = next((cell for cell in cells if _is_origin(cell)), None)
            origin = origin or self._origin_cell(line)
            if not refs and _is_cut(words):
                self.found.cut.append(number)
            else:
                self._take(number, line, refs, words, {"origin": origin} if origin else {})

    def _origin_cell(self, line: str) -> str | None:
        """The origin in a line of ``--columns=ref,origin``, also if nobody here knows it.

        In others the second cell is what the app is called, a version or the like.
        """
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 2 or self._as_ref(cells[0]) is None:
            return None
        return cells[1] if _is_origin(cells[1]) else None

    def _row(self, line: str) -> tuple[list[PartialRef], list[str]]:
        """What a line may name, and all its words. Cells are taken whole: prose names nothing."""
        said = re.split(r"\s#", line, maxsplit=1)[0]
        for text in dict.fromkeys((said, line)):
            tables = [_TABLE.split(text)]
            for separator in ",;|":
                if separator in text:
                    with suppress(csv.Error):
                        tables += csv.reader([text], delimiter=separator, skipinitialspace=True)
            for cells in tables:
                refs = [ref for cell in cells for ref in self._refs_of(cell)]
                if refs:
                    return refs, [cell.strip(AROUND) for cell in cells] + words_of(text)
            words = words_of(text)
            refs = [ref for word in words if (ref := self._as_ref(word)) is not None]
            if refs:
                return refs, words
        return [], words_of(line)

    def _refs_of(self, cell: str) -> list[PartialRef]:
        """The refs of a cell that consists of nothing else, but for a word before them."""
        words = words_of(cell)
        refs = [self._as_ref(word) for word in words]
        if refs and refs[0] is None:
            del refs[0]
        parsed = [ref for ref in refs if ref is not None]
        return parsed if len(parsed) == len(refs) else []

    def _read_commands(self, number: int, line: str) -> None:
        """``flatpak install [REMOTE] REF...``, as scripts have it."""
        for part in _COMMANDS.split(line):
            match = _FLATPAK.search(part)
            if match is None or match[1] not in _INSTALLING:
                continue
            refs: list[PartialRef] = []
            others: list[str] = []
            for word in arguments(part[match.end() :]):
                ref = self._as_ref(word)
                if ref is not None:
                    refs.append(ref)
                else:
                    others.append(word)
            origin = others.pop(0) if refs and others and is_remote_name(others[0]) else ""
            self._take(number, part, refs, [], {"origin": origin} if origin else {})
            if refs and others:
                shown = ", ".join(map(excerpt, others[:_MOST_SHOWN]))
                self.found.unusable.append(
                    Message(
                        "Line {number} names no app with this: {shown}.", number=number, shown=shown
                    )
                )

    # JSON

    def read_json(self, value: object) -> None:
        """The rows of ``flatpak list --json``, or whatever else holds names."""
        if isinstance(value, dict):
            fields = {
                str(key).lower(): str(cell)
                for key, cell in value.items()
                if isinstance(cell, str | int | float)
            }
            inner = [cell for cell in value.values() if isinstance(cell, dict | list)]
            if fields and (any(map(self._as_ref, fields.values())) or not inner):
                self._entries += 1
                cells = list(fields.values())
                refs = [ref for cell in cells if (ref := self._as_ref(cell)) is not None]
                text = ", ".join(cells)
                self._take(self._entries, text, refs, cells, fields)
            for member in inner:
                self.read_json(member)
        elif isinstance(value, list):
            for member in value:
                self.read_json(member)
        else:
            self._entries += 1
            refs, words = self._row(str(value))
            self._take(self._entries, str(value), refs, words, {})

    # Both

    def _take(
        self,
        number: int,
        text: str,
        refs: Sequence[PartialRef],
        words: Sequence[str],
        fields: Mapping[str, str],
    ) -> None:
        """What a line, or an entry of JSON, is about; ``fields``: what it says under names."""
        apps = [ref for ref in refs if not _is_companion(ref)]
        if not refs:
            self._refuse(number, text)
            return
        if not apps or any("runtime" in word.split(",") for word in words):
            self.found.companions.append(refs[0].id)
            return
        # With a column for the ID and one for the ref, the ref says more.
        best: dict[str, PartialRef] = {}
        for ref in apps:
            if ref.id not in best or (ref.branch and not best[ref.id].branch):
                best[ref.id] = ref
        origin = next((fields[key] for key in _ORIGINS if fields.get(key)), "")
        remote = self._known(origin) if origin else next(filter(None, map(self._named, words)), "")
        branch = self._branch(words, fields) if len(best) == 1 else None
        arch = next((fields[key] for key in _ARCHES if key in fields), "")
        for ref in best.values():
            where, said = remote, origin
            if ref.remote is not None:
                where, said = self._known(ref.remote), ref.remote
            if where in self._registries:
                self.found.uncarried[ref.id] = where
                continue
            if said and not where:
                self.found.elsewhere.setdefault(ref.id, said)
            self.found.refs.append(
                PartialRef(
                    ref.id,
                    ref.kind,
                    ref.arch or (arch if arch and not arch_problem(arch) else None),
                    ref.branch or branch,
                    where or None,
                )
            )

    @staticmethod
    def _branch(words: Sequence[str], fields: Mapping[str, str]) -> str | None:
        named = fields.get("branch", "")
        if named and not branch_problem(named):
            return named
        others = _BRANCHES.difference(fields.get(key) for key in _ORIGINS)
        return next((word for word in words if word in others), None)

    def _refuse(self, number: int, text: str) -> None:
        # Brackets and rules are no lines that anybody would miss.
        if any(char.isalnum() for char in text):
            said = excerpt(text)
            self.found.unusable.append(
                Message("Entry {number} names no app: {said}.", number=number, said=said)
                if self._entries
                else Message("Line {number} names no app: {said}.", number=number, said=said)
            )

    def _named(self, word: str) -> str:
        if word in self._registries:
            return word
        return next((remote.name for remote in self._remotes if remote.answers_to(word)), "")

    def _known(self, origin: str) -> str:
        """The name of the remote of that name or address; empty if there is none."""
        at = (remote.name for remote in self._remotes if same_place(remote.url, origin))
        return self._named(origin) or next(at, "")

    def _as_ref(self, word: str) -> PartialRef | None:
        """What ``word`` names if it can be nothing else: an ID, ``ID/ARCH/BRANCH`` or a full ref,
        maybe after ``REMOTE:``; or the page that Flathub has about it.
        """
        page = _FLATHUB.fullmatch(word) if "://" in word else None
        # Most words are none; that is told fast.
        if page is None and (word.count(".") < 2 or word.endswith(_FILES)):
            return None
        if page is not None:
            word = f"flathub:{page[1]}"
        remote, colon, rest = word.rpartition(":")
        if colon and not is_remote_name(remote):
            return None
        if rest.count("/") == 3:
            full = Ref.parse_or_none(rest)
            if full is None:
                return None
            return PartialRef(full.id, full.kind, full.arch, full.branch, remote or None)
        if rest.count("/") not in {0, 2}:
            return None
        try:
            # 23.08.1 is no name; but an app may be called org.x.Y-1.2 by its publisher.
            return PartialRef.parse(word)
        except RefError:
            return None


def _is_origin(cell: str) -> bool:
    return cell not in _NO_ORIGINS and _ORIGIN.fullmatch(cell) is not None


def _is_companion(ref: PartialRef) -> bool:
    return ref.kind == "runtime" or _COMPANION.fullmatch(ref.id) is not None


def _is_cut(words: Iterable[str]) -> bool:
    return any(_CUT in word and not name_problem(f"{word.strip(_CUT)}x") for word in words)


def _passed_over(companions: Sequence[str]) -> Iterator[Notice]:
    if companions:
        shown = ", ".join(companions[:_MOST_SHOWN]) + (", …" if companions[_MOST_SHOWN:] else "")
        yield Notice(
            Severity.INFO,
            Message(
                "{companions} runtimes and extensions were passed over: {shown}.",
                companions=len(companions),
                shown=shown,
            ),
            Message("What apps need comes along by itself."),
        )


def _from_registries(apps: Mapping[str, str]) -> Iterator[Notice]:
    if apps:
        named = [f"{id} ({registry})" for id, registry in apps.items()]
        shown = ", ".join(named[:_MOST_LINES]) + (", …" if named[_MOST_LINES:] else "")
        yield Notice(
            Severity.WARNING,
            Message(
                "From container registries: {shown}; passed over.",
                shown=shown,
            ),
            Message(
                "An app of the same name elsewhere is another publisher's: name each with the "
                "remote that you want it from, as in flathub:APP."
            ),
        )


def _cut_off(lines: Sequence[int]) -> Iterator[Notice]:
    if lines:
        shown = ", ".join(map(str, lines[:_MOST_LINES])) + (", …" if lines[_MOST_LINES:] else "")
        yield Notice(
            Severity.WARNING,
            Message("Names are cut off in line {shown}; these apps were passed over.", shown=shown),
            Message("Make the list with flatpak list --app --columns=ref,origin > FILE."),
        )
