"""How much a plan takes, on values: no drive, no network, no files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from app.drive.space import FAT_MAX_FILE, Space
from app.message import NOTHING as NO_REASON
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.replacing import replace
from app.stick.planning.estimate import (
    DoesNotFitError,
    FileTooLargeError,
    check_room,
    estimate,
)
from app.stick.planning.plan import Action, Item
from app.stick.planning.present_objects import PresentObjects
from app.stick.planning.sizes import Estimate
from tests.stick.offers import APP, APP_TEXT, COLLECTION, OTHER, Published

KiB, MB, GB = 1024, 10**6, 10**9
SPACE = Space(Path("/nowhere"), "ext4", 4096, 10 * GB, 16 * GB, None, None, read_only=False)
FAT = replace(SPACE, file_system="vfat", cluster=32 * KiB, max_file=FAT_MAX_FILE)
NOTHING = PresentObjects(frozenset(), 0)
FULL = PresentObjects(frozenset(), 256)


def file(number: int) -> ObjectName:
    return ObjectName(sha256(str(number).encode()).hexdigest(), ObjectKind.FILE)


FILES = {file(number): 1000 * (number + 1) for number in range(20)}
told = Published(APP, APP_TEXT, told=FILES)
told_commit = ObjectName(told.checksum(COLLECTION), ObjectKind.COMMIT)
silent = Published(OTHER, APP_TEXT, size=5 * MB)


def an_item(of: Published, action: Action = Action.ADD) -> Item:
    commit = of.checksum(COLLECTION)
    old = commit if action is Action.KEEP else None
    return Item(
        COLLECTION,
        of.ref,
        commit,
        old,
        action,
        chosen=True,
        reason=NO_REASON,
        download_size=of.size,
    )


def taken(
    *published: Published,
    present: PresentObjects | None = FULL,
    files: Sequence[int] = (),
    space: Space = SPACE,
    action: Action = Action.ADD,
) -> Estimate:
    commits = {each.checksum(COLLECTION): each.commit(COLLECTION) for each in published}
    return estimate([an_item(each, action) for each in published], commits, present, files, space)


def in_clusters(sizes: Mapping[ObjectName, int], cluster: int) -> int:
    return sum(-(-size // cluster) * cluster for size in sizes.values())


def test_what_commits_tell_is_exact() -> None:
    cost = taken(told)
    commit = len(told.commit(COLLECTION))
    assert (cost.exact, cost.claims) == (True, ())
    assert cost.fetch == sum(FILES.values()) + commit
    assert (cost.objects, cost.files) == (len(FILES) + 1, len(FILES) + 2)
    assert cost.write == cost.least >= in_clusters(FILES, 4096)


def test_what_is_there_is_not_counted() -> None:
    half = dict(list(FILES.items())[:10])
    present = PresentObjects({name.key for name in half}, 256)
    cost = taken(told, present=present)
    assert cost.fetch == taken(told).fetch - sum(half.values())
    assert cost.write == taken(told).write - in_clusters(half, 4096)
    everything = taken(told, present=PresentObjects({name.key for name in FILES}, 256))
    assert everything.fetch == len(told.commit(COLLECTION))


def test_an_object_of_two_is_counted_once() -> None:
    twin = replace(told, ref=OTHER)
    assert taken(told, twin).files == len(FILES) + 4


@pytest.mark.parametrize("cluster", [512, 4 * KiB, 32 * KiB, 128 * KiB])
def test_clusters_are_what_counts(cluster: int) -> None:
    cost = taken(told, space=replace(SPACE, cluster=cluster))
    commit = {told_commit: len(told.commit(COLLECTION))}
    around = cost.write - in_clusters(FILES, cluster) - in_clusters(commit, cluster)
    # The ref with its directories, what is said about it, and the checksums.
    assert around == 5 * cluster + 3 * KiB + 140 * len(FILES)
    assert cost.fetch == taken(told).fetch
    assert cost.on_ext4 == taken(told).write


def test_sizes_are_guessed_where_nobody_tells() -> None:
    cost = taken(silent)
    assert not cost.exact
    assert [claim.ref for claim in cost.claims] == [OTHER]
    assert cost.fetch >= 5 * MB
    assert cost.least < cost.write
    coarse = taken(silent, space=replace(SPACE, cluster=128 * KiB))
    assert (coarse.fetch, coarse.on_ext4) == (cost.fetch, cost.write)
    assert coarse.write > 3 * cost.write


def test_an_update_may_take_little() -> None:
    assert taken(silent, action=Action.UPDATE).least < taken(silent).least
    assert taken(silent, action=Action.UPDATE).write <= taken(silent).write


def test_a_root_without_what_is_below_it_is_no_complete_item() -> None:
    """Once its root was there, an item counted as complete."""
    tree = Commit.parse(silent.commit(COLLECTION)).tree
    there = PresentObjects({ObjectName(tree, ObjectKind.DIRTREE).key}, 256)
    assert taken(silent, present=there).fetch == taken(silent).fetch
    assert not taken(silent, present=there).exact


def test_what_is_kept_takes_nothing() -> None:
    cost = estimate([an_item(told, Action.KEEP)], {}, FULL, (), SPACE)
    assert (cost.objects, cost.fetch, cost.write, cost.exact) == (0, 0, 0, True)


def test_without_commits_what_upstream_claims() -> None:
    cost = estimate([an_item(told), an_item(silent)], {}, FULL, (), SPACE)
    assert [claim.ref for claim in cost.claims] == [APP, OTHER]
    claimed = told.size + silent.size
    assert claimed <= cost.fetch < 1.02 * claimed


def test_the_first_stick_takes_more_than_the_second() -> None:
    assert taken(told, present=None).write > taken(told, present=NOTHING).write
    assert taken(told, present=NOTHING).write > taken(told, present=FULL).write


def test_copies_are_counted() -> None:
    assert taken(told, files=[1, 5000]).write == taken(told).write + 3 * 4096


def test_appstream_by_the_number_of_apps() -> None:
    item = replace(an_item(silent), download_size=0)
    few = estimate([replace(item, describes=10)], {}, FULL, (), SPACE)
    many = estimate([replace(item, describes=3000)], {}, FULL, (), SPACE)
    assert 0 < few.write < many.write
    assert not many.exact


def test_appstream_by_what_its_list_claims() -> None:
    """As flatpak writes it; icons may be many and small."""
    item = replace(an_item(silent), describes=3000, download_size=26_000)
    claimed = estimate([item], {}, FULL, (), SPACE)
    assert 26_000 <= claimed.fetch < 30_000
    assert claimed.write >= claimed.objects * SPACE.cluster
    large = estimate([replace(item, describes=1, download_size=5 * MB)], {}, FULL, (), SPACE)
    assert 5 * MB <= large.fetch <= large.write < 6 * MB
    assert not claimed.exact


# Refused


def test_a_file_that_the_file_system_cannot_hold() -> None:
    large = replace(told, told={**FILES, file(99): FAT_MAX_FILE + 1})
    cost = taken(large, space=FAT)
    assert [large.ref for large in cost.too_large] == [APP]
    assert not cost.fits
    with pytest.raises(FileTooLargeError, match=APP):
        check_room(cost)
    check_room(taken(large, space=replace(FAT, max_file=None, free=100 * GB)))
    check_room(taken(replace(told, told={file(99): FAT_MAX_FILE}), space=FAT))


def test_too_little_room() -> None:
    cost = taken(told)
    check_room(cost)
    check_room(taken(told, space=replace(SPACE, free=cost.least)))
    with pytest.raises(DoesNotFitError) as caught:
        check_room(taken(told, space=replace(SPACE, free=cost.least - 1)))
    assert "ext4" not in str(caught.value.hint)
    coarse = taken(told, space=replace(SPACE, cluster=128 * KiB, free=2 * cost.least))
    with pytest.raises(DoesNotFitError) as caught:
        check_room(coarse)
    assert "ext4" in str(caught.value.hint)


def test_too_few_files() -> None:
    files = taken(told).files
    check_room(taken(told, space=replace(SPACE, free_files=files)))
    with pytest.raises(DoesNotFitError, match="files"):
        check_room(taken(told, space=replace(SPACE, free_files=files - 1)))
