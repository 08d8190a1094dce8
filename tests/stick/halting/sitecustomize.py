"""Python runs this at its start: the process halts before one exact call, as a person may come in.

``SATCHEL_TEST_HALT`` is ``module:name:number``: before the function of that name is called for the
number-th time the process stops itself (SIGSTOP); whoever watches lets it go on (SIGCONT). The
function then runs as always. Copies of the process that work for it do not stop.
"""

import functools
import importlib
import os
import signal


def _watch(module: str, name: str, number: int) -> None:
    owner = importlib.import_module(module)
    *classes, last = name.split(".")
    for part in classes:
        owner = getattr(owner, part)
    function = getattr(owner, last)
    calls = 0
    process = os.getpid()

    @functools.wraps(function)
    def halting(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == number and os.getpid() == process:
            os.kill(os.getpid(), signal.SIGSTOP)
        return function(*arguments, **named)

    setattr(owner, last, halting)


if _halt := os.environ.get("SATCHEL_TEST_HALT", ""):
    _module, _name, _number = _halt.split(":")
    _watch(_module, _name, int(_number))
