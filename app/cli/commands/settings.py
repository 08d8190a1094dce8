"""``satchel settings``: what is set, and setting it."""

from __future__ import annotations

import argparse

from app.cli.invocation import Invocation
from app.cli.output import say, write_json
from app.errors import UsageError
from app.flatpak.upstream.cache import cache_size
from app.settings import Settings, save_settings
from app.units import size_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        help="languages, architecture, cache, cache_limit or connections",
    )
    parser.add_argument(
        "values", metavar="VALUE", nargs="*", help="the new value; several for languages"
    )
    parser.add_argument("--reset", action="store_true", help="back to what Satchel does by itself")


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    environment = invocation.environment
    settings = environment.settings
    if arguments.name is not None and (arguments.values or arguments.reset):
        settings = _changed(settings, arguments)
        save_settings(environment.config, settings)
    elif arguments.reset:
        raise UsageError("Which setting?", "satchel settings lists them.")
    values = settings.values()
    if arguments.name is not None:
        settings.without(arguments.name)
        values = {arguments.name: values[arguments.name]}
    if arguments.json:
        write_json(values)
        return 0
    for name, value in values.items():
        say(f"{name}: {_text(name, value)}")
    if arguments.name is None:
        say(f"The cache is {environment.cache} ({size_text(cache_size(environment.cache))}).")
    return 0


def _changed(settings: Settings, arguments: argparse.Namespace) -> Settings:
    if arguments.reset:
        if arguments.values:
            raise UsageError("--reset takes no value.")
        return settings.without(arguments.name)
    return settings.with_value(arguments.name, _value(arguments.name, arguments.values))


def _value(name: str, texts: list[str]) -> object:
    if name == "languages":
        return texts
    if len(texts) > 1:
        raise UsageError(f"{name} takes one value.")
    number = texts[0].isascii() and texts[0].isdigit() and len(texts[0]) < 20
    return int(texts[0]) if number else texts[0]


def _text(name: str, value: object) -> str:
    match value:
        case list():
            return " ".join(value) or "as the environment says"
        case "":
            return "this computer's" if name == "architecture" else "the usual place"
        case int() if name == "cache_limit":
            return f"{size_text(value)} ({value})"
    return str(value)
