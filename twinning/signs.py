"""Signs of life of processes that run no task of their own: the web server, the scheduler."""

import threading
import time
from contextlib import suppress

EVERY = 60  # seconds


def keep_beating(name: str) -> None:
    """Leave a sign of life every minute, in a thread that ends with the process."""

    def beat_on() -> None:
        from django.db import close_old_connections  # Django may not be set up yet when this module is imported

        from core.outbox import beat

        while True:
            with suppress(Exception):  # the database is away: no sign of life
                close_old_connections()
                beat(name)
                close_old_connections()
            time.sleep(EVERY)

    threading.Thread(target=beat_on, name=f"signs of {name}", daemon=True).start()
