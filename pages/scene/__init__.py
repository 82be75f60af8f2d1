"""What a link carries, the controls that set it, and the trace that it stands for."""

from pages.scene.controls import controls
from pages.scene.messages import show_problems
from pages.scene.opened import Opened, open_scene
from pages.scene.scene import Scene
from pages.scene.session import choose, current, hold, refused

__all__ = ["Opened", "Scene", "choose", "controls", "current", "hold", "open_scene", "refused", "show_problems"]
