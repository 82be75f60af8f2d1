"""The stepper as a test sees and moves it, through nothing but what the page promises to other people's tests."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.visit import open_app


class Stepper:
    """One stepper on a page that is ready."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.get_by_test_id("stepper")

    @property
    def sentence(self) -> Locator:
        return self.root.locator(".sentence")

    @property
    def scrubber(self) -> Locator:
        return self.root.get_by_role("slider")

    @property
    def units(self) -> Locator:
        return self.root.locator(".unit select")

    @property
    def speeds(self) -> Locator:
        return self.root.locator("select.speed")

    def button(self, name: str) -> Locator:
        """Return a button by its name, which is English in most tests."""
        return self.root.get_by_role("button", name=name, exact=True)

    def strip(self, signal: str) -> Locator:
        return self.root.locator(f'[data-strip="{signal}"]')

    def signal(self, name: str) -> Locator:
        return self.root.locator(f'[data-signal="{name}"]')

    def signals(self) -> list[str]:
        """Return the names of all signals, as they stand below each other."""
        rows = self.root.locator("[data-signal]").all()
        return [row.get_attribute("data-signal") or "" for row in rows]

    def value(self, signal: str) -> float:
        """Return the number in the attribute `data-value` of a signal."""
        return float(self.signal(signal).get_attribute("data-value") or "nan")

    def shown(self, signal: str) -> str:
        """Return the number of a signal that a person reads."""
        return self.signal(signal).locator(".value").inner_text()

    def terms(self, signal: str) -> list[float]:
        """Return the numbers put into a signal's equation, in order, with their signs."""
        text = self.signal(signal).locator(".numbers").inner_text()
        return [as_float(number) for number in re.findall(r"−?\d+\.\d+", text.replace("− ", "−"))]

    def press(self, *keys: str) -> None:
        """Press keys one after the other, as a person does: with no wait between."""
        self.root.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, step: int, unit: int | None = None) -> None:
        """Move by scrubber and unit list."""
        self.scrubber.fill(str(step))
        if unit is not None and self.root.get_attribute("data-unit") != str(unit):
            self.units.select_option(str(unit))
        self.is_at(step, unit)

    def is_at(self, step: int, unit: int | None = None) -> None:
        """Expect a position, from 0; a reader sees it with its steps counted from 1."""
        expect(self.root).to_have_attribute("data-step", str(step))
        expect(self.root.locator(".counter")).to_have_text(re.compile(rf"^{step + 1} / "))
        if unit is not None:
            expect(self.root).to_have_attribute("data-unit", str(unit))
            expect(self.units.locator("option:checked")).to_have_text(str(unit))

    def is_playing(self, playing: bool) -> None:
        expect(self.root).to_have_attribute("data-playing", str(playing).lower())


def as_float(text: str) -> float:
    """Read a number as the page writes it, with the true minus sign."""
    return float(text.replace("−", "-"))


def open_stepper(page: Page, base: str, query: str = "", *, path: str = "") -> Stepper:
    """Open the page of `query` and wait until it has settled. Returns its stepper."""
    open_app(page, base, query, path=path)
    return Stepper(page)
