"""The one door to the terminal: what goes to stdout and stderr passes here, and neither can end in a traceback.

Text from tables and files cannot act on a terminal: control characters stand as \\x1b. A letter that the terminal
cannot show stands as \\xe9. An output that takes no more (a full disk, a closed pipe) is said, and ends the command.
"""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator

from liftspan.errors import shown

STANDARD = (0, 1, 2)  # numbers of stdin, stdout and stderr


class OutputClosed(Exception):
    """Stdout takes no more; the message says why."""


class ReaderLeft(OutputClosed):
    """The reader of a pipe closed it (`| head`): there is nobody to tell."""


def shown_cell(text: str) -> str:
    """A text `shown`, on one line for a cell of a table: tab and line end are escaped too."""
    return shown(text).replace("\t", "\\t").replace("\n", "\\n")


class Terminal:
    """A text stream whose every word is `shown`; `unescaped` is the stream itself, for bars and for frames of tables.

    It has no `buffer`: bytes would go around it.
    """

    def __init__(self, stream, must_arrive: bool):
        self.unescaped = stream
        self._must_arrive = must_arrive

    def write(self, text: str) -> int:
        """Raises OutputClosed where the text must arrive and cannot."""
        escaped = shown(text)
        with self._said():
            self.unescaped.write(escaped)
        return len(text)

    def writelines(self, lines) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        with self._said():
            self.unescaped.flush()

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError as error:
            if self._must_arrive:
                raise ReaderLeft(str(error)) from error
        except OSError as error:
            if self._must_arrive:
                raise OutputClosed(_cause(error)) from error

    def __getattr__(self, name: str):
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self.unescaped, name)


class _Closed:
    """In place of a stream that was closed before the start (`>&-`): nothing can be written to it."""

    encoding, errors = "utf-8", "backslashreplace"

    def write(self, text: str) -> int:
        if text:
            raise OSError(errno.EBADF, "it was closed before the command started")
        return 0

    def flush(self) -> None:
        """Nothing waits."""

    def isatty(self) -> bool:
        return False


def unescaped(stream):
    """The stream behind the door, for what writes its own control characters and escapes its words itself."""
    return stream.unescaped if isinstance(stream, Terminal) else stream


@contextlib.contextmanager
def terminal() -> Iterator[None]:
    """Stdout and stderr go through the door while this lasts. Errors of stderr pass: nobody could be told of them."""
    _occupy_standard_numbers()
    before = sys.stdout, sys.stderr
    kept = [(stream, stream.errors) for stream in before if hasattr(stream, "reconfigure")]
    for stream, _ in kept:
        stream.reconfigure(errors="backslashreplace")
    sys.stdout = Terminal(before[0] or _Closed(), must_arrive=True)
    sys.stderr = Terminal(before[1] or _Closed(), must_arrive=False)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for stream, errors in kept:
            with contextlib.suppress(OSError):  # what waited in it cannot be written; this was said
                stream.reconfigure(errors=errors)


def drop_what_waits() -> None:
    """Let nothing be written to stdout any more: Python would try once more when it ends, and complain."""
    try:
        number = unescaped(sys.stdout).fileno()
    except (AttributeError, OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def _occupy_standard_numbers() -> None:
    """A standard stream that was closed leaves its number free: the next file opened would then be taken for it."""
    for number in STANDARD:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number


def _cause(error: OSError) -> str:
    words = "no space left on the device" if error.errno == errno.ENOSPC else error.strerror or str(error)
    return f"stdout: the answer could not be written: {words}"
