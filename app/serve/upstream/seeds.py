"""What is fetched beforehand: saved choices, sets in files, and apps by their names."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.progress import Cancel, silent
from app.stick.choices.profile import Profile, read_profile, saved_profiles
from app.stick.choices.sources import known_ref
from app.stick.environment import Environment
from app.stick.planning.options import Options
from app.stick.planning.request import PlanRequest, make_plan


class Seed(Struct, frozen=True):
    """What comes from one remote.

    Attributes:
        commits: ref → commit.
    """

    origin: str
    remote: Remote
    commits: dict[str, str]


def check_words(words: Sequence[str], environment: Environment) -> None:
    """Raises UsageError for what is neither a saved choice, nor a file, nor the name of an app."""
    saved = saved_profiles(environment.config)
    for word in words:
        if word not in saved.names() and not _is_file(word) and "." not in word:
            saved.load(word)


def planned_seeds(
    words: Sequence[str], environment: Environment, known: Known, cancel: Cancel
) -> list[Seed]:
    """As a drive would get it: with runtimes, languages and what else an app needs.

    ``words``: names of saved choices, their files, or apps. Raises SatchelError.
    """
    seeds: dict[str, Seed] = {}
    environment.cache.mkdir(parents=True, exist_ok=True)
    for profile in _profiles(words, environment):
        refs = tuple(known_ref(ref, profile.sources, known.remotes) for ref in profile.refs)
        options = Options(
            arch=profile.architecture or environment.arch,
            gpus=profile.gpus or environment.gpus,
            languages=profile.languages or environment.classroom_languages,
            related=profile.related,
        )
        with tempfile.TemporaryDirectory(prefix="seed-", dir=environment.cache) as empty:
            request = PlanRequest(Path(empty), refs, None, None, options)
            plan = make_plan(request, environment, known, silent, cancel)
        for collection in plan.collections:
            seed = seeds.setdefault(collection.id, Seed(collection.id, collection.remote, {}))
            seed.commits.update({item.ref: item.commit for item in collection.items})
    return list(seeds.values())


def _is_file(word: str) -> bool:
    return os.path.sep in word and os.path.isfile(word)


def _profiles(words: Sequence[str], environment: Environment) -> list[Profile]:
    """One for each saved choice, and one for all that are named by themselves."""
    saved = saved_profiles(environment.config)
    profiles = []
    refs = []
    for word in words:
        if word in saved.names():
            profiles.append(saved.load(word))
        elif _is_file(word):
            profiles.append(read_profile(Path(word)))
        else:
            refs.append(word)
    return [*profiles, *([Profile(tuple(refs))] if refs else [])]
