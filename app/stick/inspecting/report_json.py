"""What is on a stick and whether it is sound, as programs rely on it."""

from __future__ import annotations

from typing import Any

from app.plain import plain
from app.stand_ins import name_of
from app.stick.checking.report import CheckReport
from app.stick.findings import Finding
from app.stick.inspecting.facts import StickReport
from app.stick.inspecting.inspection import Inspection
from app.stick.inspecting.sizes import NOTHING, Sizes


def report_json(report: StickReport) -> dict[str, Any]:
    """``inspect`` and ``verify`` are as those commands print them."""
    check = report.check
    return {
        "tool": report.tool,
        "made": int(report.made),
        "inspect": inspection_json(report.inspection, report.sizes),
        "verify": check_json(check) if check is not None else None,
    }


def check_json(report: CheckReport) -> dict[str, Any]:
    """The outcome of a check as programs rely on it."""
    return {
        "ok": report.ok,
        "findings": [finding_json(finding) for finding in report.findings],
        "damaged_apps": list(report.damaged_apps),
        "unsigned_apps": list(report.unsigned_apps),
        "keys": plain(report.keys),
        "installable_until": report.until,
        "refs": report.refs,
        "objects": report.objects,
        "bytes": report.bytes,
        "seconds": report.seconds,
        "unread": report.unread,
        **(
            {"repositories": list(report.repositories), "taken": plain(report.taken)}
            if report.repositories
            else {}
        ),
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """``repository`` only where the drive has more than one."""
    return {name: value for name, value in plain(finding).items() if value or name != "repository"}


def inspection_json(inspection: Inspection, sizes: Sizes | None) -> dict[str, Any]:
    """What is on a stick as programs rely on it."""
    collections = [
        {**plain(each), "collection_id": each.collection_id} for each in inspection.collections
    ]
    for collection in collections:
        for ref in collection["refs"]:
            # A report may be handed on: what this computer has is not the drive's.
            del ref["here"]
    if sizes is not None:
        for collection in collections:
            for ref in collection["refs"]:
                size = sizes.refs.get((collection["id"], ref["ref"]), NOTHING)
                ref["size"], ref["shared"] = size.own, size.shared
    return {
        "target": str(name_of(inspection.location.root)),
        "repository": inspection.location.repository_path,
        "tool": inspection.tool,
        "made": inspection.made,
        "interrupted": inspection.interrupted,
        "carried_languages": list(inspection.languages),
        "collections": collections,
        "bundles": plain(inspection.bundles),
        "images": plain(inspection.images),
        "unlisted_images": list(inspection.unlisted_images),
        "several_sources": plain(inspection.several),
        "installable_until": inspection.installable_until,
        "space": plain(inspection.space),
        **({"sizes": _sizes_json(sizes)} if sizes is not None else {}),
    }


def _sizes_json(sizes: Sizes) -> dict[str, Any]:
    return {
        "total": sizes.total,
        "objects": sizes.objects,
        "unused": sizes.unused,
        "overhead": sizes.overhead,
        "files": sizes.files,
        "shares": [
            {
                "refs": [{"collection": collection, "ref": ref} for collection, ref in share.refs],
                "objects": share.objects,
                "bytes": share.bytes,
            }
            for share in sizes.shares
        ],
    }
