"""What comes from container registries, for people."""

from __future__ import annotations

from app.cli.output import say
from app.stick.inspecting.images import ImageState, InspectedImage
from app.stick.planning.plan import Plan
from app.stick.store.images import NEEDED_FLATPAK
from app.units import date_text, size_text


def print_planned_registries(plan: Plan) -> None:
    """Where images come from, and what that means."""
    registries = {image.registry.name: image.registry for image in plan.images}
    for _, registry in sorted(registries.items()):
        say(f"From the container registry {registry.label} ({registry.client_url}).")
        say(
            "  Nothing of it is signed: its server's certificate vouches for it while it is "
            f"fetched. Computers need flatpak {NEEDED_FLATPAK} or newer."
        )


def print_inspected_images(images: tuple[InspectedImage, ...]) -> None:
    """Those that are on a drive."""
    remote = None
    for each in images:
        if each.remote != remote:
            remote = each.remote
            print()
            say(f"{each.label} ({each.url}), a container registry")
            say(f"  not signed; computers need flatpak {NEEDED_FLATPAK} or newer")
        mark = "*" if each.chosen else " "
        name = f" {each.name}" if each.name else ""
        version = f" {each.version}" if each.version else ""
        state = "  [DAMAGED]" if each.state is ImageState.DAMAGED else ""
        day, size = date_text(each.timestamp), size_text(each.size)
        say(f" {mark} {day}  {each.ref}{name}{version}  {size}{state}")
        if each.reason:
            say(f"     {each.reason}")
