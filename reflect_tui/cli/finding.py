"""What doctor says of one thing it looked at."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from reflect_tui.i18n import _

DOCTOR = "reflect-tui doctor --fix"


class Check(Struct, frozen=True, kw_only=True):
    """One thing looked at: its name, whether it is as it should be, what was found, and what to do."""

    name: str
    fine: bool
    found: str
    advice: str = ""


def by_doctor(command: str = "") -> str:
    """Say that doctor can do it, and how else it is done."""
    if command:
        return _("Put right by: {doctor}, or by: {command}").format(doctor=DOCTOR, command=command)
    return _("Put right by: {doctor}").format(doctor=DOCTOR)


def no_folder(path: Path) -> Check:
    """Say that something stands where a folder should be."""
    found = _("{path} should be a folder, and is none.").format(path=path)
    advice = _("Nothing can be kept there. Move it aside; the folder is made anew when it is needed.")
    return Check(name="folder", fine=False, found=found, advice=advice)
