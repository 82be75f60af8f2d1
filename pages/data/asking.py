"""What somebody's data leaves open is asked: both readings side by side, the likely one, which is shown, first."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from cells.core.messages import N_
from cells.core.readable import shortened
from cells.inputs.tabular import DATES_WRITTEN, DECIMAL
from cells.reading import Question, Reading
from pages.data.taking import take
from pages.shared.words import say
from pages.shared.words.messages import plain

ASKED = {
    DECIMAL.name: N_("How are the numbers in “{column}” meant? The file does not decide it."),
    DATES_WRITTEN.name: N_("How are the times in “{column}” meant? The file does not decide it."),
}
CHOICES = {setting.name: setting.choices for setting in (DECIMAL, DATES_WRITTEN)}


def ask(reading: Reading) -> None:
    """Ask each question that was not answered yet."""
    for question in reading.questions:
        if not question.answered:
            ask_one(question)


def ask_one(question: Question) -> None:
    """Show the first entries and each reading of them side by side, and a button that chooses each."""
    names = {value: say(CHOICES[question.setting][value]) for value in question.readings}
    likely = next(iter(names))
    with st.container(border=True, key=f"question-{question.setting}"):
        title = say(ASKED[question.setting], column=shortened(question.column))
        until = say("Until you choose, it is read as: {reading}.", reading=names[likely])
        st.markdown(f"**{plain(title)}** {plain(until)}")
        st.markdown(table_of(question, names))
        with st.container(horizontal=True):
            for value, name in names.items():
                st.button(
                    name,
                    key=f"answer-{question.setting}-{value}",
                    icon=":material/check:" if value == likely else None,
                    on_click=take,
                    kwargs={question.setting: value},
                )


def table_of(question: Question, names: Mapping[str, str]) -> str:
    """Return a table in Markdown: the entries as they are written, and beside them as each reading has them."""
    lines = [
        (say("in the file"), *names.values()),
        *zip(question.written, *question.readings.values(), strict=True),
    ]
    rows = ["| " + " | ".join(map(plain, line)) + " |" for line in lines]
    return "\n".join([rows[0], "|" + " --- |" * len(lines[0]), *rows[1:]])
