"""Messages: values with a text, and nothing that a stranger writes is a template."""

from __future__ import annotations

import ast
import json
import pickle
import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SatchelError, UsageError
from app.message import (
    LONGEST,
    NOTHING,
    Day,
    Duration,
    Language,
    Message,
    Moment,
    Size,
    message_json,
    parse_message,
    sentences,
    verbatim,
)
from app.remedy import Remedy
from app.resources import resource

APP = Path(__file__).parents[1] / "app"
GAP = re.compile(r"\{(\w+)\}")


@cache
def messages_in_source() -> tuple[tuple[Path, ast.Call], ...]:
    """Every call of `Message` in `app`."""
    return tuple(
        (path, node)
        for path in sorted(APP.rglob("*.py"))
        if "Message(" in (text := path.read_text())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message"
    )


class TestText:
    def test_arguments_stand_in_their_gaps(self) -> None:
        message = Message("{count} of {size} on {label}.", count=3, size=Size(1_200_000), label="A")
        assert str(message) == "3 of 1.2 MB on A."

    def test_values_are_written_for_people(self) -> None:
        message = Message(
            "{day} {moment} {time} {language}",
            day=Day(0),
            moment=Moment(None),
            time=Duration(90),
            language=Language("de"),
        )
        assert str(message) == "1970-01-01 unknown 2 min the language de"

    def test_a_list_has_commas_and_a_message_is_a_part(self) -> None:
        inner = Message("{name} is damaged.", name="a")
        message = Message("{names}: {inner}", names=["x", "y"], inner=inner)
        assert str(message) == "x, y: a is damaged."

    def test_an_error_is_its_message(self) -> None:
        error = UsageError(Message("No {thing}.", thing="drive"))
        message = Message("It went wrong: {error}", error=error)
        assert str(message) == "It went wrong: No drive."
        assert dict(message.arguments)["error"] == error.message
        assert str(Message("{error}", error=ValueError("odd"))) == "odd"

    def test_a_sentence_at_the_end_of_another_has_one_period(self) -> None:
        inner = Message("It is gone.")
        assert str(Message("Left out: {why}.", why=inner)) == "Left out: It is gone."
        assert str(Message("Left out: {why}.", why="gone")) == "Left out: gone."

    def test_nothing_is_false_and_empty(self) -> None:
        assert not NOTHING
        assert str(NOTHING) == ""
        assert sentences(NOTHING, Message("A."), NOTHING) == Message("A.")
        assert str(sentences(Message("A."), Message("B."))) == "A. B."
        assert sentences() is NOTHING

    def test_it_is_a_value(self) -> None:
        message = Message("{a} {b}", a=Size(1), b=(1, "x"))
        assert message == Message("{a} {b}", b=[1, "x"], a=Size(1))
        assert hash(message) == hash(pickle.loads(pickle.dumps(message)))
        assert pickle.loads(pickle.dumps(message)) == message

    def test_errors_cross_processes_with_their_messages(self) -> None:
        error = SatchelError(Message("No room for {size}.", size=Size(5)), Remedy.GO_ON)
        again = pickle.loads(pickle.dumps(error))
        assert (again.message, again.hint) == (error.message, error.hint)
        assert again.hint.remedy is Remedy.GO_ON


class TestHostileTexts:
    @pytest.mark.parametrize("text", ["{label}", "{0}", "%1 %2", "{{", "}", "{text}", "%n", "\\1"])
    def test_arguments_are_never_templates(self, text: str) -> None:
        message = Message("{a} {label} {text}", a=text, label="L", text=text)
        assert str(message) == f"{text} L {text}"
        assert str(verbatim(text)) == text

    def test_they_are_on_one_line_without_what_moves_a_cursor(self) -> None:
        assert str(verbatim("a\nb\x1b[2J\u202e")) == "a�b�[2J�"

    def test_passwords_are_left_out(self) -> None:
        assert "secret" not in str(Message("At {url}.", url="https://me:secret@example.org/"))

    def test_no_more_is_said_than_anybody_reads(self) -> None:
        message = verbatim("x. The drive is full: no room left while " * 20_000)
        for _ in range(50):
            message = Message.with_arguments("{why} and {why}", {"why": message})
        for told in (message, verbatim(["a name"] * 200_000)):
            assert len(str(told)) == LONGEST + 1

    @given(st.text(), st.text())
    def test_whatever_stands_in_a_gap_comes_out_once(self, first: str, other: str) -> None:
        message = Message("<{one}|{other}>", one=first, other=other)
        values = dict(message.arguments)
        assert str(message) == f"<{values['one']}|{values['other']}>"


class TestJson:
    def test_text_id_and_arguments(self) -> None:
        inner = Message("It is {code}.", code=5)
        message = Message("No {size} on {label}: {why}", size=Size(9), label="A", why=inner)
        assert message_json("message", message) == {
            "message": "No 9 bytes on A: It is 5.",
            "id": "No {size} on {label}: {why}",
            "args": {
                "label": "A",
                "size": 9,
                "why": {"text": "It is 5.", "id": "It is {code}.", "args": {"code": 5}},
            },
        }

    def test_a_remedy_has_a_name(self) -> None:
        told = message_json("hint", Remedy.FORMAT_DRIVE.advice(drive="/dev/sdx"))
        assert told == {
            "hint": "Format it, which erases it: satchel format /dev/sdx.",
            "hint_id": "format-drive",
            "hint_args": {"drive": "/dev/sdx"},
        }

    def test_what_was_written_is_read_back(self) -> None:
        message = Message("{a} of {b}", a="x", b=Message("{n} things", n=3))
        told = json.loads(json.dumps(message_json("reason", message)))
        assert parse_message(told["reason_id"], told["reason_args"]) == message

    @pytest.mark.parametrize(
        ("id", "arguments"),
        [
            (None, {}),
            ("x", None),
            ("x" * 2000, {}),
            ("{a}{a}", {"a": "x"}),
            ("{a}", {"a": [1]}),
            ("{a}", {"a": {"id": "{b}", "args": {"b": None}}}),
        ],
    )
    def test_what_would_not_be_written_is_not_read(self, id: object, arguments: object) -> None:
        assert parse_message(id, arguments) is None

    def test_depth_is_bounded(self) -> None:
        told: dict[str, object] = {"id": "x", "args": {}}
        for _ in range(10):
            told = {"id": "{a}", "args": {"a": told}}
        assert parse_message(told["id"], told["args"]) is None


class TestSource:
    """What the catalogues and the front ends rely on."""

    def test_every_sentence_is_written_out_and_its_gaps_are_filled(self) -> None:
        wrong = []
        for path, call in messages_in_source():
            template = call.args[0] if len(call.args) == 1 else None
            if not isinstance(template, ast.Constant) or not isinstance(template.value, str):
                wrong.append((path.name, call.lineno, "not written out"))
                continue
            gaps = set(GAP.findall(template.value))
            if gaps != {keyword.arg for keyword in call.keywords}:
                wrong.append((path.name, call.lineno, template.value))
        assert not wrong

    def test_every_message_has_a_german_wording(self) -> None:
        german = {}
        for message in (
            ET.parse(resource("translations", "satchel_de.ts")).getroot().iter("message")
        ):
            translation = message.find("translation")
            if translation is not None and translation.get("type") != "unfinished":
                german[message.findtext("source")] = "".join(translation.itertext())
        wrong = []
        for path, call in messages_in_source():
            if path.is_relative_to(APP / "cli"):
                # The command speaks English.
                continue
            template = ast.literal_eval(call.args[0])
            # Where details would only confuse, the window leaves them out.
            gaps = set(GAP.findall(template))
            if template not in german or not gaps.issuperset(GAP.findall(german[template])):
                wrong.append(template)
        assert not wrong

    def test_remedies_name_commands_only_for_the_command(self) -> None:
        assert len({remedy.id for remedy in Remedy}) == len(Remedy)
        assert str(Remedy.REPAIR.advice()).startswith("Run satchel repair")
