"""Runs what a computer needs for drives while tests use it: udev, a system bus, UDisks2.

Started by `tests.devices` with a listening socket as standard input, whose connections are the
test runs: this ends with the last of them, however that ends. Only what does not run already is
started, and it ends with this process. To each run goes one line of JSON: ``{"bus": ADDRESS}``,
empty for the computer's own bus, or ``{"error": TEXT}``.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

_DEADLINE = 300.0
_UDEVD = ("/lib/systemd/systemd-udevd", "/usr/lib/systemd/systemd-udevd")
_UDISKSD = ("/usr/libexec/udisks2/udisksd", "/usr/lib/udisks2/udisksd")
_UDISKS = "org.freedesktop.UDisks2"
_PING = DBusAddress("/org/freedesktop/UDisks2", _UDISKS, "org.freedesktop.DBus.Peer")
# A kernel that reads no partition tables, as small virtual machines have, forgets partitions
# whenever it is asked to read a table again.
_PARTITIONS = """\
SUBSYSTEM=="block", KERNEL=="loop*", ENV{DEVTYPE}=="disk", ACTION=="change", \
ENV{ID_PART_TABLE_TYPE}=="?*", TEST!="%kp1", RUN+="/usr/bin/env partx --update $devnode"
"""
_RULES = Path("/run/udev/rules.d/99-satchel-tests.rules")
OPEN_BUS = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/> <allow own="*"/> <allow send_type="method_call"/>
    <allow send_type="signal"/> <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/> <allow receive_type="method_call"/>
    <allow receive_type="signal"/> <allow receive_type="method_return"/>
    <allow receive_type="error"/>
  </policy>
</busconfig>
"""
"""The configuration of a bus at that path, on which everybody may do everything."""
# libmount asks this program for exFAT where the kernel has none; it only knows its own options.
_EXFAT_HELPER = Path("/sbin/mount.exfat")
_EXFAT_FUSE = Path("/sbin/mount.exfat-fuse")
_HELPER_MARK = "# Made for a run of Satchel's tests."
_HELPER = f"""\
#!/bin/sh
{_HELPER_MARK}
device=$1 directory=$2
case ",$4," in *,ro,*) exec {_EXFAT_FUSE} "$device" "$directory" -o ro,nosuid,nodev ;; esac
exec {_EXFAT_FUSE} "$device" "$directory" -o nosuid,nodev
"""


def main() -> int:
    listener = socket.socket(fileno=os.dup(0))
    with contextlib.ExitStack() as stack:
        directory = Path(tempfile.mkdtemp(prefix="satchel-drive-services-"))
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        try:
            answer = {"bus": _start(stack, directory)}
        except (OSError, RuntimeError) as error:
            answer = {"error": f"{error}\n{_logs(directory)}"}
        line = json.dumps(answer).encode() + b"\n"
        waiting = _serve(listener, line, answer.get("bus"))
    # Whoever is told so by the end of the connection finds everything stopped.
    for connection in waiting:
        connection.close()
    return 0


def _serve(listener: socket.socket, line: bytes, bus: str | None) -> list[socket.socket]:
    """Wait until all runs have gone; the connections of those that want to know when it is over."""
    runs: list[socket.socket] = []
    with listener:
        while True:
            ready, _, _ = select.select([listener, *runs], [], [])
            for connection in ready:
                if connection is listener:
                    run = listener.accept()[0]
                    with contextlib.suppress(OSError):
                        run.sendall(line)
                    runs.append(run)
                    continue
                runs.remove(connection)
                if not runs or bus is None:
                    return [connection, *runs]
                connection.close()


def _start(stack: contextlib.ExitStack, directory: Path) -> str:
    if not _has_udev():
        stack.callback(_forget_udev)
        _RULES.parent.mkdir(parents=True, exist_ok=True)
        _RULES.write_text(_PARTITIONS)
        _daemon(stack, directory, _first(_UDEVD))
        _until(_has_udev, "udevd does not answer")
        subprocess.run(["udevadm", "trigger", "--subsystem-match=block"], check=True)
        subprocess.run(["udevadm", "settle", f"--timeout={_DEADLINE:.0f}"], check=True)
    stack.enter_context(_exfat_helper())
    if _has_udisks():
        return ""
    (directory / "bus.conf").write_text(OPEN_BUS.format(path=directory / "bus"))
    os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = address = f"unix:path={directory}/bus"
    _daemon(
        stack, directory,
        "dbus-daemon", f"--config-file={directory}/bus.conf", "--nofork", "--nopidfile",
    )  # fmt: skip
    _until((directory / "bus").is_socket, "dbus-daemon does not answer")
    _daemon(stack, directory, _first(_UDISKSD))
    _until(_has_udisks, "udisksd does not answer")
    return address


def _has_udev() -> bool:
    if not Path("/run/udev/control").exists():
        return False
    command = ["udevadm", "control", "--ping", "--timeout=60"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _forget_udev() -> None:
    """Without its daemon what udev knows would go stale, and be believed."""
    shutil.rmtree("/run/udev", ignore_errors=True)


def _has_udisks() -> bool:
    try:
        with open_dbus_connection("SYSTEM", auth_timeout=60) as bus:
            answer = bus.send_and_get_reply(new_method_call(_PING, "Ping"), timeout=_DEADLINE)
            return answer.header.message_type is MessageType.method_return
    except (OSError, RuntimeError, ValueError):
        return False


@contextlib.contextmanager
def _exfat_helper() -> Iterator[None]:
    """Without exFAT in the kernel, as in most containers, UDisks2 mounts it through FUSE."""
    ours = not _EXFAT_HELPER.exists() or _HELPER_MARK in _EXFAT_HELPER.read_text("latin-1")
    if not ours or "\texfat\n" in Path("/proc/filesystems").read_text():
        yield
        return
    _EXFAT_HELPER.write_text(_HELPER)
    _EXFAT_HELPER.chmod(0o755)
    try:
        yield
    finally:
        _EXFAT_HELPER.unlink(missing_ok=True)


def _first(paths: tuple[str, ...]) -> str:
    for path in paths:
        if os.access(path, os.X_OK):
            return path
    raise RuntimeError(f"packaging/test installs what is missing here: {paths[0]}")


def _daemon(stack: contextlib.ExitStack, directory: Path, *command: str) -> None:
    with open(directory / f"{Path(command[0]).name}.log", "wb") as log:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    stack.callback(_stop, process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _until(condition: object, otherwise: str) -> None:
    """Wait for a service to be there: nothing tells of it."""
    assert callable(condition)
    deadline = time.monotonic() + _DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(otherwise)
        time.sleep(0.02)


def _logs(directory: Path) -> str:
    return "\n".join(path.read_text("utf-8", "replace")[-4000:] for path in directory.glob("*.log"))


if __name__ == "__main__":
    sys.exit(main())
