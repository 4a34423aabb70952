"""Every fault of a document at once, each with its place, by the JSON Schema of the type it should have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any

import msgspec

from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.text import display

_CLOSE = 0.7  # of 1: from where on a word is taken for a slip
_SLUG = "parenting-support"
_LANGUAGE, _VERSION = "nl", "1.0.0"
_DIGEST = f"sha256:{'0123456789abcdef' * 4}"
_EXAMPLES = (
    _SLUG,
    _LANGUAGE,
    _VERSION,
    "2026-11",
    "k3Jd81_sQw0ZbT7n-VxP2LmA",
    "2026-11-23T1405-self-4f2a9c",
    "2026-11-23T1405-goal-4f2a9c",
    "2026-11-23-event-4f2a9c",
    "2026-11-23-others-4f2a9c",
    _DIGEST,
)
"""One of each kind of text with a form of its own; the first that fits explains what is asked."""


def key_path(parts: Iterable[str | int]) -> str:
    """Write where in a file something stands: `domain[2].item[3].text`, counted from 1 as people do."""
    path = ""
    for part in parts:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{display(str(part))}"
    return path.removeprefix(".")


def schema_faults(document: Mapping[str, Any], shape: type) -> Iterator[Fault]:
    """List every place where a document departs from the shape, by the JSON Schema of that shape."""
    try:
        problems = sorted(_validator(shape).iter_errors(_plain(document)), key=_rank)
    except RecursionError:
        yield Fault("", _("nested too deep, or a number too long, to be one of our files"))
        return
    sentences = {
        key_path([*problem.absolute_path, *key]): sentence
        for problem in problems
        for key, sentence in _sentences(problem)
    }
    yield from (Fault(place, sentence) for place, sentence in sentences.items())


@cache
def _validator(shape: type) -> Any:
    """Make what checks documents of a shape, once: a file that is being written is checked at every key."""
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 -- only a faulty file pays for it
    from jsonschema.validators import extend  # noqa: PLC0415 -- see above

    checker = FormatChecker(formats=())
    checker.checks("date-time")(_is_moment)
    checker.checks("date")(_is_day)
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _checker, value: type(value) is int)
    strict: Any = extend(Draft202012Validator, type_checker=types)  # type: ignore[no-untyped-call] # not in its stubs
    return strict(msgspec.json.schema(shape), format_checker=checker)


def _rank(problem: Any) -> list[tuple[int, str]]:
    """Order as in the file: item 2 before item 10."""
    return [(part, "") if isinstance(part, int) else (-1, part) for part in problem.absolute_path]


def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or isinstance(value, _Moment)


def _is_day(value: object) -> bool:
    return not isinstance(value, str) or isinstance(value, _Day)


def _plain(value: object) -> object:
    """Return a TOML value as JSON has it; moments and days become marked texts, which no text in a file can be."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return _Moment() if value.tzinfo else ""
    return _Day() if isinstance(value, date) else value


class _Moment(str):
    """What stands for a moment among JSON values, which no text in a file can be."""

    __slots__ = ()


class _Day(str):
    """What stands for a day."""

    __slots__ = ()


def _sentences(problem: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Say what is wrong as (keys below the place, sentence)."""
    rule, wanted, value = problem.validator, problem.validator_value, problem.instance
    if rule == "required":
        yield from (((key,), _("is missing")) for key in wanted if key not in value)
    elif rule == "additionalProperties":
        known = problem.schema.get("properties", {})
        free = [key for key in known if key not in value]
        yield from (((str(key),), unknown_key(str(key), free)) for key in value if key not in known)
    elif "propertyNames" in problem.absolute_schema_path:
        yield (str(value),), _RULES[rule](wanted)
    elif problem.schema.get("format"):
        yield (), _RULES["format"](problem.schema["format"])
    elif rule == "anyOf" and {"type": "null"} in wanted:
        for part in problem.context:  # what may be left out: say what is wrong with it when it is there
            if part.schema != {"type": "null"}:
                yield from _sentences(part)
    else:
        said = _RULES[rule](wanted) if rule in _RULES else _("has a wrong value")
        yield (), with_meant(said, value, wanted) if rule == "enum" else said


def unknown_key(key: str, free: Iterable[str]) -> str:
    """Say that a key has no place, and which of those that are `free` may be meant."""
    return with_meant(_("unknown key"), key, free)


def with_meant(problem: str, word: object, known: Iterable[object]) -> str:
    """Say with a problem which of the words that are known is the closest to the one written, if any is close."""
    texts = [one for one in known if isinstance(one, str)]
    close = get_close_matches(word, texts, n=1, cutoff=_CLOSE) if isinstance(word, str) else []
    return _("{problem}; did you mean {word}?").format(problem=problem, word=close[0]) if close else problem


def _kind(wanted: object) -> str:
    names = {
        "string": _("must be a text between quotes"),
        "integer": _("must be a whole number"),
        "number": _("must be a number"),
        "boolean": _("must be true or false"),
        "array": _("must be a list"),
        "object": _("must be a table"),
    }
    return names.get(str(wanted), _("has a wrong value"))


def _any_of(choices: Any) -> str:
    if any("enum" in choice for choice in choices):
        return _('must be a whole number or "n/a"')
    kinds = [choice.get("type") for choice in choices]
    return _kind("number" if "number" in kinds else kinds[0])


def _pattern(pattern: str) -> str:
    if pattern == r"\S":
        return _("must not be empty")
    example = next((example for example in _EXAMPLES if re.search(pattern, example)), "")
    texts = {
        _SLUG: _("must consist of lower-case letters, digits and hyphens, as {example}"),
        _LANGUAGE: _("must be two lower-case letters, as {example}"),
        _VERSION: _("must be one to three numbers with dots between them, as {example}"),
        _DIGEST: _('must be "sha256:" and 64 digits from 0 to 9 and a to f'),
        "": _("is not written as it should be"),
    }
    return texts.get(example, _("must be written as {example}")).format(example=example)


_RULES: dict[str, Callable[[Any], str]] = {
    "type": _kind,
    "anyOf": _any_of,
    "enum": lambda choices: _("must be one of: {choices}").format(
        choices=", ".join(str(choice) for choice in choices if choice != "")
    ),
    "const": lambda choice: _("must be one of: {choices}").format(choices=choice),
    "pattern": _pattern,
    "minLength": lambda _length: _("must not be empty"),
    "maxLength": lambda length: _("must not be longer than {length} characters").format(length=length),
    "minItems": lambda _length: _("must not be empty"),
    "minimum": lambda bound: _("must be at least {bound}").format(bound=bound),
    "maximum": lambda bound: _("must be at most {bound}").format(bound=bound),
    "format": lambda kind: (
        _("must be a date without quotes, as 2026-11-23")
        if kind == "date"
        else _("must be a date and time with a time zone, as 2026-11-23T14:05:00+01:00")
    ),
}
