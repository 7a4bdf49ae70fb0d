"""Processes that work for another one."""

import os
import threading
import time

_SECONDS_BETWEEN_LOOKS = 1.0


def end_with_parent(parent: int) -> None:
    """End this process soon after the one of that number, which started it, has ended, by whatever signal that was.

    Nothing happens where another process started this one, as the workers of a Dask cluster: these look after
    themselves.
    """
    if os.getppid() != parent:
        return

    def watch() -> None:
        """Look at times whether the parent is still the same."""
        while os.getppid() == parent:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
