"""flatpak's helper for ordinary users on a bus of its own, and the real polkit, which says yes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.satchel import command
from tests.stick.install_sh.computers import NOBODY
from tests.stick.receiving.computers import SYSTEM, Computer
from tests.waiting import until

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"""
_RULE = """polkit.addRule(function(action, subject) {
    if (action.id.indexOf("org.freedesktop.Flatpak.") == 0) return polkit.Result.YES;
});
"""
_POLKITD = Path("/usr/lib/polkit-1/polkitd")
_HELPER = Path("/usr/libexec/flatpak-system-helper")


@contextmanager
def system_helper(directory: Path, variables: Mapping[str, str]) -> Iterator[str]:
    """The address of the bus. ``variables``: where the system's installation is.

    ``directory``: new, and to be read by everybody. All of it ends with the block.
    """
    directory.mkdir()
    directory.chmod(0o755)
    rules = directory / "rules.d"
    rules.mkdir()
    (rules / "yes.rules").write_text(_RULE)
    socket = directory / "bus"
    address = f"unix:path={socket}"
    config = directory / "bus.conf"
    config.write_text(_CONFIG.format(socket=socket))
    environment = {**os.environ, **variables, "DBUS_SYSTEM_BUS_ADDRESS": address}
    with ExitStack() as stack:

        def start(*command: str | Path) -> None:
            process = subprocess.Popen(
                command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            stack.callback(process.wait)
            stack.callback(process.kill)

        def is_there(name: str) -> bool:
            done = subprocess.run(
                ["dbus-send", f"--bus={address}", "--dest=org.freedesktop.DBus", "--print-reply",
                 "/", "org.freedesktop.DBus.GetNameOwner", f"string:{name}"],
                capture_output=True, check=False,
            )  # fmt: skip
            return done.returncode == 0

        start("dbus-daemon", "--nofork", f"--config-file={config}")
        until(socket.exists)
        # In a mount namespace of its own: the rules are nobody else's.
        start(
            "unshare", "--mount", "sh", "-c",
            'mount --bind "$1" /etc/polkit-1/rules.d && exec "$2" --no-debug', "sh", rules,
            _POLKITD,
        )  # fmt: skip
        until(lambda: is_there("org.freedesktop.PolicyKit1"))
        start(_HELPER, "--no-idle-exit")
        until(lambda: is_there("org.freedesktop.Flatpak.SystemHelper"))
        yield address


def receive_as_somebody(
    computer: Computer, stick: Path, place: Path, *words: str, expect: int = 0
) -> str:
    """An ordinary user receives for everyone; what was said. ``place``: as `system_helper`."""
    variables, client = computer.variables, computer.client.directory
    own = [computer.home, *(client / name for name in ("home", "user", "runtime", "tmp"))]
    for path in own:
        path.mkdir(exist_ok=True)
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", path], check=True)
    client.chmod(0o755)
    for name in ("system", "config", "run"):
        (client / name).chmod(0o755)
    places = {name: variables[name] for name in variables if name.startswith("FLATPAK_")}
    with system_helper(place, places) as address:
        done = subprocess.run(
            ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
             # Satchel's Python may lie where only root can read.
             "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
             *command("receive", stick, SYSTEM, *words)],
            env={**variables, "DBUS_SYSTEM_BUS_ADDRESS": address},
            cwd=computer.home, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == expect, done.stdout
    return " ".join(done.stdout.split())
