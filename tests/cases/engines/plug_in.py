"""Annotators that kill their process, or the worker above it, or never end."""

from __future__ import annotations

import os
import signal
import time


def kills(text: str) -> list[tuple[int, int, str]]:
    if "قاتل" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    return []


def kills_the_worker(text: str) -> list[tuple[int, int, str]]:
    if "قاتل" in text:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(10)
    return []


def loops(text: str) -> list[tuple[int, int, str]]:
    while "قاتل" in text:
        time.sleep(0.01)
    return []
