"""The receive kit: what is rendered, and install.sh with the real flatpak, offline."""

from __future__ import annotations

import base64
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import count
from pathlib import Path

import pytest

from app.errors import SatchelError
from app.resources import resource
from app.stick.kit.contents import (
    KitCollection,
    KitContents,
    KitRef,
    KitWarning,
    WarningKind,
)
from app.stick.kit.rendering import render
from tests.gpg import SigningKey

pytestmark = pytest.mark.slow

SCRIPTS = Path("/usr/libexec/installed-tests/Flatpak")
ARCH = os.uname().machine
APPS, RUNTIMES = "org.test.Apps", "org.test.Runtimes"
HELLO = f"app/org.test.Hello/{ARCH}/master"
LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/master"
OTHER = f"app/org.test.Other/{ARCH}/master"
# Of an extension point with subdirectories: offline, flatpak finds it only by its name.
PLUGIN = f"runtime/org.test.Hello.Plugin.fun/{ARCH}/v1"
PLATFORM = f"runtime/org.test.Platform/{ARCH}/master"
DEAD = "http://127.0.0.1:9/repo/"


def contents(**changes: object) -> KitContents:
    whole = KitContents(
        repo=".ostree/repo",
        collections=(
            KitCollection(RUNTIMES, "runtimes", "", DEAD + "r", b"r"),
            KitCollection(APPS, "apps", "Test Apps", DEAD, b"a"),
        ),
        refs=(
            KitRef(
                APPS,
                HELLO,
                True,
                "Hallo Welt",
                "Prints a greeting",
                "0.1",
                4_200_000,
                ((RUNTIMES, PLATFORM), (APPS, LOCALE), (APPS, PLUGIN)),
            ),
            KitRef(APPS, OTHER, True, needs=((RUNTIMES, PLATFORM),)),
            KitRef(RUNTIMES, PLATFORM, False, size=1_310_000_000),
            KitRef(APPS, LOCALE, False),
            KitRef(APPS, PLUGIN, False),
        ),
        made_at=1763785200,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


class Page(HTMLParser):
    """What a browser would show, and whether every element is closed."""

    VOID = frozenset({"meta", "input", "br"})

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page.decode())
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


# ---- What is rendered


def test_files() -> None:
    files = render(contents())
    assert files["install.sh"] == resource("kit", "install.sh").read_bytes()
    assert files["apps.flatpakrepo"] == b"a"
    assert sorted(files) == [
        "START-HERE.html", "apps.flatpakrepo", "contents.tsv", "install.sh", "runtimes.flatpakrepo",
    ]  # fmt: skip


def test_sources_of_the_same_name_do_not_overwrite_each_other() -> None:
    first, second = contents().collections
    both = contents(collections=(replace(first, remote="Apps"), second))
    files = render(both)
    assert files["Apps.flatpakrepo"] == b"r"
    assert files["apps-2.flatpakrepo"] == b"a"
    assert "collection\torg.test.Apps\tapps\tapps-2.flatpakrepo\t" in files["contents.tsv"].decode()


def test_lines_for_the_shell() -> None:
    lines = [line.split("\t") for line in render(contents())["contents.tsv"].decode().splitlines()]
    assert lines[0] == ["satchel-contents", "1"]
    assert ["collection", APPS, "apps", "apps.flatpakrepo", DEAD, "Test Apps"] in lines
    assert ["ref", APPS, HELLO, "chosen", "Hallo Welt"] in lines
    assert ["ref", APPS, OTHER, "chosen", "org.test.Other"] in lines
    assert ["needs", HELLO, RUNTIMES, PLATFORM] in lines
    assert all(field for line in lines for field in line)


NASTY = "a\tb\nref\tx\x1b[31m\r\u202ec\u2028d\x00 <b>&amp;\"'$(id) `id` $USER \\n %s"


def test_nasty_text_is_only_text() -> None:
    first, second = contents().collections
    hello, *others = contents().refs
    nasty = contents(
        collections=(replace(first, title=NASTY, url=NASTY), second),
        refs=(replace(hello, name=NASTY, summary=NASTY, version=NASTY), *others),
        warnings=(KitWarning(WarningKind.UNSIGNED, NASTY),),
    )
    plain = "a b ref x [31m c d <b>&amp;\"'$(id) `id` $USER \\n %s"
    files = render(nasty)
    table = files["contents.tsv"].decode()
    assert f"\tchosen\t{plain}\n" in table
    assert len(table.splitlines()) == len(render(contents())["contents.tsv"].splitlines())
    page = Page(files["START-HERE.html"])
    assert page.text.count(plain) == 6
    assert page.tags.count("b") == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"repo": "/etc"},
        {"repo": "a/../../b"},
        {"repo": ""},
        {"repo": "a\tb"},
        {"collections": (KitCollection("-x", "x", "", DEAD, b""),)},
        {"collections": (KitCollection(APPS, "../x", "", DEAD, b""),)},
        {"collections": (KitCollection(APPS, "x", "", DEAD, b""),) * 2},
        {"refs": (KitRef(APPS, "app/../x/y", True),)},
        {"refs": (KitRef(APPS, "appstream2/x86_64", True),)},
        {"refs": (KitRef("org.test.Unknown", HELLO, True),)},
        {"refs": (KitRef(APPS, HELLO, True, needs=((APPS, "x y"),)),)},
        {"refs": (KitRef(APPS, HELLO, True, needs=(("$(id)", PLATFORM),)),)},
    ],
)
def test_unsafe_names_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(SatchelError):
        render(contents(**changes))


def test_page() -> None:
    unsigned = KitWarning(WarningKind.UNSIGNED, APPS)
    page = Page(render(contents(warnings=(unsigned,), label="Class 7 B"))["START-HERE.html"])
    for text in (
        "What is on this drive", "Was auf diesem Laufwerk ist", "22 November 2025",
        "22. November 2025", "2 apps", "2 Apps", "Hallo Welt", "Prints a greeting", "0.1",
        "4\N{NO-BREAK SPACE}MB", "1.3\N{NO-BREAK SPACE}GB", "1,3\N{NO-BREAK SPACE}GB",
        "What comes from org.test.Apps is not signed.", "org.test.Hello.Plugin.fun",
        'sh "/media/$USER/Class 7 B/satchel/install.sh"',
        "sh install.sh org.test.Hello", 'satchel verify "/media/$USER/Class 7 B"', "Test Apps",
    ):  # fmt: skip
        assert text in page.text
    assert "script" not in page.tags
    assert not {"src", "href"} & {name for name, _ in page.attributes}
    assert dict(page.attributes)["content"] is not None


def test_page_of_a_bare_stick() -> None:
    one = KitRef(APPS, HELLO, True)
    page = Page(render(contents(refs=(one,), label='a"; rm'))["START-HERE.html"])
    assert "1 app for" in page.text
    assert "details" in page.tags  # other ways
    assert "Needed by them" not in page.text
    assert "Everything together" not in page.text
    assert '/media/$USER/NAME-OF-DRIVE"' in page.text


def test_shellcheck() -> None:
    script = resource("kit", "install.sh")
    done = subprocess.run(
        ["shellcheck", "-s", "sh", script], stdout=subprocess.PIPE, text=True, check=False
    )
    assert not done.stdout


# ---- install.sh with the real flatpak


def run(*command: str | Path, **options: object) -> str:
    done = subprocess.run(  # type: ignore[call-overload]
        command, capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return str(done.stdout)


@dataclass
class Upstream:
    """Two collections, as directories: one of apps, one of runtimes."""

    path: Path
    key: SigningKey
    _clock: Iterator[int] = field(default_factory=lambda: count(1_735_732_800, 60))

    def build(self, script: str, collection: str, name: str, text: str = "") -> None:
        repo = self.path / collection
        if not repo.exists():
            run(
                "ostree",
                f"--repo={repo}",
                "init",
                "--mode=archive",
                f"--collection-id={collection}",
            )
        signing = f"--gpg-homedir={self.key.homedir} --gpg-sign={self.key.fingerprint}"
        run(
            "bash", SCRIPTS / script, repo, name, "master", collection, text,
            cwd=self.path,
            env={
                **os.environ,
                "GPGARGS": signing,
                "TMPDIR": str(self.path),
                # Two builds within a second would be equally new to a client.
                "SOURCE_DATE_EPOCH": str(next(self._clock)),
            },
        )  # fmt: skip

    def commit(self, collection: str, ref: str) -> str:
        return (self.path / collection / "refs" / "heads" / ref).read_text().strip()


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upstream]:
    key = SigningKey()
    made = Upstream(tmp_path_factory.mktemp("upstream"), key)
    made.build("make-test-runtime.sh", RUNTIMES, "org.test.Platform")
    made.build("make-test-app.sh", APPS, "org.test.Hello")
    made.build("make-test-app.sh", APPS, "org.test.Other")
    yield made
    key.close()


def flatpakrepo(upstream: Upstream, collection: str, url: str) -> bytes:
    key = base64.b64encode(upstream.key.public).decode()
    return (
        f"[Flatpak Repo]\nTitle={collection}\nUrl={url}\nGPGKey={key}\n"
        f"DeployCollectionID={collection}\nDeploySideloadCollectionID={collection}\n"
    ).encode()


def make_stick(upstream: Upstream, mount: Path, *refs: tuple[str, str]) -> None:
    """A stick as `create-usb` and Satchel lay it out, with the kit."""
    repo = mount / ".ostree" / "repo"
    repo.parent.mkdir(parents=True)
    run("ostree", f"--repo={repo}", "init", "--mode=archive")
    kit = contents()
    wanted = refs or tuple((ref.collection, ref.ref) for ref in kit.refs)
    for collection, ref in wanted:
        commit = upstream.commit(collection, ref)
        run("ostree", f"--repo={repo}", "pull-local", upstream.path / collection, commit)
        path = repo / "refs" / "mirrors" / collection / ref
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(commit + "\n")
    run("ostree", f"--repo={repo}", "summary", "-u")
    kit = replace(
        kit,
        collections=tuple(
            replace(each, flatpakrepo=flatpakrepo(upstream, each.id, each.url))
            for each in kit.collections
        ),
        refs=tuple(each for each in kit.refs if (each.collection, each.ref) in wanted),
    )
    (mount / "satchel").mkdir()
    for name, data in render(kit).items():
        (mount / "satchel" / name).write_bytes(data)


@pytest.fixture(scope="module")
def stick(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    mount = tmp_path_factory.mktemp("stick") / "KINGSTON's ü 50% #1"
    make_stick(upstream, mount)
    return mount


class Client:
    """A computer without internet and without any remote."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(home / "runtime"),
            "XDG_DATA_HOME": str(home / "share"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "FLATPAK_USER_DIR": str(home / "user"),
            "FLATPAK_SYSTEM_DIR": str(home / "system"),
            "FLATPAK_SYSTEM_CACHE_DIR": str(home / "syscache"),
            "FLATPAK_CONFIG_DIR": str(home / "etc"),
            "FLATPAK_RUN_DIR": str(home / "run"),
        }
        for name in ("runtime", "etc", "run"):
            (home / name).mkdir(parents=True)
        (home / "runtime").chmod(0o700)

    def install(
        self, mount: Path, *args: str, expect: int = 0, shell: str = "sh", **env: str
    ) -> str:
        """Run install.sh; gives what it said."""
        done = subprocess.run(
            [*shlex.split(shell), mount / "satchel" / "install.sh", *args],
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        print(done.stdout)
        assert done.returncode == expect
        return done.stdout

    def flatpak(self, *args: str | Path) -> str:
        return run("flatpak", *args, env=self.env)

    def refs(self, scope: str = "--user") -> set[str]:
        lines = self.flatpak("list", scope, "--all", "--columns=ref").splitlines()
        return {line.strip() for line in lines}

    def remotes(self, scope: str = "--user") -> dict[str, str]:
        table = self.flatpak("remotes", scope, "--show-disabled", "--columns=name,collection")
        # A line even when there is none.
        return dict(line.split() for line in table.splitlines() if line.strip())

    def run(self, app: str = "org.test.Other") -> str:
        """What the app prints. Not Hello with its plugin: it has no directory to mount that on."""
        return self.flatpak("run", app)


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(tmp_path / "client")


def short(*refs: str) -> set[str]:
    return {ref.partition("/")[2] for ref in refs}


NOBODY = 65534
SHELLS = ["dash", "bash --posix", "busybox sh"]


@pytest.mark.parametrize("shell", SHELLS)
def test_fresh_computer(stick: Path, client: Client, shell: str) -> None:
    said = client.install(stick, "--user", shell=shell)
    assert client.remotes() == {"apps": APPS, "runtimes": RUNTIMES}
    assert short(HELLO, OTHER, PLATFORM, PLUGIN) <= client.refs()
    assert "Hello world, from a sandbox" in client.run()
    assert "Source Test Apps: added" in said
    assert "Installed:\n  Hallo Welt  (org.test.Hello)\n  org.test.Other\n" in said
    assert "flatpak:" not in said
    # What only came along may go when nothing uses it any more.
    assert "org.test" not in client.flatpak("pin", "--user")

    again = client.install(stick, "--user", shell=shell)
    assert "Already there" in again
    assert "Installed:" not in again
    assert "known on this computer" in again
    assert "0 installed, 0 updated, 2 already there" in again


def test_needs_no_other_programs(stick: Path, client: Client, tmp_path: Path) -> None:
    """Only a shell and flatpak are in PATH."""
    only = tmp_path / "bin"
    only.mkdir()
    flatpak, shell = shutil.which("flatpak"), shutil.which("dash")
    assert flatpak
    assert shell
    (only / "flatpak").symlink_to(flatpak)
    client.install(stick, "--user", shell=shell, PATH=str(only))
    assert short(HELLO, OTHER, PLUGIN) <= client.refs()


@pytest.mark.skipif(os.getuid() != 0, reason="needs root")
def test_root_installs_for_everyone(stick: Path, client: Client) -> None:
    said = client.install(stick)
    assert "for everyone" in said
    assert short(HELLO, OTHER) <= client.refs("--system")
    assert not client.refs("--user")
    # The account's own installation uses the runtime that is there for everyone.
    client.install(stick, "--user", "org.test.Other")
    assert client.refs("--user") >= short(OTHER)
    assert not short(PLATFORM) & client.refs("--user")


@pytest.mark.skipif(os.getuid() != 0, reason="needs root")
def test_read_only_drive(stick: Path, client: Client, tmp_path: Path) -> None:
    mount = tmp_path / "ro mount"
    mount.mkdir()
    # In a mount namespace of its own, so that nothing stays mounted.
    script = (
        'mount --bind "$1" "$2" && mount -o remount,bind,ro,noexec "$2"'
        ' && ! touch "$2/x" 2>/dev/null'
        ' && exec sh "$2/satchel/install.sh" --user'
    )
    run("unshare", "--mount", "sh", "-c", script, "sh", stick, mount, env=client.env)
    assert short(HELLO, OTHER) <= client.refs()


def test_only_some(stick: Path, client: Client) -> None:
    said = client.install(stick, "--user", "org.test.Other")
    assert "Hallo" not in said
    assert short(OTHER, PLATFORM) <= client.refs()
    assert not short(HELLO, PLUGIN) & client.refs()
    client.install(stick, "--user", "org.test.Hello//master", OTHER)
    assert short(HELLO, PLUGIN) <= client.refs()


@pytest.mark.parametrize(
    "wanted", ["org.test.Nothing", "org.test.Hello//beta", "a b", "$(id)", "*"]
)
def test_what_is_not_there(stick: Path, client: Client, wanted: str) -> None:
    said = client.install(stick, "--user", "org.test.Other", wanted, expect=2)
    assert wanted in said
    assert "org.test.Hello: Hallo Welt" in said
    assert client.remotes() == {}


def test_usage(stick: Path, client: Client) -> None:
    assert "sh install.sh APP..." in client.install(stick, "--help")
    assert "--reinstall" in client.install(stick, "--reinstall", expect=2)
    client.install(stick, "--user", "--system", expect=2)
    assert "org.test.Hello: Hallo Welt  (master" in client.install(stick, "--list")
    assert "Installiert die Apps" in client.install(stick, "--help", LC_ALL="", LANG="de_DE.UTF-8")


def test_started_from_its_own_folder_or_by_a_link(
    stick: Path, client: Client, tmp_path: Path
) -> None:
    run("sh", "install.sh", "--list", cwd=stick / "satchel", env=client.env)
    link = tmp_path / "link"
    link.symlink_to(stick / "satchel" / "install.sh")
    run("sh", link, "--list", env=client.env)
    copy = tmp_path / "copy" / "satchel"
    shutil.copytree(stick / "satchel", copy)
    assert "not where they should be" in client.install(copy.parent, "--user", expect=1)
    (copy / "contents.tsv").unlink()
    assert "contents.tsv" in client.install(copy.parent, "--user", expect=1)


@pytest.mark.parametrize(("version", "expect"), [("1.6.5", 3), (None, 3)])
def test_flatpak_too_old_or_missing(
    stick: Path, client: Client, tmp_path: Path, version: str | None, expect: int
) -> None:
    only = tmp_path / "bin"
    only.mkdir()
    if version:
        (only / "flatpak").write_text(f"#!/bin/sh\necho Flatpak {version}\n")
        (only / "flatpak").chmod(0o755)
    said = client.install(stick, "--user", shell="/bin/sh", PATH=str(only), expect=expect)
    assert (version or "no flatpak") in said


def add_remote(
    client: Client, upstream: Upstream, name: str, collection: str, **changes: str
) -> None:
    file = client.home / f"{name}.flatpakrepo"
    text = flatpakrepo(upstream, APPS, changes.get("url", DEAD)).decode()
    lines = [line for line in text.splitlines() if not line.startswith("Deploy")]
    file.write_text(
        "\n".join([*lines, f"DeployCollectionID={collection}" if collection else "", ""])
    )
    client.flatpak("remote-add", "--user", name, file)


def test_collection_id_is_repaired(stick: Path, client: Client, upstream: Upstream) -> None:
    add_remote(client, upstream, "apps", "")
    assert client.remotes() == {"apps": "-"}
    said = client.install(stick, "--user")
    assert "repaired" in said
    assert client.remotes() == {"apps": APPS, "runtimes": RUNTIMES}
    assert "Hello world" in client.run()


def test_remote_of_another_name(stick: Path, client: Client, upstream: Upstream) -> None:
    add_remote(client, upstream, "school", APPS, url=DEAD + "mirror")
    client.install(stick, "--user")
    assert client.remotes() == {"school": APPS, "runtimes": RUNTIMES}
    assert "school" in client.flatpak("info", "--user", "--show-origin", "org.test.Hello")
    assert "Hello world" in client.run()


@pytest.mark.parametrize("collection", ["", "org.test.Elsewhere"])
def test_name_taken(stick: Path, client: Client, upstream: Upstream, collection: str) -> None:
    add_remote(client, upstream, "apps", collection, url=DEAD + "elsewhere")
    client.install(stick, "--user")
    assert client.remotes() == {
        "apps": collection or "-", "apps-satchel": APPS, "runtimes": RUNTIMES,
    }  # fmt: skip
    assert "Hello world" in client.run()


def test_remote_without_signatures_is_left_alone(stick: Path, client: Client) -> None:
    client.flatpak("remote-add", "--user", "--no-gpg-verify", "apps", DEAD)
    client.install(stick, "--user")
    assert client.remotes() == {"apps": "-", "apps-satchel": APPS, "runtimes": RUNTIMES}
    client.install(stick, "--user")
    assert client.remotes() == {"apps": "-", "apps-satchel": APPS, "runtimes": RUNTIMES}


def test_disabled_remote_stays_so(stick: Path, client: Client, upstream: Upstream) -> None:
    add_remote(client, upstream, "apps", APPS)
    client.flatpak("remote-modify", "--user", "--disable", "apps")
    said = client.install(stick, "--user", expect=1)
    assert "flatpak remote-modify --user --enable apps" in said
    assert "NOT installed:\n  Hallo Welt" in said
    assert not short(HELLO) & client.refs()


def test_already_there_from_elsewhere(stick: Path, client: Client, upstream: Upstream) -> None:
    client.install(stick, "--user")
    # The same app, but of another source now; its runtime of another remote of the collection.
    client.flatpak("remote-modify", "--user", "--collection-id=org.test.Elsewhere", "apps")
    add_remote(client, upstream, "again", APPS)
    said = client.install(stick, "--user")
    assert "left as it is:\n  Hallo Welt" in said


def test_one_failure_does_not_keep_the_others_away(
    upstream: Upstream, client: Client, tmp_path: Path
) -> None:
    mount = tmp_path / "stick"
    make_stick(upstream, mount)
    commit = upstream.commit(APPS, HELLO)
    (mount / ".ostree/repo/objects" / commit[:2] / f"{commit[2:]}.commit").unlink()
    said = client.install(mount, "--user", expect=1)
    assert "Installed:\n  org.test.Other" in said
    assert "NOT installed:\n  Hallo Welt" in said
    assert "flatpak: " in said


def test_an_ordinary_person(stick: Path) -> None:
    """Not root; flatpak then asks the system bus about parental controls."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o755)
        mount = Path(shutil.copytree(stick, base / "stick", symlinks=True))
        client = Client(base / "client")
        someone = ["dbus-run-session", "--"]
        if os.geteuid() == 0:
            run("chown", "-R", f"{NOBODY}:{NOBODY}", client.home)
            someone = [
                "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *someone
            ]  # fmt: skip
        bus = """sh -c 'DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS exec "$@"' sh """
        said = client.install(mount, shell=f"{shlex.join(someone)} {bus} sh")
        assert "Installing for your account." in said
        assert "  updating" not in said
        assert "Installed:\n  Hallo Welt  (org.test.Hello)\n  org.test.Other\n" in said
        command = [*someone, *shlex.split(bus), "flatpak", "run", "--user", "org.test.Other"]
        assert "Hello world, from a sandbox" in run(*command, env=client.env)


def test_update_and_never_back(client: Client, tmp_path: Path) -> None:
    key = SigningKey()
    try:
        upstream = Upstream(tmp_path / "upstream", key)
        upstream.path.mkdir()
        upstream.build("make-test-runtime.sh", RUNTIMES, "org.test.Platform")
        upstream.build("make-test-app.sh", APPS, "org.test.Hello")
        refs = ((APPS, HELLO), (RUNTIMES, PLATFORM), (APPS, LOCALE))
        make_stick(upstream, tmp_path / "old", *refs)
        upstream.build("make-test-app.sh", APPS, "org.test.Hello", "UPDATED")
        make_stick(upstream, tmp_path / "new", *refs)
    finally:
        key.close()
    assert "  updating" not in client.install(tmp_path / "old", "--user")
    assert "UPDATED" not in client.run("org.test.Hello")
    said = client.install(tmp_path / "new", "--user")
    assert "Updated:\n  Hallo Welt" in said
    assert "  updating Hallo Welt" in said
    assert "  installing" not in said
    assert "UPDATED" in client.run("org.test.Hello")
    said = client.install(tmp_path / "old", "--user")
    assert "Already there" in said
    assert "UPDATED" in client.run("org.test.Hello")


def test_languages_of_the_computer_come_along(stick: Path, client: Client) -> None:
    """Named on the command line, a translation would be installed in all languages."""
    client.flatpak("config", "--user", "--set", "languages", "de")
    client.install(stick, "--user")
    base = client.home / "user" / "runtime" / "org.test.Hello.Locale" / ARCH / "master"
    assert sorted(p.name for p in (base / "active" / "files").iterdir() if p.is_dir()) == ["de"]


def test_foreign_processors_and_drivers(stick: Path, client: Client, tmp_path: Path) -> None:
    mount = tmp_path / "stick"
    mount.mkdir()
    (mount / ".ostree").symlink_to(stick / ".ostree")
    shutil.copytree(stick / "satchel", mount / "satchel")
    with (mount / "satchel" / "contents.tsv").open("a") as table:
        table.write(f"ref\t{APPS}\tapp/org.test.Hello/mips/master\tchosen\tHello\n")
        table.write(f"ref\t{APPS}\tapp/org.test.Far/mips/master\tchosen\tFar\n")
        table.write(f"ref\t{APPS}\truntime/org.test.GL.nvidia-1-2/{ARCH}/1.4\tneeded\tx\n")
    assert "mips" in client.install(mount, "--user", "org.test.Far", expect=1)
    assert "mips" in client.install(mount, "--user")
    assert short(HELLO) <= client.refs()


@pytest.mark.parametrize(
    "line",
    [
        "repo\t../../../etc",
        "repo\t/etc",
        "satchel-contents\t2",
    ],
)
def test_contents_are_not_trusted(stick: Path, client: Client, tmp_path: Path, line: str) -> None:
    mount = tmp_path / "stick"
    shutil.copytree(stick / "satchel", mount / "satchel")
    with (mount / "satchel" / "contents.tsv").open("a") as table:
        table.write(line + "\n")
    client.install(mount, "--user", expect=1)
    assert client.remotes() == {}


def test_hostile_lines_are_ignored(stick: Path, client: Client, tmp_path: Path) -> None:
    mount = tmp_path / "stick"
    mount.mkdir()
    (mount / ".ostree").symlink_to(stick / ".ostree")
    shutil.copytree(stick / "satchel", mount / "satchel")
    with (mount / "satchel" / "contents.tsv").open("a") as table:
        for ref in ("--reinstall", "$(touch pwned)", "app/../../x", "app/a/b/c d", "app/a/b/c/d"):
            table.write(f"ref\t{APPS}\t{ref}\tchosen\tx\nneeds\t{HELLO}\t{APPS}\t{ref}\n")
        table.write(f"ref\t{APPS}\t{OTHER}\t$(touch pwned)\t$(touch pwned)`touch pwned`\n")
        table.write("collection\t--from\tx\ty\tz\tt\ncollection\torg.x.Y\t-x\t../y\tz\tt\n")
    client.install(mount, "--user", "org.test.Hello")
    assert short(HELLO, PLUGIN) <= client.refs()
    assert not list(mount.rglob("pwned"))
    assert not Path("pwned").exists()
