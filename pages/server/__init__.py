"""What stands around the pages on the server, for app.py to put together.

Importing it must stay cheap, and possible while a page is broken: what takes torch or may not work is imported where
it is needed.
"""

from pathlib import Path

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from pages.server.errors import on_script_error
from pages.server.lifespan import lifespan

__all__ = ["ENTRY", "MIDDLEWARE", "ROUTES", "lifespan", "on_script_error"]

ENTRY = Path(__file__).resolve().parent.parent / "entry.py"
# None so far; what is to be there gets a file of its own here.
MIDDLEWARE: tuple[Middleware, ...] = ()
ROUTES: tuple[BaseRoute, ...] = ()
