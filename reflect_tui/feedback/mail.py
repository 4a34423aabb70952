"""Finds an answer in a mail or the text of a chat: greeting, signature and quoting around it, lines broken on the way.

Mail programs break lines at some 72 columns, put `> ` before what is quoted, and make straight quotes curly. The form
writes one key a line, so each of these can be taken back without a guess.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reflect_tui.feedback import answers

if TYPE_CHECKING:
    from email.message import EmailMessage

_QUOTED = re.compile(r"^(?:[ \t]*>)+[ \t]?")
_BEGINNING = re.compile(r"(?:.*[\s:])?format\s*=\s*1\s*")
"""A chat that was saved has a time and a name before it."""
_TABLE = re.compile(r"\[\[?[a-z]+\]?\]\s*")
_PAIR = re.compile(r"([\w-]+)\s*=\s*(.*)", re.DOTALL)
_SCORE = re.compile(r"[\w-]+\s*=\s*\d+")
_MARKS = '"“”„‟«»'
_SIGNS = {ord(sign): " " for sign in "\u00a0\u2007\u202f"} | dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"), "")
_SIGNS |= {ord(sign): "-" for sign in "\u2010\u2011"}
_ONE_WORD = {"check", "id", "round", "token", "digest", "instrument", "version", "role", "promise"}
"""Keys whose value has no space in it: one that came in is where a line was broken."""
_HEADERS = re.compile(rb"(?:From [^\n]*\n)?(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
_MAIL = re.compile(rb"^(?:mime-version|content-type|from):", re.IGNORECASE | re.MULTILINE)
_PIECE = re.compile(r"<(/?[A-Za-z]\w*)?[^<>]*>|([^<]+|<)")
_LINES = {"br", "div", "li", "p", "pre", "tr"}
_UNSHOWN = {"script", "style", "title"}


def texts(data: bytes) -> list[str]:
    """Return the texts in a file: of a saved mail its parts and attachments, decoded; of anything else its own."""
    if not is_mail(data):
        return [_decoded(data)]
    from email import message_from_bytes, policy  # noqa: PLC0415 -- only for a saved mail

    message = message_from_bytes(data, policy=policy.default)
    return [text for part in message.walk() for text in _part(part)]


def is_mail(data: bytes) -> bool:
    """Check whether a file is a mail as mail programs save it: with its headers, and often encoded."""
    head = _HEADERS.match(data)
    return bool(head and _MAIL.search(head[0]))


def _part(part: EmailMessage) -> list[str]:
    """Return the text of one part of a mail, the texts of a mail that is attached; nothing when it has none."""
    name = (part.get_filename() or "").lower()
    named = name.endswith((".toml", ".txt"))
    payload = None if part.is_multipart() else part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return []
    if name.endswith(".eml"):
        return texts(payload)
    if not (named or part.get_content_maintype() == "text"):
        return []
    try:
        text = payload.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        text = _decoded(payload)
    if part.get_content_subtype() == "html" and not named:
        return ["".join(_shown(text))]
    return [text]


def _shown(page: str) -> Iterator[str]:
    """Yield the text that an HTML page shows: in lines as its tags part them, not as its source is broken."""
    from html import unescape  # noqa: PLC0415 -- only for a saved mail

    within: list[str] = []
    for tag, text in _PIECE.findall(page):
        name = tag.lower().removeprefix("/")
        if tag.startswith("/") and name in within:
            within.remove(name)
        elif name in {*_UNSHOWN, "pre"} and not tag.startswith("/"):
            within.append(name)
        if name in _LINES:
            yield "\n"
        if text and not _UNSHOWN.intersection(within):
            yield unescape(text if within else re.sub(r"[ \t\r\n]+", " ", text))


def _decoded(data: bytes) -> str:
    """Decode a text as its byte order mark says, else as UTF-8, else as Windows writes it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def answers_in(data: bytes) -> list[bytes]:
    """Return the texts of the answers in a mail or a message, one of each: a mail has it as plain text and as a page.

    Of copies with one check it is one that is whole, if there is any.
    """
    found: dict[bytes, bytes] = {}
    for answer in (answer.encode() for text in texts(data) for answer in find_answers(text)):
        check = answers.given_check(answer)
        if answers.is_part(found.get(check or answer, answer)) or (check or answer) not in found:
            found[check or answer] = answer
    return list(found.values())


def find_answers(text: str) -> list[str]:
    """Return the lines of each answer in a text, as the form wrote them; one with a gap only if its check will tell."""
    lines = [_QUOTED.sub("", line).strip("\t ") for line in text.translate(_SIGNS).splitlines()]
    starts = [number for number, line in enumerate(lines) if _BEGINNING.fullmatch(line)]
    parts = (
        ["format = 1", *lines[start + 1 : end]] for start, end in zip(starts, [*starts[1:], len(lines)], strict=False)
    )
    return [found for part in parts if (found := _answer(part))]


def _answer(lines: list[str]) -> str:
    rest = iter(lines)
    found = "\n".join(_lines(rest)) + "\n"
    has_gap = any(_TABLE.fullmatch(line) or _SCORE.fullmatch(line) for line in rest)
    is_none = found.count("\n") == 1  # nothing follows
    return "" if is_none or (has_gap and "\ncheck = " not in found) else found


def _lines(lines: Iterator[str]) -> Iterator[str]:
    """Yield the lines of an answer whole, up to the first that is none of it."""
    for line in lines:
        if not line or _TABLE.fullmatch(line):
            yield line
            continue
        pair = _PAIR.fullmatch(line)
        if pair is None:
            return
        key, value = pair.groups()
        while not _is_whole(value):
            following = next(lines, None)
            if following is None:
                break
            value += ("" if key in _ONE_WORD or not value else " ") + following
        yield f"{key} = {_straight(key, value)}"


def _is_whole(value: str) -> bool:
    """Whether a value is complete: a number, or a text up to the mark that ends it."""
    if not value or value[0] not in _MARKS:
        return bool(value)
    ends = '"' if value[0] == '"' else _MARKS  # a curly mark within straight ones is part of the text
    return len(value) > 1 and value[-1] in ends and not re.search(r"(?<!\\)(\\\\)*\\.$", value)


def _straight(key: str, value: str) -> str:
    """Write the marks around a text, and those that the form escaped, as the form did."""
    if value[:1] not in _MARKS or len(value) == 1:
        return value
    text = re.sub(rf"\\[{_MARKS}]", r'\\"', value[1:-1])
    if key in _ONE_WORD:
        text = re.sub("[–—]", "--", text).replace(" ", "")
    return f'"{text}"'
