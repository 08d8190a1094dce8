"""A saved choice: what to put on drives, under a name, in a file that people can read and edit.

A choice that says what it is called and whom it is for is a set. Form: FORMAT.md beside this.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.errors import SatchelError, UsageError
from app.flatpak.refs import RefError, arch_problem, parse_wanted
from app.formats import schema
from app.fs.files import read_bounded
from app.fs.named_file import put_in_place
from app.languages import is_language
from app.message import NOTHING, Message, verbatim
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity
from app.stick.choices.about import (
    About,
    Source,
    read_about,
    read_sources,
    written_about,
    written_sources,
)

DIRECTORY = "profiles"
"""In Satchel's configuration: a file for each choice."""

SUFFIX = ".toml"

SET_SUFFIX = ".satchel-set"
"""Of a choice that is handed on."""

MAX_SIZE = 1024 * 1024
MAX_REFS = 5000
_MAX_NAME = 80
_MAX_ENTRY = 1000
_PRIVATE = 0o700


class ProfileError(UsageError):
    """A saved choice that cannot be used, or its name."""


class ProfileNotStoredError(SatchelError):
    """The place where choices are kept cannot be changed."""


class Profile(Struct, frozen=True):
    """Attributes: as in the file. ``refs`` as typed, with ``REMOTE:`` where one is meant.

    ``architecture`` is empty for that of the computer in use. ``about``: what a set says of itself.
    ``sources``: which remotes are meant; without, those that have these names here.
    """

    refs: tuple[str, ...]
    architecture: str = ""
    gpus: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    related: bool = True
    keep_versions: bool = False
    about: About | None = None
    sources: tuple[Source, ...] = ()

    @classmethod
    def parse(cls, data: bytes, source: str) -> Profile:
        """``source`` is what the errors call the file. Raises `ProfileError`."""
        try:
            entries = schema.parse_toml(data)
        except schema.SchemaError as error:
            raise _unusable(source, error.reason) from error
        text = data.decode()
        return cls.of(entries, source, lambda name: f" (line {_line(text, name)})")

    @classmethod
    def of(
        cls, entries: Mapping[str, object], source: str, place: Callable[[str], str] = lambda _: ""
    ) -> Profile:
        """From the values of a file; ``place`` tells where a key stands. Raises `ProfileError`."""
        unknown = entries.keys() - _CHECKS.keys()
        if unknown:
            names = ", ".join(sorted(unknown))[:200]
            raise _unusable(
                source,
                Message(
                    "it says {names}, which is unknown; known are {checks}",
                    names=names,
                    checks=tuple(_CHECKS),
                ),
            )
        if "refs" not in entries:
            raise _unusable(source, Message("it names no refs"))
        values = {}
        for name, value in entries.items():
            try:
                values[name] = _CHECKS[name](value)
            except (schema.SchemaError, RefError) as error:
                problem = Message(
                    "{key}{place}: {problem}", key=name, place=place(name), problem=error
                )
                raise _unusable(source, problem) from error
        return cls(**values)

    def dump(self) -> bytes:
        """The file; only what differs from what is usual."""
        usual = Profile(self.refs)
        lines = ["# What to put on a drive: satchel make --profile THIS-FILE TARGET", ""]
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if name in _TABLES:
                continue
            if name == "refs" or value != getattr(usual, name):
                lines.append(f"{name} = {_written(value)}")
        return ("\n".join([*lines, *self._tables()]) + "\n").encode()

    def _tables(self) -> Iterator[str]:
        if self.about is not None:
            yield from written_about(self.about)
        yield from written_sources(self.sources)


def saved_profiles(config: Path) -> Profiles:
    """The person's, whose configuration of Satchel is in ``config``."""
    return Profiles(config / DIRECTORY)


class Profiles:
    """The choices kept in a directory, a file each."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def load(self, name: str) -> Profile:
        """Raises `ProfileError`."""
        path = self._path(name)
        try:
            return read_profile(path)
        except FileNotFoundError:
            known = ", ".join(self.names())
            raise ProfileError(
                Message("There is no saved choice called {name}.", name=name),
                Message("There are: {known}.", known=known) if known else Remedy.SAVE_CHOICE,
            ) from None

    def names(self) -> list[str]:
        """By alphabet."""
        with contextlib.suppress(OSError):
            return sorted(
                path.stem
                for path in self._directory.iterdir()
                if path.suffix == SUFFIX and not name_problem(path.stem)
            )
        return []

    def all(self) -> tuple[dict[str, Profile], tuple[Notice, ...]]:
        """Those that can be used, by name, and why the others cannot."""
        profiles = {}
        notices = []
        for name in self.names():
            try:
                profiles[name] = self.load(name)
            except ProfileError as error:
                notices.append(Notice(Severity.WARNING, error.message, error.hint))
        return profiles, tuple(notices)

    def save(self, name: str, profile: Profile) -> None:
        """Keep a choice, instead of one of the same name."""
        path = self._path(name)
        try:
            self._directory.mkdir(_PRIVATE, parents=True, exist_ok=True)
        except OSError as error:
            raise _not_stored(path, error) from error
        write_profile(path, profile)

    def remove(self, name: str) -> None:
        path = self._path(name)
        try:
            path.unlink()
        except FileNotFoundError:
            self.load(name)
        except OSError as error:
            raise _not_stored(path, error) from error

    def _path(self, name: str) -> Path:
        problem = name_problem(name)
        if problem:
            raise ProfileError(
                Message(
                    "{name} cannot be the name of a choice: {problem}.",
                    name=repr(name[:_MAX_NAME]),
                    problem=problem,
                )
            )
        return self._directory / f"{name}{SUFFIX}"


def read_profile(path: Path) -> Profile:
    """A choice from any file. Raises `ProfileError`, FileNotFoundError."""
    try:
        return Profile.parse(read_bounded(path, MAX_SIZE), str(path))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unusable(str(path), verbatim(error.strerror or error)) from error


def write_profile(path: Path, profile: Profile) -> None:
    """A choice into any file, instead of what is there. Raises `ProfileNotStoredError`."""
    try:
        put_in_place(path, profile.dump())
    except OSError as error:
        raise _not_stored(path, error) from error


def name_problem(name: str) -> Message:
    """Why a choice cannot be called so; empty if it can."""
    if not name.strip() or name != name.strip():
        return Message("it is empty, or begins or ends with a space")
    if len(name.encode(errors="replace")) > 2 * _MAX_NAME or len(name) > _MAX_NAME:
        return Message("it is too long")
    if name.startswith((".", "-")):
        return Message("it begins with “{name}”", name=name[0])
    if "/" in name or not name.isprintable():
        return Message("it contains a character that file names cannot have")
    return NOTHING


def _unusable(source: str, reason: Message) -> ProfileError:
    return ProfileError(
        Message("{source} cannot be used: {reason}.", source=source, reason=reason),
        Message("Mend it, or save the choice anew."),
    )


def _not_stored(path: Path, error: OSError) -> ProfileNotStoredError:
    return ProfileNotStoredError(
        Message("{path} cannot be changed: {reason}.", path=path, reason=error.strerror),
        Message("Nothing was changed."),
    )


def _line(text: str, name: str) -> int:
    """Where a key of a file that has it stands."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().strip("\"'").startswith(name):
            return number
    return 1


# A JSON text of what is printable is a TOML text as well


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return "[\n" + "".join(f"    {_written(item)},\n" for item in value) + "]"


# What each may be


def _refs(value: object) -> tuple[str, ...]:
    texts = _texts(value)
    if not texts or len(texts) > MAX_REFS:
        raise schema.SchemaError(Message("from 1 to {most} are needed", most=f"{MAX_REFS:,}"))
    for text in texts:
        parse_wanted(text)
    return texts


def _texts(value: object) -> tuple[str, ...]:
    entries = enumerate(_LIST(value), 1)
    return tuple(dict.fromkeys(_entry(number)(entry) for number, entry in entries))


def _entry(number: int) -> schema.Reader[str]:
    return schema.text(
        _MAX_ENTRY,
        lambda text: text != "" and text.isprintable(),
        expected=Message("number {number} in the list is not a name", number=number),
    )


def _languages(value: object) -> tuple[str, ...]:
    texts = _texts(value)
    for text in texts:
        if not is_language(text):
            raise schema.SchemaError(
                Message("{text} is not a language such as de or pt_BR", text=repr(text[:40]))
            )
    return texts


def _architecture(value: object) -> str:
    if not isinstance(value, str):
        raise schema.SchemaError(Message("a name such as x86_64 is needed"))
    problem = arch_problem(value)
    if problem:
        raise schema.SchemaError(problem)
    return value


_LIST = schema.list_of(
    lambda entry: entry, MAX_SIZE, expected=Message('a list is needed, such as ["one", "two"]')
)
_FLAG = schema.flag(expected=Message("true or false is needed"))
_CHECKS: Mapping[str, schema.Reader[Any]] = {
    "refs": _refs,
    "architecture": _architecture,
    "gpus": _texts,
    "languages": _languages,
    "related": _FLAG,
    "keep_versions": _FLAG,
    "about": read_about,
    "sources": read_sources,
}
_TABLES = frozenset({"about", "sources"})
