"""What a person has set once and for all, in one JSON file.

``settings.json`` is an object; every key may be absent::

    languages            list of languages, best first, as ``de_AT``, for the window and for what
                         apps say of themselves; empty: the environment's
    appearance           ``system``, ``light`` or ``dark``
    sound                whether a drive that is ready is heard
    notifications        whether the desktop is told of it
    screenshots          whether those of apps are fetched when somebody looks at one
    classroom_languages  those read where the drives go; empty: the best of ``languages``
    graphics             of the computers there: ``unknown``, ``ordinary`` or ``nvidia``
    gpus                 list of graphics drivers to carry where it is ``nvidia``
    sources_off          list of names of remotes that are not searched for apps
    sets_address         where the ready-made sets are read from; empty: those of Satchel
    architecture         of the computers that drives are made for; empty: this computer's
    cache                absolute path of a directory; empty: the usual one
    cache_limit          bytes the cache may take
    connections          requests in flight over HTTP/1.1
    share_port           where the window shares a drive on the network
    share_fetches        whether it then fetches from the internet what is not on the drive
    share_announces      whether computers nearby are told of it

Keys that are not known here stay in the file: a later Satchel may have written them.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from app.errors import SatchelError, UsageError
from app.formats import schema
from app.fs.files import read_bounded, replace_file
from app.languages import is_language
from app.message import Message, sentences
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity

FILE = "settings.json"
MAX_CONNECTIONS = 128
MIN_PORT = 1024
"""Those below are for the computer's own services."""
MAX_PORT = 65535
MIN_CACHE_LIMIT = 50_000_000
"""The summary and catalogue of one large remote."""
MAX_CACHE_LIMIT = 2**62

_MAX_SIZE = 1024 * 1024
_PRIVATE = 0o700
_ARCHITECTURE = re.compile(r"\w{1,64}", re.ASCII)
_ADDRESS = re.compile(r"(?:https?://[^/\s]|file:///)\S*")
_GPU = re.compile(r"[\w.-]{1,64}", re.ASCII)
_MOST_LANGUAGES = 32
_MOST_GPUS = 32
_MOST_SOURCES = 200
_LONGEST = 4096
_SHOWN = 60


class SettingError(UsageError):
    """A setting that does not exist, or a value it cannot have."""


class SettingsNotSavedError(SatchelError):
    """The settings cannot be written."""


class Appearance(Enum):
    """Of the window."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Graphics(Enum):
    """What is known of the graphics cards of the computers that drives are made for."""

    UNKNOWN = "unknown"
    ORDINARY = "ordinary"
    """Nothing has to be carried for them beside the free drivers."""
    NVIDIA = "nvidia"


class Settings(Struct, frozen=True):
    """Attributes: as in the file; ``others`` are the keys that are not known here."""

    languages: tuple[str, ...] = ()
    appearance: Appearance = Appearance.SYSTEM
    sound: bool = True
    notifications: bool = True
    screenshots: bool = True
    classroom_languages: tuple[str, ...] = ()
    only_languages: bool = False
    graphics: Graphics = Graphics.UNKNOWN
    gpus: tuple[str, ...] = ()
    sources_off: tuple[str, ...] = ()
    unsigned_sources: tuple[str, ...] = ()
    sets_address: str = ""
    architecture: str = ""
    cache: str = ""
    cache_limit: int = 20_000_000_000
    connections: int = 32
    share_port: int = 8080
    share_fetches: bool = False
    share_announces: bool = False
    others: Mapping[str, Any] = field(default_factory=dict)

    def with_value(self, name: str, value: object) -> Settings:
        """These settings with another value. Raises `SettingError`."""
        check = _CHECKS.get(name)
        if check is None:
            raise SettingError(
                Message("There is no setting called {name}.", name=name),
                Message("There are {checks}.", checks=tuple(_CHECKS)),
            )
        try:
            return replace(self, **{name: check(_plain(value))})
        except schema.SchemaError as error:
            shown = json.dumps(value, default=str)[:_SHOWN]
            raise SettingError(
                Message("“{setting}” cannot be {value}.", setting=name, value=shown),
                error.reason,
            ) from None

    def without(self, name: str) -> Settings:
        """These settings with ``name`` as Satchel has it by itself. Raises `SettingError`."""
        return self.with_value(name, _DEFAULTS.get(name))

    def values(self) -> dict[str, Any]:
        """Every setting that is known here, as JSON has it."""
        return {name: _plain(getattr(self, name)) for name in _CHECKS}


class LoadedSettings(Struct, frozen=True):
    """What was read, and what a person should know about it."""

    settings: Settings
    notices: tuple[Notice, ...] = ()


def load_settings(directory: Path) -> LoadedSettings:
    """The settings in ``directory``. A damaged file is set aside, and what it still says kept."""
    path = directory / FILE
    try:
        data = read_bounded(path, _MAX_SIZE)
    except FileNotFoundError:
        return LoadedSettings(Settings())
    except OSError as error:
        why = Message(
            "The settings in {path} cannot be read: {reason}.", path=path, reason=error.strerror
        )
        return LoadedSettings(
            Settings(), (Notice(Severity.WARNING, why, Message("Satchel's own are used.")),)
        )
    settings, problems = _parse(data)
    if not problems:
        return LoadedSettings(settings)
    message = Message(
        "The settings in {path} are damaged: {problems}", path=path, problems=sentences(*problems)
    )
    try:
        aside = _set_aside(path)
        if settings != Settings():
            save_settings(directory, settings)
    except (OSError, SettingsNotSavedError):
        hint = Message("What can be read of them is used.")
    else:
        hint = Message("The file is now {aside}; what can be read of it is used.", aside=aside.name)
    return LoadedSettings(settings, (Notice(Severity.WARNING, message, hint),))


def peek_settings(directory: Path) -> LoadedSettings:
    """As `load_settings`, without a word about what is damaged, which stays where it is."""
    try:
        return LoadedSettings(_parse(read_bounded(directory / FILE, _MAX_SIZE))[0])
    except OSError:
        return LoadedSettings(Settings())


def save_settings(directory: Path, settings: Settings) -> None:
    """Replace the file; only what differs from Satchel's own is written.

    Raises `SettingsNotSavedError`.
    """
    changed = {
        name: value for name, value in settings.values().items() if value != _plain(_DEFAULTS[name])
    }
    text = json.dumps({**settings.others, **changed}, indent=1)
    try:
        directory.mkdir(_PRIVATE, parents=True, exist_ok=True)
        replace_file(directory / FILE, f"{text}\n".encode())
    except OSError as error:
        raise SettingsNotSavedError(
            Message(
                "The settings cannot be saved in {directory}: {reason}.",
                directory=directory,
                reason=error.strerror,
            ),
            Message("They stay as they were."),
        ) from error


def _parse(data: bytes) -> tuple[Settings, list[Message]]:
    """What can be read, and what is wrong with the rest."""
    try:
        untrusted = schema.parse_json(data)
    except schema.SchemaError:
        return Settings(), [Message("They are not JSON.")]
    if not isinstance(untrusted, dict):
        return Settings(), [Message("They are not a JSON object.")]
    settings = Settings(
        others={name: value for name, value in untrusted.items() if name not in _CHECKS}
    )
    problems: list[Message] = []
    for name, value in untrusted.items():
        if name in _CHECKS:
            try:
                settings = settings.with_value(name, value)
            except SettingError as error:
                problems.append(sentences(error.message, error.hint))
    return settings, problems


def _set_aside(path: Path) -> Path:
    """Rename a damaged file to a name that is free. Raises OSError."""
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.damaged-{number}")):
        number += 1
    with contextlib.suppress(FileNotFoundError):  # another Satchel was faster
        path.rename(aside)
    return aside


# What each may be


def _is_directory(text: str) -> bool:
    """Whether it can be the path of one, from / on; empty: the usual one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text and (not text or os.path.isabs(text))


def _number(least: int, most: int) -> schema.Reader[int]:
    expected = Message(
        "A number from {smallest} to {largest} is needed.",
        smallest=f"{least:,}",
        largest=f"{most:,}",
    )
    return schema.integer(least, most, expected=expected)


def _values(kind: type[Enum]) -> tuple[str, ...]:
    return tuple(member.value for member in kind)


def _is_address(text: str) -> bool:
    """Whether something can be fetched from it; empty: the usual one."""
    return not text or (text.isprintable() and _ADDRESS.fullmatch(text) is not None)


_LANGUAGES = schema.list_of(
    schema.text(
        _LONGEST,
        is_language,
        expected=Message("A language is written like de or pt_BR."),
    ),
    _MOST_LANGUAGES,
    distinct=True,
    expected=Message("A list of languages is needed."),
)
_FLAG = schema.flag(expected=Message("It is on or off."))
_CHECKS: dict[str, schema.Reader[Any]] = {
    "languages": _LANGUAGES,
    "appearance": schema.choice(
        Appearance, expected=Message("It is one of {values}.", values=_values(Appearance))
    ),
    "sound": _FLAG,
    "notifications": _FLAG,
    "screenshots": _FLAG,
    "classroom_languages": _LANGUAGES,
    "only_languages": _FLAG,
    "graphics": schema.choice(
        Graphics, expected=Message("It is one of {values}.", values=_values(Graphics))
    ),
    "gpus": schema.list_of(
        schema.text(
            _LONGEST,
            lambda text: _GPU.fullmatch(text) is not None,
            expected=Message("A driver is written like nvidia-550-120."),
        ),
        _MOST_GPUS,
        distinct=True,
        expected=Message("A list of graphics drivers is needed."),
    ),
    "sources_off": schema.list_of(
        schema.text(
            _LONGEST,
            lambda text: text.isprintable() and text != "",
            expected=Message("A source is named as in satchel remotes."),
        ),
        _MOST_SOURCES,
        distinct=True,
        expected=Message("A list of sources is needed."),
    ),
    "unsigned_sources": schema.list_of(
        schema.text(
            _LONGEST,
            lambda text: bool(text) and _is_address(text),
            expected=Message("An address begins with https:// or file:///."),
        ),
        _MOST_SOURCES,
        distinct=True,
        expected=Message("A list of addresses is needed."),
    ),
    "sets_address": schema.text(
        _LONGEST,
        _is_address,
        expected=Message("An address begins with https:// or file:///."),
    ),
    "architecture": schema.text(
        _LONGEST,
        lambda text: not text or _ARCHITECTURE.fullmatch(text) is not None,
        expected=Message("An architecture is written like x86_64 or aarch64."),
    ),
    "cache": schema.text(
        _LONGEST,
        _is_directory,
        expected=Message("A directory is named by its whole path, from / on."),
    ),
    "cache_limit": _number(MIN_CACHE_LIMIT, MAX_CACHE_LIMIT),
    "connections": _number(1, MAX_CONNECTIONS),
    "share_port": _number(MIN_PORT, MAX_PORT),
    "share_fetches": _FLAG,
    "share_announces": _FLAG,
}
_DEFAULTS = {name: getattr(Settings(), name) for name in _CHECKS}


def _plain(value: Any) -> Any:
    """As JSON has it."""
    match value:
        case tuple():
            return list(value)
        case Enum():
            return value.value
    return value
