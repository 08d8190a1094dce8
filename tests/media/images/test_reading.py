"""An image is read as what mounts it would read it, whoever made it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.media.images.reading.opened import is_image, opened_image
from app.media.images.request import Form
from app.progress import CancelToken, silent
from tests.media.images.image_trees import contents
from tests.media.images.test_making import FORMS, made, tree_for


def read(image: Path, directory: Path) -> dict[str, bytes | str | None]:
    """What is in it; nothing stays of what it was unpacked to."""
    directory.mkdir(exist_ok=True)
    with opened_image(image, [directory], silent, CancelToken()) as opened:
        there = contents(opened.directory)
    assert os.listdir(directory) == []
    return there


@pytest.mark.parametrize("form", FORMS)
def test_what_was_put_in_comes_out(form: Form, tmp_path: Path) -> None:
    tree = tree_for(form, tmp_path / "tree")
    image = made(form, tree, tmp_path / "out")
    assert is_image(image)
    assert read(image, tmp_path / "room") == contents(tree)


@pytest.mark.parametrize("form", FORMS)
def test_permissions_stay(form: Form, tmp_path: Path) -> None:
    tree = tree_for(form, tmp_path / "tree")
    image = made(form, tree, tmp_path / "out")
    (tmp_path / "room").mkdir()
    with opened_image(image, [tmp_path / "room"], silent, CancelToken()) as opened:
        assert (opened.directory / "empty").stat().st_mode & 0o055 in (0o044, 0o055)
        assert (opened.directory / "objects").stat().st_mode & 0o777 in (0o755, 0o555 | 0o700)
        assert os.access(opened.directory / "install.sh", os.X_OK)
