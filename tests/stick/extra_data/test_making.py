"""Parts that apps take from their makers are carried where that is wanted."""

from __future__ import annotations

from tests.stick.extra_data.makers import APP, CODEC, CODEC_REF, PART, Maker


def test_what_comes(maker: Maker) -> None:
    done = maker.make("org.test.Extra", "--with-extra-data", "--json")
    assert done.finished["ok"]
    assert done.finished["left_out"] == []
    for extra in (PART, CODEC):
        assert maker.payload(extra).read_bytes() == extra.payload
    assert maker.codes() == {}
    print(done.stdout)


def test_without_the_option(maker: Maker) -> None:
    done = maker.make("org.test.Hello", "org.test.Extra", "--json", check=7)
    left = {each["ref"]: each["code"] for each in done.finished["left_out"]}
    assert left == {APP: "extra-data-missing", CODEC_REF: "extra-data-missing"}
    assert maker.server.asked == []
