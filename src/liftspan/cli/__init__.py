"""The command `liftspan`: it asks, the stages answer. Heavy modules are imported inside the commands.

docs/exit_codes.md says when each code is given.
"""

import contextlib
import os
import sys
from collections.abc import Iterator

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_INVALID, EXIT_CHECK_FAILED, EXIT_PARTIAL = range(6)
EXIT_INTERRUPTED = 130  # 128 + 2, the number of the signal, as shells count
DEBUG = "LIFTSPAN_DEBUG"  # not empty: a fault of the program shows where it happened
LONGEST_FAULT = 300  # characters of a fault's own words


def main() -> None:
    """Run the command line: whatever happens ends in words and an exit code, never in a traceback."""
    try:
        from liftspan.process import prepare_process

        prepare_process()
        from liftspan.cli.terminal import terminal

        with terminal(), _terminated_as_interrupted():
            code = _code_of_command()
    except KeyboardInterrupt:  # before the command began, or once more while it ended
        code = EXIT_INTERRUPTED
    if code and "jax" in sys.modules and sys._getframe(1).f_globals.get("__name__") == "__main__":
        _end_at_once(code)
    sys.exit(code)


@contextlib.contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """SIGTERM ends a command as Ctrl-C does: workers are ended, no half-written file stays."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _end_at_once(code: int) -> None:
    """End the process as it stands: what JAX still computes on threads of its own crashes when Python is taken down."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(code)


def _code_of_command() -> int:
    from liftspan.cli.terminal import OutputClosed, ReaderLeft, drop_what_waits

    try:
        try:
            return _answered()
        finally:
            sys.stdout.flush()  # here, and not when Python ends: a full disk is said
    except KeyboardInterrupt:
        _say("interrupted")
        return EXIT_INTERRUPTED
    except ReaderLeft:
        drop_what_waits()
        return EXIT_FAILED
    except OutputClosed as error:
        drop_what_waits()
        _say(str(error))
        return EXIT_FAILED


def _answered() -> int:
    """Exit code of the command that was asked for."""
    _show_warnings_only()
    from liftspan.cli.app import app
    from liftspan.cli.terminal import OutputClosed
    from liftspan.errors import InvalidInput, OutsideEvidence
    from liftspan.files import NotWritten, begin_run
    from liftspan.process import WorkersDied

    begin_run()
    try:
        app()
        return EXIT_DONE
    except SystemExit as leaving:
        if leaving.code == EXIT_INTERRUPTED:
            raise KeyboardInterrupt from None
        return leaving.code or EXIT_DONE
    except OutsideEvidence as error:
        _say(f"{error}\nMood is not answered here. The body still answers: liftspan body show with the same treatment.")
        return EXIT_INVALID
    except InvalidInput as error:
        _say(str(error))
        return EXIT_FAILED if isinstance(error, NotWritten) else EXIT_INVALID
    except WorkersDied as error:
        return _failed(str(error))
    except OutputClosed:
        raise
    except MemoryError:
        return _failed("memory is short for this; ask for fewer people, times or draws")
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _failed(f"{place}{error.strerror or error}")
    except Exception as error:
        words = " ".join(str(error).split())[:LONGEST_FAULT]
        return _failed(
            f"this is a fault of liftspan, not of your input: {type(error).__name__}: {words}; please report it with "
            f"the command, without data of patients ({DEBUG}=1 shows where it happened)"
        )


def _failed(words: str) -> int:
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exc()
    _say(words)
    return EXIT_FAILED


def _show_warnings_only() -> None:
    """Warnings of libraries are no errors of a command, even where the environment makes them errors."""
    if sys.warnoptions and not os.environ.get(DEBUG):
        import warnings

        warnings.resetwarnings()
        for unseen in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", unseen)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
