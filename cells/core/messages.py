"""Words that leave `cells`: titles marked for translation, and errors that a page can translate.

`cells` knows no language but English. A page looks the marked text up in its catalogue and fills the values in.
"""

from __future__ import annotations

from collections.abc import Callable


def N_(text: str) -> str:
    """Mark `text` for the translation catalogue and return it unchanged (gettext's convention for delayed look-up)."""
    return text


class InputError(ValueError):
    """An error about something that a person gave and that cannot be used.

    `template` is an English sentence with `{name}` fields, and the key of its translation; `values` fill the fields.
    `str(error)` is the filled English sentence.
    """

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template.format(**values))
        self.template = template
        self.values = values

    def __reduce__(self) -> tuple[Callable[..., InputError], tuple[type[InputError], str, dict[str, object]]]:
        """Return what pickle needs, so that the error can come from another process."""
        return rebuild_error, (type(self), self.template, self.values)


def rebuild_error(kind: type[InputError], template: str, values: dict[str, object]) -> InputError:
    """Rebuild an error that came from another process."""
    return kind(template, **values)
