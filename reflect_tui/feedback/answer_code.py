"""The answer code: an answer to a round as some eighty characters, to be mailed, read out or typed over.

    FBRT1-3F7K9-QX2MP-…

`FBRT` marks a code and the digit is its version. Each group behind it has four symbols of Crockford's base32, which has
no letters that look alike, and a fifth that checks them: a slip is told with its group. All symbols that are not checks
make one number. From the left, it has the 128 bits of the token; the scores, as a number whose digits are open, n/a and
the points of the scale; and 32 bits that check both, and that the form promised and asked what the round does now.
Comments are not in it. templates/code.js makes the same code.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Rater, Round
from reflect_tui.model.session import NOT_APPLICABLE, Score

MARK = "FBRT"
VERSION = "1"
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {symbol: value for value, symbol in enumerate(SYMBOLS)} | {"O": 0, "I": 1, "L": 1}
_MARKED = re.compile(rf"(?<![0-9A-Z]){MARK}([0-9A-Z])")
_SEPARATORS = re.compile(r"[\s>|*_\-\u2010-\u2015\u2212]+")
_UNSEEN = re.compile(
    "(?:[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|(?i:<wbr ?/?>))+"
)  # soft hyphens and the like
_GROUPED = re.compile("(?=[0-9A-Z]{4})[0-9A-Z]*?(?:[A-Z][0-9]|[0-9][A-Z]|[0-9]{5})")
_FIRST, _SOME = 6, 2  # of so many words that are prose, hardly ever so many look like groups
_LONGEST = 600  # characters of a text that a code may take, with all that a mail puts between its groups

_DATA = 4  # symbols of a group that are no check
_GROUP = _DATA + 1
_GROUP_BITS = 5 * _DATA
_TOKEN_BITS = 128
_CHECK_BITS = 32
_TOKEN_GROUPS = -(-_TOKEN_BITS // _GROUP_BITS)


class CodeError(ReflectError):
    """A code that can't be read, or that belongs to none of these rounds; the sentence says what to do."""


class CodedAnswer(Struct, frozen=True):
    """What a code holds: the round and the role by its token, and the scores in the order of the instrument."""

    round: Round
    role: Rater
    token: str
    scores: dict[str, Score]


def encode(asked: Round, role: Rater, token: str, content: Instrument, scores: Mapping[str, Score]) -> str:
    """Return the code of an answer: `FBRT1` and groups of five, with hyphens between."""
    digits = _digits(content)
    number = 0
    for item_id in _asked(asked, content):
        number = number * len(digits) + digits.index(scores.get(item_id))
    groups, score_bits = _layout(asked, content)
    token_bits = int.from_bytes(base64.urlsafe_b64decode(f"{token}=="))
    check = _check(asked, role, token_bits, number, score_bits)
    value = ((token_bits << score_bits) | number) << _CHECK_BITS | check
    return "-".join([f"{MARK}{VERSION}", *(_group(value, place, groups) for place in range(groups))])


def find_codes(text: str) -> list[str]:
    """Return where codes begin in a text, whatever stands around them: of each its mark, and what may belong to it."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    starts = [match.start() for match in _MARKED.finditer(plain)]
    ends = [*starts[1:], len(plain)]
    found = [plain[start : min(end, start + _LONGEST)] for start, end in zip(starts, ends, strict=False)]
    return [code for code in found if not _is_word(code)]


def _is_word(code: str) -> bool:
    """Whether a code is only mentioned: what stands behind its mark are words and numbers, and no groups.

    A group has letters and digits in one, as a word of four letters or more hardly ever has. Where a mail broke groups
    elsewhere, some of them are whole.
    """
    behind = code[len(MARK) + 1 :]
    symbols = _symbols(behind)
    whole = [_decoded(symbols[place * _GROUP : (place + 1) * _GROUP], place) is not None for place in range(_FIRST)]
    words = [word for word in _SEPARATORS.split(behind) if word][:_FIRST]
    grouped = [bool(_GROUPED.match(word)) for word in words]
    return bool(words) and not any(grouped[:1]) and sum(grouped) < _SOME and sum(whole) < min(_SOME, len(words))


def decode(code: str, rounds: Iterable[Round], content_of: Callable[[Round], Instrument]) -> CodedAnswer:
    """Read a code that find_codes() found; what stands behind it is passed over.

    Raises:
        CodeError: it is of another version, belongs to none of the rounds, or is not as the form wrote it.
    """
    if _VALUES.get(code[len(MARK)]) != int(VERSION):
        raise CodeError(
            _("This code was made by a newer version of the form. Install the newest version, or ask for the file.")
        )
    symbols = _symbols(code[len(MARK) + 1 :])
    token_bits = _value(symbols, _TOKEN_GROUPS) >> (_TOKEN_GROUPS * _GROUP_BITS - _TOKEN_BITS)
    token = base64.urlsafe_b64encode(token_bits.to_bytes(_TOKEN_BITS // 8)).decode().rstrip("=")
    asked, invited = next(((each, person) for each in rounds if (person := each.bearer(token))), (None, None))
    if asked is None or invited is None:
        raise CodeError(_("This code answers no round in this journal. Ask which form it comes from."))
    content = content_of(asked)
    groups, score_bits = _layout(asked, content)
    value = _value(symbols, groups)
    number = (value >> _CHECK_BITS) & ((1 << score_bits) - 1)
    scores = _scores(number, asked, content)
    wrong = value & ((1 << _CHECK_BITS) - 1) != _check(asked, invited.role, token_bits, number, score_bits)
    if scores is None or wrong:
        raise CodeError(
            _("This code doesn't fit what its round promises and asks. Ask for the file that the form makes as well.")
        )
    return CodedAnswer(asked, invited.role, token, scores)


def is_mention(code: str, token: str) -> bool:
    """Whether what begins as a code can be that of this token, with slips or cut short, or no more than its name.

    That is so unless a group of it is whole, and is not that of the token.
    """
    symbols = _symbols(code[len(MARK) + 1 :])
    bits = int.from_bytes(base64.urlsafe_b64decode(f"{token}=="))
    groups = _TOKEN_BITS // _GROUP_BITS  # those that have nothing of the scores yet
    own = [_group(bits >> _TOKEN_BITS % _GROUP_BITS, place, groups) for place in range(groups)]
    found = [symbols[place * _GROUP : (place + 1) * _GROUP] for place in range(groups)]
    return all(_decoded(group, place) in (None, _decoded(own[place], place)) for place, group in enumerate(found))


def form_digest(asked: Round, role: Rater) -> bytes:
    """Return four bytes that stand for what a form promised and asked: a code is only taken in under the same."""
    fixed = [asked.id, asked.promise, asked.about, asked.instrument, asked.version, asked.digest, role, *asked.items]
    return hashlib.sha256(json.dumps(fixed).encode()).digest()[: _CHECK_BITS // 8]


def _asked(asked: Round, content: Instrument) -> list[str]:
    return [item.id for item in content.items if item.id in asked.items]


def _digits(content: Instrument) -> list[Score | None]:
    """Return what each digit of the scores stands for; 0 is an open one."""
    return [None, NOT_APPLICABLE, *(point.value for point in content.scale.points)]


def _layout(asked: Round, content: Instrument) -> tuple[int, int]:
    """Return how many groups a code has, and how many bits of it are for the scores."""
    most = len(_digits(content)) ** len(_asked(asked, content)) - 1
    groups = -(-(_TOKEN_BITS + most.bit_length() + _CHECK_BITS) // _GROUP_BITS)
    return groups, groups * _GROUP_BITS - _TOKEN_BITS - _CHECK_BITS


def _check(asked: Round, role: Rater, token_bits: int, number: int, score_bits: int) -> int:
    checked = form_digest(asked, role) + token_bits.to_bytes(_TOKEN_BITS // 8)
    return zlib.crc32(checked + number.to_bytes(-(-score_bits // 8)))


def _group(value: int, place: int, groups: int) -> str:
    part = value >> (groups - 1 - place) * _GROUP_BITS
    data = [part >> 5 * (_DATA - 1 - symbol) & 31 for symbol in range(_DATA)]
    return "".join(SYMBOLS[symbol] for symbol in (*data, _check_symbol(place, data)))


def _check_symbol(place: int, data: Sequence[int]) -> int:
    """Return what checks a group: it differs after any one symbol changed, or any two swapped, also between groups.

    Each symbol, and the place of the group, counts with another power of the generator of GF(32).
    """
    check = place & 31
    for symbol in data:
        check = (check ^ symbol) << 1
        check ^= 37 if check > 31 else 0  # noqa: PLR2004 -- x^5 + x^2 + 1, and five bits
    return check


def _symbols(text: str) -> str:
    """Return the letters and digits of a code, up to the first sign that no mail puts between them."""
    joined = _SEPARATORS.sub("", text)
    return joined[: next((place for place, sign in enumerate(joined) if not sign.isalnum()), len(joined))]


def _value(symbols: str, groups: int) -> int:
    """Return the number that the first groups make.

    Raises:
        CodeError: one of them is wrong or missing; it is named.
    """
    value = 0
    for place in range(groups):
        group = symbols[place * _GROUP : (place + 1) * _GROUP]
        if len(group) < _GROUP:
            text = _("The code is cut short: group {n} is missing or not whole. Ask for all of it.")
            raise CodeError(text.format(n=place + 1))
        values = _decoded(group, place)
        if values is None:
            text = _(
                "Something is wrong in group {n} of the code, at {group}: a character was changed or left out. Compare "
                "it with the message."
            )
            raise CodeError(text.format(n=place + 1, group=group))
        for symbol in values:
            value = value << 5 | symbol
    return value


def _decoded(group: str, place: int) -> list[int] | None:
    """Return the values of a group's symbols without the check; None when it is not whole, or has a slip."""
    values = [_VALUES.get(symbol, -1) for symbol in group]
    if len(values) < _GROUP or -1 in values or values[-1] != _check_symbol(place, values[:-1]):
        return None
    return values[:-1]


def _scores(number: int, asked: Round, content: Instrument) -> dict[str, Score] | None:
    """Return the scores in the order of the instrument; None when the number has more digits than there are items."""
    digits, items = _digits(content), _asked(asked, content)
    found: list[Score | None] = []
    for _item in items:
        number, digit = divmod(number, len(digits))
        found.append(digits[digit])
    pairs = zip(items, reversed(found), strict=True)
    return None if number else {item: score for item, score in pairs if score is not None}
