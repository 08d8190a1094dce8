"""What of a choice has translations, but none into a language that the drive's people read.

A client installs an app whose Locale extension lacks its language without a word, and then shows
it in English. Languages are the directories below ``files/`` of that extension: ``de``, ``pt``,
without country, as flatpak asks for them (``flatpak_get_lang_from_locale``). Why: decision D45.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from app.flatpak.refs import Ref
from app.flatpak.upstream.offer import Offer
from app.ostree.objects import Commit
from app.stick.planning.wanted import Wanted
from app.stick.store.partial_languages import FILES, locale_of, without_country

_SOURCE = "en"
"""What apps are written in, so that it needs no translation."""


def untranslated(
    wanted: Mapping[tuple[str, str], Wanted], chosen: Collection[Ref], languages: Sequence[str]
) -> dict[str, list[str]]:
    """Language without country → IDs of those of ``chosen`` that do not come in it, if any.

    ``wanted``: everything that will be on the drive, as in `Closure`. Of an app without a Locale
    extension nobody knows, and nothing is said. Fetches two small objects for each that has one;
    what cannot be had counts as unknown. Raises UpstreamError, FormatError.
    """
    codes = dict.fromkeys(filter(None, map(without_country, languages)))
    meant = [code for code in codes if code != _SOURCE]
    if not meant:
        return {}
    come_in: dict[Ref, Collection[str]] = {}
    locales: dict[Offer, dict[Ref, str]] = {}
    for (collection, _), each in wanted.items():
        ref = each.entry.ref
        if ref is None or ref not in chosen or not _is_translated(each, ref):
            continue
        locale = wanted.get((collection, str(locale_of(ref))))
        if locale is None:
            come_in[ref] = ()
        else:
            locales.setdefault(locale.upstream, {})[ref] = locale.entry.commit
    for upstream, commits in locales.items():
        come_in |= _languages(upstream, commits)
    lacking = {
        code: sorted({ref.id for ref, come in come_in.items() if code not in come})
        for code in meant
    }
    return {code: ids for code, ids in lacking.items() if ids}


def _is_translated(wanted: Wanted, ref: Ref) -> bool:
    points = wanted.metadata.extensions if wanted.metadata is not None else ()
    return any(point.name == locale_of(ref).id for point in points)


def _languages(upstream: Offer, commits: Mapping[Ref, str]) -> dict[Ref, Collection[str]]:
    """Ref → languages, for each of ``commits`` (of its Locale) whose trees can be had."""
    data, _ = upstream.ask_for_commits(commits.values())
    roots = {ref: Commit.parse(data[sum_]).tree for ref, sum_ in commits.items() if sum_ in data}
    files = {
        ref: dict(directories).get(FILES) for ref, directories in _below(upstream, roots).items()
    }
    languages = _below(upstream, {ref: tree for ref, tree in files.items() if tree is not None})
    nothing: dict[Ref, Collection[str]] = {ref: () for ref, tree in files.items() if tree is None}
    # Some have a directory for a country or a script all the same.
    return nothing | {
        ref: {without_country(name) or name for name, _ in directories}
        for ref, directories in languages.items()
    }


def _below(upstream: Offer, trees: Mapping[Ref, str]) -> dict[Ref, list[tuple[str, str]]]:
    """Names and trees of the directories in each of ``trees``."""
    directories = upstream.find_trees(list(trees.values()))
    return {
        ref: [(name, below) for name, below, _ in directories[tree].directories]
        for ref, tree in trees.items()
        if tree in directories
    }
