"""Words that leave `cells`: titles marked for translation, and errors that a page can translate.

`cells` knows no language but English. A page looks the marked text up in its catalogue and fills the values in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

SEVERAL = 2  # stands for each count that is no whole number: 1.5, ∞


def N_(text: str) -> str:
    """Mark `text` for the translation catalogue and return it unchanged (gettext's convention for delayed look-up)."""
    return text


class Counted(str):
    """A text that counts something: it is the text for several, `one` the text for one, `by` the field that counts.

    It goes wherever a marked text goes; who fills its fields in chooses the form.
    """

    __slots__ = ("by", "one")

    one: str
    by: str

    def __new__(cls, one: str, many: str, by: str) -> Counted:
        """Make it of both texts."""
        made = super().__new__(cls, many)
        made.one, made.by = one, by
        return made

    def __reduce__(self) -> tuple[type[Counted], tuple[str, str, str]]:
        """Return what pickle and copy need."""
        return Counted, (self.one, str(self), self.by)

    def counted(self, values: Mapping[str, object]) -> int:
        """Return how many the values count; SEVERAL for what is no whole number. A number may be written: "1,200"."""
        written = str(values[self.by]).replace(",", "")
        return int(written) if written.isdecimal() else SEVERAL


def n_(one: str, many: str, by: str) -> Counted:
    """Mark a text that counts, in gettext's two English forms: for one, and for none or several of the field `by`."""
    return Counted(one, many, by)


def fill(text: str, values: Mapping[str, object]) -> str:
    """Fill an English text's fields, in the form that fits the count."""
    if isinstance(text, Counted) and text.counted(values) == 1:
        return text.one.format(**values)
    return text.format(**values)


class InputError(ValueError):
    """An error about something that a person gave and that cannot be used.

    `template` is an English sentence with `{name}` fields, and the key of its translation; `values` fill the fields.
    `str(error)` is the filled English sentence.
    """

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(fill(template, values))
        self.template = template
        self.values = values

    def __reduce__(self) -> tuple[Callable[..., InputError], tuple[type[InputError], str, dict[str, object]]]:
        """Return what pickle needs, so that the error can come from another process."""
        return rebuild_error, (type(self), self.template, self.values)


def rebuild_error(kind: type[InputError], template: str, values: dict[str, object]) -> InputError:
    """Rebuild an error that came from another process."""
    return kind(template, **values)
