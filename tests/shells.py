"""The real bash, zsh and fish, somebody who types, and a satchel that notes what it is given."""

from __future__ import annotations

import json
import os
import pty
import select
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.satchel import environment

_START = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
_SETUP = {
    "bash": 'eval "$(satchel completion bash)"',
    "zsh": 'autoload -Uz compinit; compinit -D -u; eval "$(satchel completion zsh)"',
}
_PROMPT = "READY> "
_CALLED = "satchel-was-called"
_STAND_IN = """\
#!{python}
import json, sys
if sys.argv[1:2] in (["__complete"], ["completion"]):
    from app.cli.main import main
    sys.exit(main())
with open({given!r}, "a") as file:
    print(json.dumps(sys.argv[1:]), file=file)
print({called!r})
"""


def stand_in(home: Path) -> dict[str, str]:
    """An environment with a ``satchel`` that completes, and does nothing but note what it gets."""
    tools = home / "tools"
    tools.mkdir(exist_ok=True)
    script = tools / "satchel"
    text = _STAND_IN.format(python=sys.executable, given=str(home / "given"), called=_CALLED)
    script.write_text(text)
    script.chmod(0o755)
    variables = environment(home)
    return {
        **variables,
        "PATH": f"{tools}:{variables['PATH']}",
        "TERM": "dumb",
        "INPUTRC": "/dev/null",
        "HISTFILE": "/dev/null",
    }


class Shell:
    """An interactive shell on a terminal, in ``home``, that completes satchel's words."""

    def __init__(self, name: str, home: Path) -> None:
        self._given = home / "given"
        self._given.touch()
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            ["setsid", "--ctty", *_START[name]],
            env=stand_in(home), cwd=home, stdin=slave, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)
        self._seen = ""
        # What is typed is echoed as well: there the word is in two parts.
        self._type(f"PS1='{_PROMPT}'; {_SETUP[name]}; echo DO'NE'\n")
        self._until("DONE")
        self._until(_PROMPT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def run(self, keys: str) -> list[str]:
        """What satchel gets when somebody types that, with tabs, and Return."""
        before = self._given.read_text()
        self._type(f"{keys}\n")
        # Not for the prompt alone: it also stands below a list of what fits.
        self._until(_CALLED)
        self._until(_PROMPT)
        (line,) = self._given.read_text().removeprefix(before).splitlines()
        words: list[str] = json.loads(line)
        return words

    def _type(self, keys: str) -> None:
        self._seen = ""
        os.write(self._master, keys.encode())

    def _until(self, text: str) -> None:
        while text not in self._seen:
            ready, _, _ = select.select([self._master], [], [], 60)
            assert ready, self._seen
            self._seen += os.read(self._master, 65536).decode(errors="replace")
        self._seen = self._seen.partition(text)[2]


def fish(home: Path, line: str) -> list[str]:
    """What fish offers at the end of a line, without what it says about it."""
    script = f"satchel completion fish | source; complete -C {shlex.quote(line)}"
    done = subprocess.run(
        ["fish", "--no-config", "-c", script],
        env=stand_in(home), cwd=home, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [answer.partition("\t")[0] for answer in done.stdout.splitlines()]
