"""``satchel completion``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command

SHELLS = ("bash", "zsh", "fish")

COMMAND = Command(
    name="completion",
    summary="print a script with which a shell completes satchel's words",
    about='Packages install it. Without one: eval "$(satchel completion bash)" in ~/.bashrc, the '
    "like for zsh in ~/.zshrc behind compinit; for fish: satchel completion fish > "
    "~/.config/fish/completions/satchel.fish.",
    run="completion:run",
    arguments=(
        Argument(name="shell", metavar="SHELL", help="bash, zsh or fish", suggestions=SHELLS),
    ),
)
