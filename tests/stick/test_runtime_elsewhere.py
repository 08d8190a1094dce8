"""Apps whose runtime another source has, as most have it that one project alone hands out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.satchel import environment, satchel
from tests.stick.damage import RUNTIME
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

LOCALE = RUNTIME.replace("Platform/", "Platform.Locale/")


@pytest.mark.parametrize(
    "collection", ["", pytest.param("org.test.Apps", marks=pytest.mark.thorough)]
)
def test_an_update_renews_it(
    upstream: Upstream, upstream_key: SigningKey, tmp_path: Path, collection: str
) -> None:
    runtimes = upstream.copy(tmp_path / "runtimes")
    (tmp_path / "apps").mkdir()
    apps = Upstream(tmp_path / "apps", upstream_key, collection)
    apps.add_runtime()
    apps.add_app("org.test.Alone")
    apps.remove(RUNTIME)
    apps.update()
    home, drive = tmp_path / "home", tmp_path / "drive"
    home.mkdir()
    drive.mkdir()
    know(home, upstream_key, apps, runtimes)

    def commits() -> dict[str, str]:
        record = json.loads((drive / ".ostree/repo/extensions/satchel/stick.json").read_bytes())
        return {ref: entry["commit"] for ref, entry in record["refs"][COLLECTION].items()}

    satchel("make", drive, "apps:org.test.Alone", "--yes", home=home)
    newer = {RUNTIME: runtimes.bump(RUNTIME), LOCALE: runtimes.bump(LOCALE)}
    runtimes.update()
    words = ("update", drive, "--yes", "--json")
    assert satchel(*words, home=home).finished["verify"]["ok"]
    assert commits().items() >= newer.items()
    assert satchel(*words, home=home).finished["changed"] is False


def know(home: Path, key: SigningKey, apps: Upstream, runtimes: Upstream) -> None:
    """The remotes ``apps`` and ``runtimes``."""
    repository = Path(environment(home)["FLATPAK_USER_DIR"]) / "repo"
    repository.mkdir(parents=True)
    lines = ["[core]", "repo_version=1", "mode=bare-user-only"]
    for name, source in (("apps", apps), ("runtimes", runtimes)):
        lines += [f'[remote "{name}"]', f"url={source.path.as_uri()}", "gpg-verify=true"]
        lines += ["gpg-verify-summary=true"]
        lines += [f"collection-id={source.collection}"] if source.collection else []
        (repository / f"{name}.trustedkeys.gpg").write_bytes(key.public)
    (repository / "config").write_text("\n".join([*lines, ""]))
