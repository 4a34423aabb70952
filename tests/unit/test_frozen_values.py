"""Values of the core are frozen: nobody who is handed one can change it for the others."""

from __future__ import annotations

import importlib
import pkgutil

from msgspec import Struct

from reflect_tui import analysis, model


def test_every_value_is_frozen() -> None:
    for package in (analysis, model):
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(info.name)
            own = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Struct)]
            assert [value.__name__ for value in own if value is not Struct and not value.__struct_config__.frozen] == []
