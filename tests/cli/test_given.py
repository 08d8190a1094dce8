"""Remotes and apps by the files that hand them on, from this computer or over https."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, satchel
from tests.servers import Server
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
ALONE = f"app/org.alone.Tool/{ARCH}/stable"
PLATFORM = f"runtime/org.test.Platform/{ARCH}/1"


@dataclass
class Site:
    """A web site with two repositories below it: ``wörter`` has the runtime of ``alone``'s app."""

    root: Path
    server: Server
    home: Path
    drive: Path
    upstream: Upstream
    alone: Upstream

    def write(self, name: str, text: str) -> str:
        """A file of the site; its address."""
        (self.root / name).write_text(text)
        return f"{self.server.url}/{name}"

    def repo_file(self, title: str = "Apps", url: str = "") -> str:
        text = self.upstream.flatpakrepo(url or f"{self.server.url}/wörter/repo/")
        return text.replace("Title=Test upstream", f"Title={title}")

    def ref_file(self, *, runtime: str = "", suggest: str = "", url: str = "") -> str:
        key = base64.b64encode(self.alone.key.public).decode()
        return (
            "[Flatpak Ref]\nName=org.alone.Tool\nBranch=stable\nIsRuntime=false\n"
            f"Title=The Tool\nUrl={url or f'{self.server.url}/alone/repo/'}\nGPGKey={key}\n"
            + (f"RuntimeRepo={runtime}\n" if runtime else "")
            + (f"SuggestRemoteName={suggest}\n" if suggest else "")
        )

    def run(self, *arguments: str | Path, check: bool | int = True) -> Done:
        trust = {"CURL_CA_BUNDLE": str(self.server.ca)}
        return satchel(*arguments, "--json", home=self.home, env=trust, check=check)

    def plan(self, *arguments: str | Path, check: bool | int = True) -> Done:
        return self.run("plan", self.drive, *arguments, check=check)

    def remotes(self, *arguments: str | Path) -> dict[str, str]:
        """Collection → name of the remote it comes from."""
        collections = self.plan(*arguments).json["collections"]
        return {collection["id"]: collection["remote"] for collection in collections}


def fill(upstream: Upstream) -> None:
    upstream.add_app("org.alone.Tool")
    upstream.update()


@pytest.fixture(scope="module")
def alone(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(
        tmp_path_factory.mktemp("alone") / "up", upstream_key, fill, "org.alone.Apps"
    )


@pytest.fixture(scope="module")
def site(
    default_upstream: Upstream, alone: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("given")
    root = directory / "site"
    for name, upstream in (("wörter", default_upstream), ("alone", alone)):
        (root / name).mkdir(parents=True)
        (root / name / "repo").symlink_to(upstream.path)
    for name in ("home", "drive"):
        (directory / name).mkdir()
    with Server(root, tls=True) as server:
        yield Site(root, server, directory / "home", directory / "drive", default_upstream, alone)


def test_the_address_of_a_flatpakrepo_is_that_file(site: Site) -> None:
    url = site.write("my apps.flatpakrepo", site.repo_file()).replace(" ", "%20")

    for address in (url, f"{url}?download=1", url.replace("%20", " ")):
        plan = site.plan("org.test.Hello", "--remote", address).json
        assert [item["ref"] for item in plan["items"] if item["chosen"]] == [HELLO]
        assert plan["collections"][0]["remote"] == "my-apps"
        # The address in it has letters that no wire carries.
        assert plan["collections"][0]["url"] == f"{site.server.url}/w%C3%B6rter/repo/"

    (hit,) = site.run("search", "hello", "--remote", url).json
    assert (hit["ref"], hit["remote"]) == (HELLO, "my-apps")
    assert site.run("info", "org.test.Hello", "--remote", url).json["ref"] == HELLO
    assert site.run("remotes", "add", url, "--name", "mine").json["name"] == "mine"
    site.run("remotes", "remove", "mine")


def test_a_file_by_its_file_address(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "Müll 1.flatpakrepo"
    file.write_text(site.repo_file())
    assert site.remotes("org.test.Hello", "--remote", file.as_uri()) == {
        "org.test.Upstream": "Mull-1"
    }


def test_what_is_at_an_address_is_told(site: Site) -> None:
    page = site.write("page.flatpakrepo", "<!DOCTYPE html><title>Not here</title>")
    assert "web page" in site.plan("org.test.Hello", "--remote", page, check=4).said
    other = site.write("other.flatpakrepo", "[Something Else]")
    assert "no .flatpakrepo" in site.plan("org.test.Hello", "--remote", other, check=2).said
    large = site.write("large.flatpakrepo", "#" * (5 << 20))
    assert "larger" in site.plan("org.test.Hello", "--remote", large, check=4).said
    gone = f"{site.server.url}/gone.flatpakrepo"
    assert "does not exist" in site.plan("org.test.Hello", "--remote", gone, check=4).said
    app = site.write("app.flatpakref", site.ref_file())
    said = site.plan("org.test.Hello", "--remote", app, check=2).json["error"]
    assert "app" in said["message"] + said["hint"]
    said = site.plan("x", "--remote", "http://example.org/x.flatpakrepo", check=5).said
    assert "encryption" in said
    assert "--allow-unsigned" not in said


def test_a_key_that_expired_is_told_when_it_is_added(site: Site, tmp_path: Path) -> None:
    """Of one in five that people run themselves it has; flatpak adds them without a word."""
    file = tmp_path / "late.flatpakrepo"
    with closing(SigningKey("Late <late@example.org>", expired=True)) as key:
        late = base64.b64encode(key.public).decode()
    lines = site.repo_file().splitlines()
    file.write_text("\n".join(f"GPGKey={late}" if "GPGKey" in line else line for line in lines))
    said = " ".join(site.run("remotes", "add", file).said.split())
    assert "Its key expired on 2020-12-31: unless its makers have prolonged it" in said
    site.run("remotes", "remove", "late")


def test_a_file_without_a_key_may_be_given_one(site: Site, tmp_path: Path) -> None:
    """As it is with flatpak remote-add --gpg-import."""
    key = tmp_path / "key.gpg"
    key.write_bytes(site.upstream.key.public)
    whole = site.repo_file()
    bare = "\n".join(line for line in whole.splitlines() if not line.startswith("GPGKey"))
    file = tmp_path / "bare.flatpakrepo"
    file.write_text(bare)
    said = site.plan("org.test.Hello", "--remote", file, check=5).json["error"]["hint"]
    assert "--gpg-key" in said
    assert "--allow-unsigned" not in said
    for remote in (file, site.write("bare.flatpakrepo", bare)):
        remotes = site.remotes("org.test.Hello", "--remote", remote, "--gpg-key", key)
        assert remotes == {"org.test.Upstream": "bare"}
    file.write_text(whole)
    twice = site.plan("org.test.Hello", "--remote", file, "--gpg-key", key, check=2)
    assert "brings its own" in twice.said


def test_a_remote_called_index_is_named_after_its_title_or_host(site: Site) -> None:
    for title, name in (("Word Apps", "word-apps"), ("", "127.0.0.1")):
        url = site.write("index.flatpakrepo", site.repo_file(title))
        assert site.remotes("org.test.Hello", "--remote", url) == {"org.test.Upstream": name}


def test_a_foreign_remote_that_titles_itself_flathub(site: Site) -> None:
    """Its address stands beside it, always."""
    url = site.write("shop.flatpakrepo", site.repo_file("Flathub"))
    remote, env = ("--remote", url), {"CURL_CA_BUNDLE": str(site.server.ca)}
    address = f"{site.server.url}/w%C3%B6rter/repo"
    for command in (
        ("plan", site.drive, "org.test.Hello"),
        ("search", "hello"),
        ("info", "org.test.Hello"),
    ):
        said = satchel(*command, *remote, home=site.home, env=env)
        assert address in said.stdout, said.said
    said = satchel("info", "org.test.Nothing", *remote, home=site.home, env=env, check=2)
    assert address in said.stderr
    said = satchel("remotes", "add", url, home=site.home, env=env)
    listed = satchel("remotes", home=site.home, env=env)
    site.run("remotes", "remove", "shop")
    assert address in said.stdout
    assert address in listed.stdout


def test_its_address_goes_with_it_on_the_drive(site: Site, tmp_path: Path) -> None:
    """Whoever installs from the drive reads it as well; clients are told upstream's own title."""
    url = site.write("shop.flatpakrepo", site.repo_file("Flathub"))
    env = {"CURL_CA_BUNDLE": str(site.server.ca)}
    drive = tmp_path / "drive"
    drive.mkdir()
    # What is accepted here is no matter: the address is this computer's.
    satchel("make", drive, "org.test.Other", "--remote", url, "--yes", home=site.home, env=env)
    address = f"{site.server.url}/w%C3%B6rter/repo"
    for name in ("START-HERE.html", "contents.tsv"):
        assert f"Flathub ({address}" in (drive / "satchel" / name).read_text()
    assert "\nTitle=Flathub\n" in (drive / "satchel/shop.flatpakrepo").read_text()
    assert address in satchel("inspect", drive, home=site.home).stdout
    codes = satchel("verify", drive, "--json", home=site.home, check=False).json["findings"]
    assert not [finding for finding in codes if finding["code"].startswith("kit")]


# ---- .flatpakref


def test_a_flatpakref_brings_the_remote_of_its_runtime(site: Site, client: Client) -> None:
    """Remotes are called as flatpak calls them, too."""
    runtime = site.write("words.stable.flatpakrepo", site.repo_file())
    ref = site.write("tool.flatpakref", site.ref_file(runtime=runtime))

    plan = site.plan(ref).json

    assert [item["ref"] for item in plan["items"] if item["chosen"]] == [ALONE]
    assert PLATFORM in [item["ref"] for item in plan["items"]]
    about = site.run("info", ref).json
    assert (about["ref"], about["remote"]) == (ALONE, "tool-origin")
    ours = {collection["remote"] for collection in plan["collections"]}
    local = client.directory / "tool.flatpakref"
    words = client.directory / "words.stable.flatpakrepo"
    words.write_text(site.repo_file(url=site.upstream.path.as_uri()))
    alone = site.alone.path.as_uri()
    local.write_text(site.ref_file(runtime=words.as_uri(), url=alone))
    client.run("install", "--user", "-y", "--noninteractive", local)
    assert ours == set(client.run("remotes", "--user", "--columns=name").stdout.split())


def test_a_flatpakref_that_suggests_a_name(site: Site) -> None:
    """As with flatpak: used, unless it is another remote's."""
    plain = site.ref_file(suggest="tools", runtime=site.write("w.flatpakrepo", site.repo_file()))
    tools = site.write("tools.flatpakref", plain)
    assert site.remotes(tools)["org.alone.Apps"] == "tools"
    for name in ("flathub", "../x", "a b", "x" * 200):
        taken = site.write("taken.flatpakref", plain.replace("=tools", f"={name}"))
        assert site.remotes(taken)["org.alone.Apps"] == "tool-origin"


def test_a_flatpakref_whose_runtime_is_in_the_same_remote(site: Site) -> None:
    """The file about it says more than the app's does."""
    key = base64.b64encode(site.upstream.key.public).decode()
    url = f"{site.server.url}/wörter/repo"
    runtime = site.write("same.flatpakrepo", site.repo_file("Words"))
    ref = site.write(
        "hello.flatpakref",
        f"[Flatpak Ref]\nName=org.test.Hello\nBranch=stable\nUrl={url}\nGPGKey={key}\n"
        f"RuntimeRepo={runtime}\n",
    )
    assert site.remotes(ref) == {"org.test.Upstream": "same"}
    assert "From Words (" in satchel(
        "plan", site.drive, ref, home=site.home, env={"CURL_CA_BUNDLE": str(site.server.ca)}
    ).stdout  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("gone", [False, True])
def test_a_flatpakref_and_its_runtimes_remote_that_have_moved(site: Site, *, gone: bool) -> None:
    """Servers may send people on; the remote is called as the file that was named."""
    there = f"{site.server.url}/gone" if gone else site.server.url
    with Server(site.root, redirect=there) as moved:
        site.write("words.flatpakrepo", site.repo_file("Words"))
        address = site.write(
            "tool.flatpakref", site.ref_file(runtime=f"{moved.url}/words.flatpakrepo")
        )
        ref = address if gone else f"{moved.url}/tool.flatpakref"
        done = site.plan(ref, *(("--no-runtime",) if gone else ()))
    assert ("was not added" in done.said) == gone
    remotes = {each["id"]: each["remote"] for each in done.json["collections"]}
    assert ("org.test.Upstream" in remotes) != gone
    assert gone or remotes["org.test.Upstream"] == "words"


def test_known_remotes_keep_their_names_and_keys(site: Site, tmp_path: Path) -> None:
    """A .flatpakref cannot put its own key in the place of one that is known."""
    other = SigningKey("Somebody else <else@example.org>")
    other.close()
    wrong = base64.b64encode(other.public).decode()
    right = base64.b64encode(site.alone.key.public).decode()
    text = site.ref_file()
    known = tmp_path / "known.flatpakrepo"
    known.write_text(
        f"[Flatpak Repo]\nTitle=Known\nUrl={site.server.url}/alone/repo\nGPGKey={right}\n"
    )
    words = site.write("words.flatpakrepo", site.repo_file())
    site.run("remotes", "add", known, "--name", "mine")
    try:
        lies = site.write("lies.flatpakref", text.replace(right, wrong) + f"RuntimeRepo={words}\n")
        assert site.remotes(lies) == {"org.alone.Apps": "mine", "org.test.Upstream": "words"}
    finally:
        site.run("remotes", "remove", "mine")
    # Where nobody knows better it is what the file says.
    assert "cannot be trusted" in site.plan(lies, check=5).said


def test_a_runtimes_remote_that_cannot_be_had(site: Site) -> None:
    """It is looked for elsewhere; there it may be."""
    missing = f"{site.server.url}/missing.flatpakrepo"
    ref = site.write("missing.flatpakref", site.ref_file(runtime=missing))
    words = site.write("words.flatpakrepo", site.repo_file())
    site.run("remotes", "add", words)
    try:
        done = site.plan(ref)
    finally:
        site.run("remotes", "remove", "words")
    assert missing in done.stderr + done.stdout
    assert PLATFORM in [item["ref"] for item in done.json["items"]]
    # Nobody need be asked for what comes along.
    flathub = "https://dl.flathub.org/repo/flathub.flatpakrepo"
    usual = site.write("usual.flatpakref", site.ref_file(runtime=flathub))
    assert "not added" not in site.plan(usual, check=4).said
    for address, why in (("http://example.org/x", "encryption"), ("/etc/passwd", "not an address")):
        unsafe = site.write("unsafe.flatpakref", site.ref_file(runtime=address))
        assert why in site.plan(unsafe, check=4).said


@pytest.mark.parametrize(
    "words",
    [
        ("plan", ".", "NAME.flatpak"),
        ("plan", ".", "org.test.Hello", "--needs", "NAME.json"),
        ("repair", "NAME.flatpak"),
        ("media", "NAME", "org.test.Hello", "--yes"),
        ("media", "--image", "NAME.img", "org.test.Hello"),
    ],
    ids=" ".join,
)
def test_a_name_that_no_file_can_have(tmp_path: Path, words: tuple[str, ...]) -> None:
    long = (word.replace("NAME", "a" * 300) for word in words)
    done = satchel(*long, home=tmp_path, cwd=tmp_path, check=False)
    assert done.returncode != 0
    assert "bug" not in done.said


def test_the_directory_of_a_container_image_is_told_as_one(tmp_path: Path) -> None:
    layout = tmp_path / "layout"
    layout.mkdir()
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    said = satchel("plan", tmp_path, layout, home=tmp_path, check=2).stderr
    assert "perhaps an app as a container image (OCI)" in said
    assert "build-bundle" in said


@pytest.mark.parametrize("ending", ["flatpak", "flatpakref", "flatpakrepo"])
def test_what_to_do_is_told_of_an_address_with_nothing_there(site: Site, ending: str) -> None:
    address = f"{site.server.url}/gone.{ending}"
    words = ("org.test.Hello", "--remote", address) if ending == "flatpakrepo" else (address,)
    error = site.plan(*words, check=4).json["error"]
    assert f"{address} does not exist" in error["message"]
    assert "check the address" in error["hint"]


# ---- What stands in the place of an app and is none


def named(site: Site, change: str, to: str) -> Path:
    file = site.root / "other.flatpakref"
    file.write_text(site.ref_file().replace(change, to))
    return file


def test_an_app_that_is_gone_from_where_its_file_says(site: Site) -> None:
    """Nobody has spelled it, and no search finds it."""
    file = named(site, "Name=org.alone.Tool", "Name=org.alone.Gone")
    for words in (("plan", site.drive, file), ("info", file)):
        error = site.run(*words, check=2).json["error"]
        gone = f"app/org.alone.Gone/{host_arch()}/stable, which {site.server.url}/alone/repo"
        assert error["message"].startswith(f"{file} names {gone}")
        assert "taken off there" in error["hint"]
        assert "spelling" not in error["hint"]


def test_a_branch_that_is_gone_from_where_its_file_says(site: Site) -> None:
    error = site.plan(named(site, "Branch=stable", "Branch=beta"), check=2).json["error"]
    assert f"names app/org.alone.Tool/{host_arch()}/beta" in error["message"]
    assert f"It has {ALONE}:" in error["hint"]


def test_a_flatpakref_for_computers_that_have_no_such_app(site: Site) -> None:
    """A name that is written out means no app of a source that is known by that file only."""
    other = "riscv64" if host_arch() != "riscv64" else "x86_64"
    file = named(site, "", "")
    error = site.plan(file, "--arch", other, check=2).json["error"]
    assert f"names app/org.alone.Tool/{other}/stable" in error["message"]
    assert error["hint"] == f"It is there for {host_arch()}: use --arch."


def test_a_flatpakref_of_a_remote_that_is_known(site: Site, tmp_path: Path) -> None:
    right = base64.b64encode(site.alone.key.public).decode()
    known = tmp_path / "known.flatpakrepo"
    known.write_text(
        f"[Flatpak Repo]\nTitle=Known\nUrl={site.server.url}/alone/repo\nGPGKey={right}\n"
    )
    site.run("remotes", "add", known, "--name", "mine")
    try:
        file = named(site, "Name=org.alone.Tool", "Name=org.alone.Gone")
        said = site.plan(file, check=2).json["error"]["message"]
    finally:
        site.run("remotes", "remove", "mine")
    assert said.endswith("stable, which Known does not have.")


def test_a_flatpakrepo_in_the_place_of_an_app(site: Site, tmp_path: Path) -> None:
    url = site.write("place.flatpakrepo", site.repo_file())
    file = tmp_path / "place.flatpakrepo"
    file.write_text(site.repo_file())
    for given in (url, file):
        error = site.plan(given, check=2).json["error"]
        assert error["message"] == f"{given} names a remote, not an app."
        assert "--remote" in error["hint"]


def test_a_page_about_an_app_in_its_place(site: Site) -> None:
    said = site.plan("https://apps.example/apps/org.alone.Tool", check=2).json["error"]
    assert "is an address, not the name of an app" in said["message"]


def test_an_address_as_buttons_on_pages_have_it(site: Site) -> None:
    url = site.write("button.flatpakref", site.ref_file())
    plan = site.plan(f"flatpak+{url}", "--no-runtime").json
    assert [item["ref"] for item in plan["items"] if item["chosen"]] == [ALONE]
