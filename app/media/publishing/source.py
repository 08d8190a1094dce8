"""What was checked, from which a repository is made: a stick in a directory that is not for the
web."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from app.errors import StickDamagedError, UsageError
from app.flatpak.catalogue.carried import catalogue_refs
from app.media.publishing.bound_commits import SourceRef
from app.message import Message
from app.ostree.names import METADATA_REF
from app.ostree.repository import Repository
from app.stick.planning.plan import Plan

_CATALOGUES = ("appstream/", "appstream2/")


class Source(Struct, frozen=True):
    """What there is to publish.

    Attributes:
        refs: what is to be published.
        catalogues: the commits of upstreams' catalogues, by origin and ref.
    """

    repository: Repository
    refs: Mapping[str, SourceRef]
    catalogues: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def catalogue(self, origin: str, arch: str) -> str | None:
        """The commit of an upstream's catalogue."""
        names = catalogue_refs(arch)
        return next(
            (self.catalogues[origin, name] for name in names if (origin, name) in self.catalogues),
            None,
        )


def require_publishable(plan: Plan) -> None:
    """That nothing of it would be there and not be published. Raises UsageError."""
    for bundle in plan.bundles:
        raise UsageError(
            Message(
                "{ref} comes as a file, a bundle, of which no repository is made.",
                ref=bundle.record.ref,
            ),
            Message("Name the source that has it, or hand on the file as it is."),
        )
    for image in plan.images:
        raise UsageError(
            Message(
                "{ref} comes from a container registry, and a repository has no images.",
                ref=image.item.ref,
            ),
            Message("Name another source that has it, or put it on a drive with satchel make."),
        )
    for item in plan.items:
        if item.languages is not None:
            raise UsageError(
                Message(
                    "{ref} was locked in some languages only, and who adds a repository chooses "
                    "among all.",
                    ref=item.ref,
                ),
                Message("Lock it for that with --language all."),
            )


def read_source(repository: Repository) -> Source:
    """Raises UsageError where two upstreams have the same ref, and OSError."""
    refs: dict[str, SourceRef] = {}
    catalogues = {}
    partial = repository.partial_commits()
    for origin, commits in sorted(repository.collection_refs().items()):
        for ref, commit in commits.items():
            if ref == METADATA_REF:
                continue
            if ref.startswith(_CATALOGUES):
                catalogues[origin, ref] = commit
                continue
            if commit in partial:
                raise StickDamagedError(
                    Message("{ref} is not complete in {path}.", ref=ref, path=repository.path),
                    Message("Publish it again: what is missing is fetched then."),
                )
            if ref in refs:
                raise UsageError(
                    Message(
                        "{ref} comes from {first} and from {second}; a repository has it once.",
                        ref=ref,
                        first=refs[ref].origin,
                        second=origin,
                    ),
                    Message("Take it off with --without, and name it with its remote."),
                )
            refs[ref] = SourceRef(origin, commit)
    return Source(repository, refs, catalogues)
