"""What happens in the demo journal: when, how skills grow, what others see. Data only.

Written for the scale 1 to 4 with the threshold at 3; other scales stretch it. The domains are those of
jgz-opvoedingsondersteuning in order; another instrument goes through the same arcs by position.
"""

from __future__ import annotations

from msgspec import Struct

from reflect_tui.model.session import Role

SEED = 1948
LOWEST, THRESHOLD, HIGHEST = 1.0, 3.0, 4.0

VISITS = (
    (1088, 16, 35),
    (967, 20, 10),
    (862, 12, 20),
    (735, 15, 50),
    (606, 9, 5),
    (493, 16, 15),
    (362, 19, 40),
    (248, 15, 25),
    (127, 20, 30),
    (4, 14, 5),
)
"""One's own sessions: days before today, and the time of day."""

ARCS = (
    (2.73, 2.80, 2.80, 2.87, 3.00, 3.07, 3.13, 3.13, 3.20, 3.27),  # voorwaarden
    (2.40, 2.60, 2.60, 2.80, 3.00, 3.20, 3.20, 3.20, 3.40, 3.40),  # signaleren crosses the threshold half-way
    (2.53, 2.58, 2.63, 2.68, 2.84, 2.84, 2.89, 2.89, 2.95, 3.00),  # informatie ends just not high
    (2.44, 2.50, 2.50, 2.56, 2.67, 2.72, 2.78, 2.83, 2.83, 2.89),  # zorgbehoefte
    (2.46, 2.54, 2.62, 2.69, 2.77, 2.92, 3.00, 3.08, 3.08, 3.15),  # ondersteuning
    (2.27, 2.27, 2.27, 2.18, 2.18, 2.27, 2.27, 2.36, 2.45, 2.45),  # coordineren stays the weak point
    (2.60, 2.70, 2.70, 2.80, 2.90, 2.90, 3.00, 3.00, 2.90, 2.90),  # volgen
    (2.00, 2.00, 2.00, 2.00, 3.00, 3.00, 3.00, 3.00, 4.00, 4.00),  # toekomst has a single item
)
"""The mean of each domain at each visit."""

SPREAD = 0.55
"""How far items of one domain lie apart (standard deviation, in points of the scale)."""

MOOD = 0.2
"""How much a day changes the same skill (standard deviation)."""

SURPRISE = 1.3
"""How far apart the most under- and overrated item of a domain must be before one gains what the other loses."""

TRAINING = 4
"""The first visit after the training in motivational interviewing."""

TRAINED = frozenset(
    {
        "motiverend-kennis",
        "motiverend-inzetten",
        "open-vragen",
        "reflecties",
        "samenvatten",
        "inbreng-bekrachtigen",
        "fase-gedragsverandering",
        "ambivalentie",
    }
)
LACK = 1.1
"""How far these items lie behind before it."""

WINTER_DOMAIN, WINTER_LOSS, WINTER_MONTHS, WINTER_VISITS = 6, 0.4, range(1, 6), range(5, 9)
"""The domain that suffers from a busy winter, by how much, and when that shows."""

UNKNOWN = (0.73, 0.73, 0.64, 0.55, 0.36, 0.18, 0.0, 0.0, 0.0, 0.0)
"""The part of an optional domain that is n/a at each visit: its last items."""

CUT = 2
"""The visit that was broken off."""

REACHED = (1.0, 1.0, 1.0, 0.67, 0.3, 0.0, 0.2, 0.0)
"""The part of each domain that was answered then."""


class Rater(Struct, frozen=True):
    """Someone else: around which visit, days after it, at what time, and how they see what one does oneself.

    `higher`, `lower` and `unknown` are the parts of the items that they score a point higher, lower, or n/a.
    """

    role: Role
    visit: int
    days: int
    hour: int
    minute: int
    higher: float
    lower: float
    unknown: float


RATERS = (
    Rater(role="colleague", visit=5, days=-3, hour=13, minute=10, higher=0.28, lower=0.12, unknown=0.10),
    Rater(role="client", visit=5, days=2, hour=19, minute=45, higher=0.40, lower=0.08, unknown=0.15),
    Rater(role="manager", visit=9, days=1, hour=11, minute=30, higher=0.20, lower=0.14, unknown=0.05),
)

LEAN = (0.0, 0.05, -0.1, 0.0, 0.1, 0.35, 0.0, 0.0)
"""How much more of each domain's items others score higher: they see more coordination than one does oneself."""
