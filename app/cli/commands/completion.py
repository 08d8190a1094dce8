"""``satchel completion``: the scripts by which shells complete; packages install the same files."""

from __future__ import annotations

import argparse

from app.cli.invocation import Invocation
from app.cli.output import write_json
from app.cli.parser import short
from app.cli.syntax.completion import SHELLS
from app.errors import UsageError
from app.message import Message
from app.resources import resource

_FILES = {"bash": "satchel.bash", "zsh": "_satchel", "fish": "satchel.fish"}


def run(arguments: argparse.Namespace, _invocation: Invocation) -> int:
    shell = arguments.shell
    if shell not in SHELLS:
        raise UsageError(
            Message("There is no completion for {shell}.", shell=short(shell)),
            Message("There is for {shells}.", shells=SHELLS),
        )
    script = resource("completion", _FILES[shell]).read_text("utf-8")
    if arguments.json:
        write_json({"shell": shell, "script": script})
    else:
        print(script, end="")
    return 0
