"""``satchel settings``: what is set, and setting it."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.invocation import Invocation
from app.cli.output import say, write_json
from app.cli.syntax.settings import FLAGS
from app.errors import UsageError
from app.message import Message
from app.settings import save_settings
from app.units import size_text

_BY_ITSELF = {
    "languages": "as the environment says",
    "classroom_languages": "your own",
    "gpus": "none",
    "sources_off": "none",
    "unsigned_sources": "none",
    "sets_address": "Satchel's own",
    "architecture": "this computer's",
    "cache": "the usual place",
}


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    environment = invocation.environment
    _show(environment.settings.values(), as_json=arguments.json)
    if not arguments.json:
        say(f"The cache is {environment.cache} ({size_text(environment.cache_size())}).")
    return 0


def run_one(arguments: argparse.Namespace, invocation: Invocation) -> int:
    """One of them, named by ``action``: shown, after it was changed if that was asked for."""
    name = arguments.action
    given = arguments.values not in (None, [])
    settings = invocation.environment.settings
    if arguments.reset:
        if given:
            raise UsageError(Message("--reset takes no value."))
        settings = settings.without(name)
    elif given:
        settings = settings.with_value(name, _value(arguments.values))
    if arguments.reset or given:
        save_settings(invocation.environment.config, settings)
    _show({name: settings.values()[name]}, as_json=arguments.json)
    return 0


def _show(values: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        write_json(values)
        return
    for name, value in values.items():
        say(f"{name}: {_text(name, value)}")


def _value(given: str | list[str]) -> object:
    if isinstance(given, list):
        return given
    if given in FLAGS:
        return given == "on"
    number = given.isascii() and given.isdigit() and len(given) < 20
    return int(given) if number else given


def _text(name: str, value: object) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case [] | "":
            return _BY_ITSELF[name]
        case list():
            return " ".join(value)
        case int() if name == "cache_limit":
            return f"{size_text(value)} ({value})"
    return str(value)
