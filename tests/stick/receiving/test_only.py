"""Of what a drive has a person wants some: what that needs stays in the plan, the rest goes."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from app.client.receiving.installation import Place
from app.client.receiving.plan import BundleItem, Item, ReceivePlan, State
from app.flatpak.refs import Ref
from app.fs.root import Root

PLATFORM = "org.test.Apps", "runtime/org.test.Platform/x86_64/1"


def as_file(name: str) -> BundleItem:
    ref = Ref.parse(f"app/org.test.{name}/x86_64/stable")
    path = f"satchel/bundles/{name}.flatpak"
    drive = Root(Path("/media/drive"))
    return BundleItem(
        "file", ref, name, drive, path, "0" * 64, "1" * 64, State.INSTALL, needs=(PLATFORM,)
    )


def needed(key: tuple[str, str]) -> Item:
    return Item(key[0], Ref.parse(key[1]), None, "", False, State.INSTALL)


def test_files_are_taken_one_by_one_with_what_they_need() -> None:
    notes, paint = as_file("Notes"), as_file("Paint")
    other = "org.test.Apps", "runtime/org.test.Other/x86_64/1"
    plan = ReceivePlan(
        cast(Place, None),
        {key: needed(key) for key in (PLATFORM, other)},
        {},
        (),
        bundles=(notes, paint),
    )
    some = plan.only({notes.key})
    assert some.bundles == (notes,)
    assert set(some.items) == {PLATFORM}
    assert plan.only(()).bundles == ()
