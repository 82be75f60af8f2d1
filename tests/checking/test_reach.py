"""The tests that a change reaches, in a small project written for it and in this one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.table import PAGES
from tests import ROOT
from tests.checking.__main__ import arguments, in_project, summary
from tests.checking.files import write_files
from tests.checking.modules import Modules
from tests.checking.reach import ALWAYS, Project, Reach

EVERY_PAGE = """
from cells import size
PAGE = "order"
@pytest.fixture
def turned(): return turn_to(app, "step")
def opened(): open_app(page=PAGE)
def test_all(): visit(page=KINDS[1:])
def test_one(): assert opened()
def test_another(turned): pass
def test_listed():
    for page in ["order"]: visit(page=page)
def test_third(): KINDS["order"]
def test_none(): size()
"""

LINKS = """
def test_it(): open_stepper("link"), check_screenshot(1)
def test_else(): open_app()
"""

FILES = {
    "app.py": "import pages.server",
    "cells/__init__.py": "from cells.trace import trace\nfrom cells.norms import norm as size",
    "cells/trace.py": "import torch\nfrom cells.checks import check",
    "cells/norms.py": "",
    "cells/checks.py": "",
    "pages/__init__.py": "",
    "pages/shared/run.py": "from cells import trace",
    "pages/entry.py": "import pages.shared.run",
    "pages/server/__init__.py": "",
    "pages/step/page.py": "import pages.shared.run\nfrom pages.step.figures import lines",
    "pages/order/page.py": "import pages.shared.run\nfrom cells import size",
    "pages/step/figures/__init__.py": "",
    "pages/step/figures/lines.py": "",
    "pages/order/stepper.js": 'import { plot } from "../shared/stepper/views/plot.js";\nexport default plot();\n',
    "pages/order/stepper.css": "",
    "pages/train/stepper.js": 'import { plot } from "../shared/stepper/views/plot.js";\nexport default plot();\n',
    "pages/train/stepper.css": "",
    "pages/step/stepper.js": 'import { list } from "../shared/stepper/views/list.js";\nexport default list();\n',
    "pages/shared/stepper/views/plot.js": "export function plot() {}\n",
    "pages/shared/stepper/views/plot.css": "",
    "pages/shared/stepper/views/list.js": "export function list() {}\n",
    "pages/shared/offline/offline.js": "export default function begin() {}\n",
    "pages/shared/unused.js": "",
    "tests/__init__.py": "",
    "tests/benchmarks/bench_cells.py": "from cells import trace",
    "tests/visit.py": "from pages.shared import run",
    "tests/browser/training_app.py": "",
    "tests/cells/test_trace.py": "from cells import trace\ndef test_it(): trace()",
    "tests/cells/test_norms.py": "from cells import size\ndef test_it(): size()\ndef test_else(): pass",
    "tests/cells/test_worker.py": "COMMAND = ['-m', 'cells.norms']\ndef test_it(): COMMAND",
    "tests/cells/test_readme.py": "def test_it(): pass",
    "tests/pages/server/test_start.py": "def test_it(): pass",
    "tests/pages/step/test_page.py": "from tests.visit import visit\ndef test_it(): visit()",
    "tests/pages/order/test_page.py": "def test_it(): visit()",
    "tests/pages/test_every_page.py": EVERY_PAGE,
    "tests/browser/test_order_page.py": "def test_it(): open_app('from here')",
    "tests/browser/test_training_time.py": "def test_it(): pass",
    "tests/browser/test_links.py": LINKS,
    "tests/browser/test_offline.py": "def test_it(): pass",
}
SCRIPTS = {"step": "pages/step/page.py", "order": "pages/order/page.py", "train": "pages/train/page.py"}
NORMS = {
    "tests/cells/test_norms.py::test_it",
    "tests/cells/test_worker.py",
    "tests/pages/test_every_page.py::test_none",
}
OF_ALL = "tests/pages/test_every_page.py::test_all"
STEP = {"tests/pages/step/test_page.py", OF_ALL, "tests/pages/test_every_page.py::test_another"}
OF_ORDER = {f"tests/pages/test_every_page.py::test_{name}" for name in ("one", "third", "listed")}
ORDER = {"tests/pages/order/test_page.py", OF_ALL} | OF_ORDER
SHOWN = {"tests/browser/test_order_page.py", "tests/browser/test_links.py"}
TRAIN = {"tests/browser/test_training_time.py"}
OFFLINE = {"tests/browser/test_offline.py"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(write_files(tmp_path, FILES), SCRIPTS)


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("cells/norms.py", NORMS | ORDER),
        ("cells/checks.py", {"tests/cells/test_trace.py"} | STEP | ORDER),
        ("pages/step/page.py", STEP | {"tests/browser/test_links.py::test_it"}),
        ("pages/order/page.py", ORDER | {"tests/browser/test_order_page.py"}),
        ("pages/step/figures/lines.py", STEP),
        ("pages/shared/run.py", STEP | ORDER | SHOWN),
        ("pages/server/__init__.py", {"tests/pages/server/test_start.py"}),
        ("pages/order/stepper.css", {"tests/browser/test_order_page.py"}),
        ("pages/train/stepper.js", TRAIN),
        ("pages/shared/stepper/views/plot.js", {"tests/browser/test_order_page.py"} | TRAIN),
        ("pages/shared/stepper/views/plot.css", {"tests/browser/test_order_page.py"} | TRAIN),
        ("pages/shared/stepper/views/list.js", {"tests/browser/test_links.py"} | OFFLINE),
        ("pages/shared/offline/offline.js", OFFLINE),
        ("pages/shared/unused.js", SHOWN | TRAIN | OFFLINE),
        ("tests/visit.py", {"tests/pages/step/test_page.py"}),
        ("tests/cells/test_norms.py", {"tests/cells/test_norms.py"}),
        ("tests/browser/baselines/order.png", {"tests/browser/test_links.py::test_it"}),
        ("tests/benchmarks/bench_cells.py", set()),
        ("README.md", {"tests/cells/test_readme.py"}),
    ],
)
def test_a_change_reaches_what_depends_on_it(project: Project, changed: str, tests: set[str]) -> None:
    assert project.reached([changed]).tests == tests | ALWAYS


@pytest.mark.parametrize(
    "changed",
    [
        "app.py",
        "pages/entry.py",
        "pyproject.toml",
        "tests/conftest.py",
        "pages/shared/words/ko.po",
        "cells/data/co2.csv",
        "gone.py",
        "tests/browser/training_app.py",
    ],
)
def test_what_could_reach_anything_runs_everything(project: Project, changed: str) -> None:
    reach = project.reached([changed, "cells/norms.py"])
    assert changed in reach.everything
    assert arguments(reach) == []
    assert changed in summary([changed], reach)


@pytest.mark.parametrize("file", ["app.py", "cells/../app.py", str(ROOT / "app.py")])
def test_a_file_is_known_by_any_of_its_paths(file: str) -> None:
    assert in_project(file) == "app.py"


@pytest.mark.parametrize("file", ["gone.py", "cells", "../app.py", "/etc/passwd", ""])
def test_what_is_no_file_of_the_project_is_refused(file: str) -> None:
    assert in_project(file) == ""


def test_several_changes_reach_what_each_of_them_does(project: Project) -> None:
    reach = project.reached(["cells/norms.py", "pages/step/figures/lines.py"])
    assert reach.tests == NORMS | STEP | ORDER | ALWAYS
    assert reach.only == [], "of two pages none is the only one"
    assert project.reached([]) == Reach(frozenset())


def test_what_goes_over_all_cells_and_pages_runs_for_the_changed_one(project: Project) -> None:
    reach = project.reached(["cells/norms.py"])
    assert reach.only == [("cell", "lstm"), ("page", "order")]
    assert arguments(reach) == ["--only=cell=lstm", "--only=page=order", *sorted(reach.tests)]
    assert project.reached(["pages/order/stepper.css"]).only == [("page", "order")]
    assert project.reached(["pages/shared/stepper/views/plot.css"]).only == [], "two pages have plots"


def test_a_front_page_is_looked_through(tmp_path: Path) -> None:
    modules = Modules(write_files(tmp_path, FILES))
    assert modules.imports["pages.shared.run"] == {"cells.trace"}
    assert modules.imports["tests.cells.test_norms"] == {"cells.norms"}
    assert modules.reached_from(["cells.checks"]) >= {"cells.trace", "pages.shared.run", "pages.step.page"}
    assert "pages.shared.run" not in modules.reached_from(["cells.norms"])


def test_in_this_house_every_test_file_is_reached_by_something_and_every_page_by_its_script() -> None:
    project = Project(ROOT, {kind.address: f"pages/{kind.script}" for kind in PAGES})
    for kind in PAGES:
        page = kind.address
        reached = project.reached([f"pages/{kind.script}"])
        assert any(test.startswith("tests/pages/") for test in reached.tests), page
        assert any(test.startswith("tests/browser/") for test in reached.tests), page
        assert ("page", page) in reached.only
    assert project.reached(["cells/gradients/half_life.py"]).tests >= {"tests/cells/gradients/test_half_life.py"}
    assert "tests/cells/test_gru.py" not in project.reached(["cells/gradients/half_life.py"]).tests
    assert project.reached(["cells/families/gru_variants.py"]).cell == "gru"
    files = [path for ending in ("js", "css") for path in (ROOT / "pages").rglob(f"*.{ending}")]
    for file in (path.relative_to(ROOT).as_posix() for path in files):
        assert project.reached([file]).tests > ALWAYS, file
    assert project.reached(["pages/train/snapshots.js"]).only == [("page", "train")]
