"""Asks the system's Python, which has GLib and libflatpak, what the real thing says."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Ask = Callable[[str], Any]
"""What the real thing says of a text, as JSON."""


@contextmanager
def oracle(program: str) -> Iterator[Ask]:
    """A running ``program``, which answers each JSON line with a JSON line."""
    with subprocess.Popen(
        ["/usr/bin/python3", "-W", "ignore", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        questions, answers = process.stdin, process.stdout

        def ask(text: str) -> Any:
            questions.write(json.dumps(text) + "\n")
            questions.flush()
            return json.loads(answers.readline())

        yield ask
