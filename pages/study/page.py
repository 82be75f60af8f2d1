"""A study of how far back each cell can look: one task at several lags, learnt by several cells from several seeds."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
import streamlit as st

from cells.core.messages import N_, InputError, n_
from cells.training.study import LAG, Outcome, Study
from cells.training.tasks import ALL_TASKS, DEEP_TASKS
from pages.shared.controls.theme import theme
from pages.shared.jobs import Status, studies
from pages.shared.jobs.studies import StudyView
from pages.shared.jobs.visitor import visit, watch_tab
from pages.shared.scene.navigation import start_page, switch_if_requested
from pages.shared.scene.session import current, refuse, refused, rerun_whole_page
from pages.shared.words import explain, say
from pages.shared.words.messages import plain, show_problems
from pages.study.axes import AXES, axis_of_study, line_title
from pages.study.behind import behind_sentences
from pages.study.controls import study_controls
from pages.study.figures.success_by_lag import Level, Line, success_by_lag
from pages.study.kind import STUDY
from pages.study.results import as_csv, open_study

SECONDS_TO_LOOK = 1.0  # while a study goes on
PERCENT = "%.1f %%"
LEVELS = {"criterion": ("dash", N_("learnt: {value}")), "chance": ("dot", N_("guessing: {value}"))}
TRIVIAL = ("dashdot", N_("without memory: {value}"))
STATUS_WORDS = {
    None: N_("not started"),
    Status.WAITING: N_("waiting for a worker"),
    Status.RUNNING: N_("running"),
    Status.PAUSED: N_("paused"),
    Status.STOPPED: N_("stopped"),
    Status.FINISHED: N_("finished"),
    Status.FAILED: N_("ended before its time"),
}


def main() -> None:
    """Show the page that the link describes."""
    start_page("study")
    watch_tab("study")  # first: while a study runs, the looks at it may end this run before its end
    switch_if_requested()
    scene, misread = current()
    scene, study, unusable = open_study(scene)
    study_controls(scene)
    show_problems(misread + refused() + unusable)
    task = ALL_TASKS[STUDY.own_of(scene).study]
    st.markdown(plain(f"{say(task.about)} {protocol_sentence(study)}"))
    going = studies.STUDIES.view(study, visit()).going
    st.fragment(show_study, run_every=SECONDS_TO_LOOK if going else None)(study, was_going=going)


def protocol_sentence(study: Study) -> str:
    """Say how often each line learns the task, and on what it is tested."""
    return say(AXES[axis_of_study(study)].protocol, seeds=len(study.seeds))


def show_study(study: Study, *, was_going: bool) -> None:
    """Show how the study stands, and its results so far; it runs again and again, alone, while the study goes on."""
    seen = studies.STUDIES.view(study, visit())
    if seen.going != was_going:
        rerun_whole_page()  # to look again and again, or no more
    offer_actions(study, seen)
    show_progress(seen)
    show_other_study(study)
    show_problems(refused())
    notes = [*map(explain, seen.notes), *trouble_sentences(seen)]
    if notes:
        st.markdown("  \n".join(f":small[{plain(note)}]" for note in notes))
    if seen.trouble is not None:
        show_problems([seen.trouble])
    outcomes = study.outcomes(seen.results)
    show_figure(study, outcomes)
    show_table(study, seen, outcomes)


def offer_actions(study: Study, seen: StudyView) -> None:
    """Offer what can be done with the study as it stands."""
    start = say("Start") if not seen.done else say("Go on")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="study-buttons"):
        if seen.going:
            press(say("Pause"), "pause", studies.STUDIES.pause, study, ":material/pause:")
            press(say("Stop"), "stop", studies.STUDIES.stop, study, ":material/stop:")
        elif seen.status is not Status.FINISHED:
            press(start, "start", begin, study, ":material/play_arrow:")
            if seen.status is Status.PAUSED:
                press(say("Stop"), "stop", studies.STUDIES.stop, study, ":material/stop:")
        offer_numbers(study, seen)


def press(title: str, key: str, action: Callable[[Study, str], None], study: Study, icon: str) -> None:
    """Show a button that does something with the study."""
    st.button(title, key=f"study-{key}", icon=icon, on_click=action, args=(study, visit()))


def begin(study: Study, visit: str) -> None:
    """Start the study, or tell why not."""
    try:
        studies.STUDIES.start(study, visit)
    except InputError as problem:
        refuse(problem)


def show_progress(seen: StudyView) -> None:
    """Show how much has been done, and how long the rest takes."""
    parts = [
        say(STATUS_WORDS[Status.PAUSED if seen.done and seen.status is None else seen.status]),
        say("{ended} of {all} trainings", ended=len(seen.results), all=len(seen.study.recipes)),
        say(
            n_("{done} of {all} update", "{done} of {all} updates", "all"),
            done=f"{seen.done:,}",
            all=f"{seen.study.updates:,}",
        ),
    ]
    if seen.left is not None:
        parts.append(time_left(seen.left))
    st.progress(seen.done / seen.study.updates, text=" · ".join(parts))
    note = studies.STUDIES.cluster.note
    if note is not None and seen.going:
        st.markdown(f":small[{plain(explain(note))}]")


def time_left(seconds: float) -> str:
    """Say about how long it takes."""
    if seconds < 60:
        return say("about {seconds} s left", seconds=max(1, round(seconds)))
    return say("about {minutes} min left", minutes=math.ceil(seconds / 60))


def show_other_study(study: Study) -> None:
    """Show another study of this visit that goes on meanwhile, and offer to pause it."""
    other = studies.STUDIES.other(study, visit())
    if other is None:
        return
    title, lags = say(ALL_TASKS[other.task].title), ", ".join(map(str, other.lags))
    note = say(
        "Another study of yours is running: {task}, lags {lags}. It pauses when this one starts, and nothing is lost.",
        task=title,
        lags=lags,
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(plain(note), width="content")
        press(say("Pause it"), "pause-other", studies.STUDIES.pause, other, ":material/pause:")


def trouble_sentences(seen: StudyView) -> list[str]:
    """Name the trainings that ended before their time, each with its reason."""
    return [
        say(
            n_(
                "{cell}, lag {lag}, seed {seed}: {reason} What counts is its last good checkpoint, after {update} "
                "update.",
                "{cell}, lag {lag}, seed {seed}: {reason} What counts is its last good checkpoint, after {update} "
                "updates.",
                "update",
            ),
            cell=line_title(seen.study, run.cell),
            lag=run.lag,
            seed=run.seed,
            reason=explain(result.trouble),
            update=result.update,
        )
        for run, result in seen.results.items()
        if result.trouble is not None
    ]


def show_figure(study: Study, outcomes: dict[str, list[Outcome]]) -> None:
    """Show success against lag."""
    axis = AXES[axis_of_study(study)]
    counts_n = study.task in ("anbn", "anbncn") and study.grows == LAG
    words = {
        "lag": say("lag: largest n") if counts_n else say(axis.axis),
        "success": say("success"),
        "hover": say(axis.hover, lag="{lag}", mean="{mean}", least="{least}", greatest="{greatest}"),
        "seed": say(axis.seed, lag="{lag}", seed="{seed}", success="{success}"),
    }
    lines = [line_of(line_title(study, cell), ended) for cell, ended in outcomes.items()]
    figure = success_by_lag(lines, levels_of(study), study.lags, words, theme())
    st.plotly_chart(figure, key="study-figure", config={"displayModeBar": False}, alt=alt_text(study, outcomes))
    measure = say("Success: {measure}. The area goes from the worst seed to the best.", measure=say(measure_of(study)))
    st.markdown(f":small[{plain(measure)}]")
    for sentence in behind_sentences(study, outcomes):
        st.markdown(plain(sentence))


def measure_of(study: Study) -> str:
    """Return in English what is counted as success."""
    return ALL_TASKS[study.task].measure


def line_of(title: str, ended: list[Outcome]) -> Line:
    """Return a line of the figure."""
    return Line(
        title,
        [one.lag for one in ended],
        [one.mean for one in ended],
        [one.least for one in ended],
        [one.greatest for one in ended],
        [(one.lag, seed, success) for one in ended for seed, success in one.successes],
    )


def levels_of(study: Study) -> list[Level]:
    """Return what successes are compared with; what needs no memory only where that is more than guessing."""
    lines = study.lines()
    levels = dict(LEVELS)
    if any(round(one - two, 2) for one, two in zip(lines["trivial"], lines["chance"], strict=True)):
        levels["trivial"] = TRIVIAL
    return [
        Level(say(words, value=f"{lines[name][0]:.0%}"), lines[name], dash) for name, (dash, words) in levels.items()
    ]


def alt_text(study: Study, outcomes: dict[str, list[Outcome]]) -> str:
    """Describe the figure in words."""
    axis = AXES[axis_of_study(study)]
    cells = [
        f"{line_title(study, cell)}: " + ", ".join(say(axis.mean, mean=f"{one.mean:.0%}", lag=one.lag) for one in ended)
        for cell, ended in outcomes.items()
        if ended
    ]
    title = say(axis.title)
    return f"{title}. {'; '.join(cells)}" if cells else title


def show_table(study: Study, seen: StudyView, outcomes: dict[str, list[Outcome]]) -> None:
    """Show the numbers of the figure as a table."""
    reached = study.problem.reached
    rows = [
        {
            say("stack") if study.task in DEEP_TASKS else say("cell"): line_title(study, cell),
            say(AXES[axis_of_study(study)].one): one.lag,
            say("mean"): 100 * one.mean,
            say("worst"): 100 * one.least,
            say("best"): 100 * one.greatest,
            say("standard deviation"): 100 * one.deviation,
            say("learnt"): say(
                n_("{learnt} of {seeds} seed", "{learnt} of {seeds} seeds", "seeds"),
                learnt=sum(reached(value) for _, value in one.successes),
                seeds=one.of,
            ),
        }
        for cell, ended in outcomes.items()
        for one in ended
    ]
    if not rows:
        return
    shares = (say("mean"), say("worst"), say("best"), say("standard deviation"))
    formats = {name: st.column_config.NumberColumn(name, format=PERCENT) for name in shares}
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        column_config=formats,
        alt=say("The numbers of the study"),
    )


def offer_numbers(study: Study, seen: StudyView) -> None:
    """Offer every training's result as a file."""
    if not seen.results:
        return
    st.download_button(
        say("Numbers (CSV)"),
        as_csv(seen),
        key="study-csv",
        icon=":material/download:",
        file_name=f"study-{study.task}.csv",
        mime="text/csv",
        on_click="ignore",
    )


main()
