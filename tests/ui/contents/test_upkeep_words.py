"""What is said of what an update leaves as it is."""

from __future__ import annotations

from app.message import Message
from app.replacing import replace
from app.stick.planning.holding_back import HeldBack
from app.stick.planning.news import News
from ui.controllers.upkeep import UpkeepStatus
from ui.pages.contents.upkeep_words import UpkeepWords, remark_on

GONE = "app/org.test.Gone/x86_64/stable"
HELLO = "app/org.test.Hello/x86_64/stable"
BACK = HeldBack("remote:up", "The school", (GONE,), {}, (HELLO,))
BEHIND = UpkeepStatus(
    news=News(gone=frozenset({GONE}), held=frozenset({HELLO}), held_back=(BACK,)), asked=True
)


def _said(status: UpkeepStatus) -> str:
    remark = remark_on(status, "STICK", lambda ref: ref.split("/")[1].rpartition(".")[2])
    return remark.strong if remark is not None else ""


def test_what_is_gone_keeps_the_rest_of_its_source() -> None:
    assert _said(BEHIND) == "Because of Gone nothing of The school gets newer."
    assert UpkeepWords().foot(BEHIND, None) == ""


def test_so_does_what_cannot_be_had() -> None:
    lacking = replace(BACK, unlisted=(), lacking={GONE: Message("It is not there.")}, newer=())
    news = News(held=frozenset({GONE}), held_back=(lacking,))
    assert _said(UpkeepStatus(news=news, asked=True)) == _said(BEHIND)


def test_alone_in_its_source_it_keeps_nothing() -> None:
    alone = News(gone=frozenset({GONE}), held_back=(replace(BACK, newer=()),))
    status = UpkeepStatus(news=alone, asked=True)
    assert _said(status) == ""
    assert UpkeepWords().foot(status, None) == "Everything is up to date"


def test_what_nobody_could_be_asked_about_is_told_before_it_is_called_up_to_date() -> None:
    status = UpkeepStatus(news=News(unasked=frozenset({HELLO})), asked=True)
    assert _said(status)
    assert UpkeepWords().foot(status, None) == ""
