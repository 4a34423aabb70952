"""Untrusted text: clean() on the way in, display() on the way out; and lists too long for one message."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Sequence

from reflect_tui.i18n import ngettext

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_DROPPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n?")
# Marks that reorder text on the screen: they can make a line read as what it is not (Unicode UAX #9).
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SHOWN = (
    {code: chr(0x2400 + code) for code in range(0x20)}
    | {0x7F: "\N{SYMBOL FOR DELETE}"}
    | dict.fromkeys([*range(0x80, 0xA0), *map(ord, _BIDI), 0x2028, 0x2029, *range(0xD800, 0xE000)], _REPLACEMENT)
)

_TAGS = range(0xE0000, 0xE0080)
# Characters that show nothing and are in no script's way: two texts that look the same could differ by them.
_HIDDEN = {
    0xAD: "SHY", 0x34F: "CGJ", 0x115F: "HF", 0x1160: "HF", 0x180E: "MVS", 0x200B: "ZWSP", 0x2060: "WJ", 0x2061: "FA",
    0x2062: "IT", 0x2063: "IS", 0x2064: "IP", 0x3164: "HF", 0xFEFF: "BOM", 0xFFA0: "HF",
    **dict.fromkeys(range(0x206A, 0x2070), "DEPR"), **dict.fromkeys(range(0xFFF9, 0xFFFC), "IA"),
    **dict.fromkeys(_TAGS, "TAG"), **dict.fromkeys(range(0xE0080, 0xE0100), "IGN"),
    **dict.fromkeys(range(0xE01F0, 0xE1000), "IGN"), **dict.fromkeys(range(0xFFF0, 0xFFF9), "IGN"), 0x2065: "IGN",
    0x17B4: "IGN", 0x17B5: "IGN", **dict.fromkeys(range(0x1BCA0, 0x1BCA4), "IGN"),
    **dict.fromkeys(range(0x1D173, 0x1D17B), "IGN"),
}  # fmt: skip
_LONGEST_FLAG = 6  # tags
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""They choose the look of the sign before them; without one, or several in a row, they carry something unseen."""
_JOINERS = {0x200C: "ZWNJ", 0x200D: "ZWJ"}
_JOINING_SCRIPTS = (
    range(0x600, 0x1100), range(0x1700, 0x1C80), range(0x1CD0, 0x1D00), range(0xA800, 0xAC00), range(0xFB50, 0xFE00),
    range(0xFE70, 0xFEFF), range(0x10A00, 0x12000), range(0x1E900, 0x1E960),
)  # fmt: skip
"""Arabic, Syriac, N'Ko, Adlam, the scripts of India and their neighbours (blocks of Unicode 16)."""
_FLAG = "\U0001f3f4"
_FLAGS = re.compile(
    "(?<=\U0001f3f4)\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
"""The flags of England, Scotland and Wales: a black flag and what Unicode's list of emoji has behind it."""
_SEEN = re.compile(r"[\x00-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205f\u20a0-\u20cf\u2100-\u2fff]*")
"""Text in which nothing hides and no mark is put on another: all but a few texts of our users."""
_MOST_MARKS = 4  # put on one letter; no writing of people needs more

# Emoji that are joined to one sign ("woman + rocket") take other numbers of columns in other terminals.
_JOINER = "(?<=[\U0001f1e6-\U0001faff\u2190-\u2bff\ufe0f])\u200d"  # made ready when the first one comes


def clean(text: str, *, multiline: bool = True) -> str:
    r"""Make text from outside fit to keep: no control characters but \n and \t, no lone surrogates.

    Line ends become \n. With `multiline` off, line ends and tabs become one space.
    Nothing else changes: letters stay as they were typed.
    """
    text = _SURROGATE.sub(_REPLACEMENT, text)
    text = _DROPPED.sub("", _LINE_END.sub("\n", text))
    return text if multiline else re.sub(r"[\n\t]+", " ", text).strip()


def folded(text: str) -> str:
    """Return a text without what people don't take for a difference: capitals, blanks, the form in Unicode."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def slug(text: str) -> str:
    """Return the letters and digits of a text, small, without accents, joined by dashes; "" when it has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def count_dropped(text: str) -> int:
    """Count the characters that clean() leaves out, line ends aside."""
    return len(_DROPPED.findall(_LINE_END.sub("\n", text)))


def hidden(text: str) -> int:
    """Count the characters that show nothing, yet make a text another: zero-width blanks, tags, what turns it round."""
    if _SEEN.fullmatch(text):
        return 0
    return sum(letter in _BIDI or bool(_name(text, place)) for place, letter in enumerate(text))


def display(text: str) -> str:
    """Make any text safe to print in one line.

    What a terminal would obey becomes a visible sign, a character that shows nothing its name (a zero-width space:
    ⟨ZWSP⟩), and of more than four marks on one letter four are shown.
    """
    if not _SEEN.fullmatch(text):
        text = _bare(text)
    if text.isprintable():  # none of those below is
        return text
    return text.replace("\n", " ").replace("\t", " ").translate(_SHOWN)


def _bare(text: str) -> str:
    shown: list[str] = []
    marks = 0
    for place, letter in enumerate(text):
        name = _name(text, place)
        if unicodedata.category(letter) in ("Mn", "Me"):
            marks += 1
        elif ord(letter) not in _JOINERS:  # what joins two letters is none between their marks
            marks = 0
        if name and not (shown and shown[-1] == f"⟨{name}⟩"):  # many of one kind are named once
            shown.append(f"⟨{name}⟩")
        elif not name and marks <= _MOST_MARKS:
            shown.append(letter)
    return "".join(shown)


def _name(text: str, place: int) -> str:
    """Name a character that shows nothing where it stands; "" for every other."""
    code = ord(text[place])
    if any(code in block for block in _SELECTORS):
        before = text[place - 1] if place else ""
        chooses = unicodedata.category(before)[0] in "LNS" or before in "#*‼⁉〰" if before else False
        return "" if chooses and (code in (0xFE0E, 0xFE0F) or _is_ideograph(before)) else "VS"
    if code in _TAGS and _is_of_flag(text, place):
        return ""
    return _HIDDEN.get(code) or (_JOINERS[code] if _is_stray(text, place) else "")


def _is_of_flag(text: str, place: int) -> bool:
    """Whether a tag is part of one of the flags that are written with tags."""
    begin = text.rfind(_FLAG, max(0, place - _LONGEST_FLAG), place) + 1
    match = _FLAGS.match(text, begin) if begin else None
    return match is not None and place < match.end()


def _is_ideograph(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("CJK ")


def _is_stray(text: str, place: int) -> bool:
    """Whether a joiner stands where neither an emoji nor a script that joins its letters needs it.

    Such a script needs one also at the end of a word, to give a letter its shape there (a chillu of Malayalam, heh in
    Persian), and before or behind a figure or a word in another script. Several in a row are needed nowhere.
    """
    if ord(text[place]) not in _JOINERS:
        return False
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    if before and ord(before) in _JOINERS:
        return True
    if _joins(before) or _joins(after):
        return False
    joins_emoji = text[place] == "\u200d" and _is_emoji(after) and (before == "\ufe0f" or _is_emoji(before))
    return not joins_emoji


def _joins(letter: str) -> bool:
    """Whether a letter, or none, is of a script that uses joiners."""
    return bool(letter) and any(ord(letter) in block for block in _JOINING_SCRIPTS)


def _is_emoji(sign: str) -> bool:
    """Whether a sign, or none, can be joined to another: a picture, a colour of skin, the arrow of a shaken head."""
    return bool(sign) and (unicodedata.category(sign) in ("So", "Sk") or sign == "↔")


def in_columns(text: str) -> str:
    """Make any text safe to print, and as wide in every terminal: joined emoji stand beside one another."""
    shown = display(text)
    return re.sub(_JOINER, "", shown) if "\u200d" in shown else shown


# Signs for an output that has no Unicode: each becomes ASCII of the same width, so columns stay columns.


ASCII_ERRORS = "reflect_tui.ascii"
"""The error handler under which Python's codecs know this module, once register() was called."""

_GLYPHS = {
    "●": "*", "○": "o", "◆": "#", "◇": "+", "┄": "-", "─": "-", "━": "=", "╋": "|", "┼": "+", "·": ".",
    "├": "|", "┤": "|", "│": "|", "└": "+", "┬": "+", "┴": "+", "▲": "^", "▼": "v", "✓": "+", "✎": "n", "▸": ">",
    "–": "-", "—": "-", "…": "~", "→": ">", "←": "<", "↑": "^", "↓": "v", "‘": "'", "’": "'", "“": '"', "”": '"',
    "•": "*", "⏎": "<", "⌫": "<", "▕": "|", "▏": "|", "▎": "|",
    "◌": "o", "◉": "@", "■": "M", "◐": "%", "∅": "0", "▾": "v", "≈": "~", "≠": "#", "◂": "<", "×": "x", "□": "=",
    "≥": ">", "≤": "<", "△": "A", "▽": "V", "⟨": "<", "⟩": ">", "⇧": "^", "§": "S", "╭": "+", "╮": "+", "╰": "+",
    "╯": "+", "↕": "!",
}  # fmt: skip
_BLOCKS = range(0x2500, 0x25A0)  # lines and blocks: scrollbars, borders, charts
_BRAILLE = range(0x2800, 0x2900)


def register_ascii_errors() -> None:
    """Make the error handler known to Python's codecs under NAME."""
    codecs.register_error(ASCII_ERRORS, _replace)


def output_encoding(wish: str, own: str) -> str:
    """Return the encoding to write in: what the user wishes ("unicode", "ascii"), else the output's own."""
    if wish:
        return "utf-8" if wish == "unicode" else "ascii"
    try:
        return codecs.lookup(own).name
    except LookupError:
        return "ascii"


def is_unicode(encoding: str) -> bool:
    """Check whether an encoding has every sign."""
    return encoding.lower().replace("_", "-").startswith("utf")


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return to_ascii(error.object[error.start : error.end]), error.end


def to_ascii(text: str) -> str:
    """Write a text in ASCII that takes as many columns: an emoji of two columns becomes "??"."""
    import wcwidth  # noqa: PLC0415 -- only for an output that needs it: its tables take time to load

    return "".join(_sign(sign, wcwidth.width(sign)) for sign in wcwidth.iter_graphemes(text))


def _sign(grapheme: str, columns: int) -> str:
    """Write one sign, which may be several characters: é without its accent, a family of emoji as one."""
    if not columns:
        return ""
    first = grapheme[0]
    plain = _GLYPHS.get(first) or unicodedata.normalize("NFKD", first)[0]
    if not (plain.isascii() and plain.isprintable()):
        plain = "#" if ord(first) in _BLOCKS else "." if ord(first) in _BRAILLE else "?"
    return plain * columns


NAMED = 5
"""How many names, faults or sentences of a kind one message holds; more are counted."""


def more_text(count: int) -> str:
    """Say how many are not listed; "" when all are."""
    return ngettext("and {n} more", "and {n} more", count).format(n=count) if count > 0 else ""


def first_names(names: Sequence[str]) -> str:
    """Write so many names as one message holds, and how many more there are."""
    return f"{display(', '.join(names[:NAMED]))} {more_text(len(names) - NAMED)}".rstrip()


def first_of(parts: Sequence[str], end: str = "") -> list[str]:
    """Return so many parts or sentences as one message holds, and how many more there are, which ends with `end`."""
    more = more_text(len(parts) - NAMED)
    return [*parts[:NAMED], *([f"{more}{end}"] if more else [])]
