"""What is built in: locked, and no address of where it is had."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packages.files import locked, pinned, project
from tests.satchel import ROOT

pytestmark = pytest.mark.packages


def wanted(requirements: Iterable[Requirement]) -> dict[str, list[Requirement]]:
    """What these requirements name, and what that requires as it is installed here."""
    by_name: dict[str, list[Requirement]] = {}
    left = list(requirements)
    while left:
        requirement = left.pop()
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            name = canonicalize_name(requirement.name)
            if name not in by_name:
                left += map(Requirement, distribution(name).requires or ())
            by_name.setdefault(name, []).append(requirement)
    return by_name


class TestLock:
    def test_names_what_satchel_needs_and_what_that_needs(self) -> None:
        assert pinned().keys() == wanted(project("project", "dependencies")).keys()

    def test_names_versions_that_pyproject_allows(self) -> None:
        pins = pinned()
        refused = [
            requirement
            for requirement in project("project", "dependencies")
            if pins[canonicalize_name(requirement.name)][0] not in requirement.specifier
        ]

        assert refused == []

    def test_what_builds_it_is_what_pyproject_allows(self) -> None:
        (needed,) = project("build-system", "requires")

        version, _ = locked("wheels-build.txt")[canonicalize_name(needed.name)]
        assert version in needed.specifier

    @pytest.mark.parametrize("name", ["wheels.txt", "wheels-build.txt"])
    def test_every_file_has_its_digest(self, name: str) -> None:
        assert all(digests for _, digests in locked(name).values())


# Not what Flatpak gets apps from: that is what the product is about. Written so that this file does
# not name them itself.
REGISTRIES = re.compile(
    r"""
      pypi[.]org | pythonhosted[.]org | (?:conda|anaconda)[.](?:org|com)
    | (?:deb|ftp|security|archive|mirrors?|ports|snapshot|packages|httpredir)[.\w]*
      [.](?:debian|ubuntu|fedoraproject|archlinux|kernel)[.](?:org|net|com)
    | (?:www[.])?debian[.](?:org|net)
    | registry[.](?!example)[\w.]+[.](?:org|io|com) | npmjs[.](?:org|com)
    | crates[.]io | proxy[.]golang[.]org
    | (?:docker|quay|ghcr)[.]io
    """,
    re.VERBOSE,
)


def sources() -> Iterator[Path]:
    """Every file of the project, but not what was made from it."""
    for place in ("app", "ui", "resources", "packaging", "tests", ".ci"):
        yield from (path for path in (ROOT / place).rglob("*") if path.is_file())
    yield from (path for path in ROOT.iterdir() if path.is_file())


def test_no_address_of_a_package_registry_stands_in_the_project() -> None:
    named = []
    for path in sources():
        if path.suffix not in (".pyc", ".png", ".webp", ".qm"):
            text = path.read_bytes().decode("latin-1")
            named += [f"{path.relative_to(ROOT)}: {host}" for host in REGISTRIES.findall(text)]

    assert named == []


@pytest.mark.parametrize(
    "address",
    [
        "https://files.pythonhosted" + ".org/packages/ab/cd/some-1.0-py3-none-any.whl",
        "https://pypi" + ".org/simple/",
        "http://deb.debian" + ".org/debian",
        "http://ftp.de.debian" + ".org/debian",
        "http://archive.ubuntu" + ".com/ubuntu",
        "https://mirrors.kernel" + ".org/fedora",
        "oci+https://registry.fedoraproject" + ".org",
    ],
)
def test_addresses_of_registries_are_known(address: str) -> None:
    assert REGISTRIES.search(address)
