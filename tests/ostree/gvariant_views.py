"""Values of random types, read as views."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from app.formats.gvariant import Just, Value, Variant
from tests.ostree.gvariant_samples import random_type, random_value

DIRTREE = "(a(say)a(sayay))"
SUMMARY = "(a(s(taya{sv}))a{sv})"
ORDERS = ("little", "big")
randoms = st.randoms(use_true_random=False)


def sample(seed: int) -> tuple[Random, str, Any]:
    rng = Random(seed)
    kind = random_type(rng)
    return rng, kind, random_value(rng, kind)


def through_views(value: Value) -> Any:
    """What ``unpack`` gives, gathered child by child."""
    kind = value.signature
    if kind[0] not in "am(v{" or kind == "ay":
        return value.unpack()
    assert [child.data for child in value] == [value[i].data for i in range(len(value))]
    children = [through_views(child) for child in value]
    if kind[0] == "v":
        return Variant(value[0].signature, children[0])
    if kind[0] == "m":
        if not children:
            return None
        return Just(children[0]) if kind[1] == "m" else children[0]
    if kind.startswith("a{"):
        first: dict[Any, Any] = {}
        for key, item in children:
            first.setdefault(key, item)
        return first
    return children if kind[0] == "a" else tuple(children)
