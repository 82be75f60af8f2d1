"""What a link carries, the controls that set it, and the trace that it stands for."""

from pages.scene.arrange_controls import arrange_controls
from pages.scene.arranged import OpenedArrangement, open_arranged
from pages.scene.compare_controls import compare_controls
from pages.scene.compared import Compared, open_cells
from pages.scene.controls import controls
from pages.scene.gradient_controls import gradient_controls
from pages.scene.gradient_opened import open_gradients
from pages.scene.messages import show_problems
from pages.scene.opened import Opened, open_scene
from pages.scene.order_controls import order_controls
from pages.scene.order_opened import open_reordered
from pages.scene.scene import Scene
from pages.scene.session import choose, current, enter, hold, refused

__all__ = [
    "Compared",
    "Opened",
    "OpenedArrangement",
    "Scene",
    "arrange_controls",
    "choose",
    "compare_controls",
    "controls",
    "current",
    "enter",
    "gradient_controls",
    "hold",
    "open_arranged",
    "open_cells",
    "open_gradients",
    "open_reordered",
    "open_scene",
    "order_controls",
    "refused",
    "show_problems",
]
