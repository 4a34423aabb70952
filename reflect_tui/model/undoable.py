"""A document being made, in which every act can be undone."""

from __future__ import annotations

from typing import Self

from msgspec import Struct, structs

from reflect_tui.toml.formats import Document


class Undoable(Struct, frozen=True, kw_only=True):
    """A document now, before each act that was `done`, and after each that was `undone`, from the first on."""

    document: Document
    done: tuple[Document, ...] = ()
    undone: tuple[Document, ...] = ()

    def undo(self) -> Self:
        """Take back the last act."""
        if not self.done:
            return self
        *done, before = self.done
        return structs.replace(self, document=before, done=tuple(done), undone=(self.document, *self.undone))

    def redo(self) -> Self:
        """Do again what was taken back."""
        if not self.undone:
            return self
        after, *undone = self.undone
        return structs.replace(self, document=after, done=(*self.done, self.document), undone=tuple(undone))

    def changed(self, document: Document) -> Self:
        """Return it after an act; what is as it was is no act."""
        if document == self.document:
            return self
        return structs.replace(self, document=document, done=(*self.done, self.document), undone=())
