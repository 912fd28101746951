"""Annotators that kill their process, or the worker above it, or never end."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def note_death(text: str) -> None:
    """The last word of the article is a file that counts its victims."""
    with Path(text.split()[-1]).open("a", encoding="ascii") as file:
        file.write("killed\n")


def kills(text: str) -> list[tuple[int, int, str]]:
    if "قاتل" in text:
        note_death(text)
        os.kill(os.getpid(), signal.SIGKILL)
    return []


def kills_the_worker(text: str) -> list[tuple[int, int, str]]:
    if "قاتل" in text:
        note_death(text)
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(10)
    return []


def loops(text: str) -> list[tuple[int, int, str]]:
    while "قاتل" in text:
        time.sleep(0.01)
    return []
