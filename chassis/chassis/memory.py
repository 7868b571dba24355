"""Keeping a process's memory to itself."""

import ctypes
import os

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4  # prctl(2)


def keep_private() -> None:
    """From now on no other process of this account, however taken over, may read this one's memory or environment.

    Linux only. The kernel forgets it at the next exec: a process that starts others by exec must have each say it anew.
    Raises OSError when the kernel refuses.
    """
    if _prctl(_PR_SET_DUMPABLE, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def is_private() -> bool:
    """Is this process's memory closed to the other processes of its account?"""
    return _prctl(_PR_GET_DUMPABLE, 0) == 0


def _prctl(option: int, value: int) -> int:
    unsigned = ctypes.c_ulong
    answer: int = ctypes.CDLL(None, use_errno=True).prctl(
        option, unsigned(value), unsigned(0), unsigned(0), unsigned(0)
    )
    return answer
