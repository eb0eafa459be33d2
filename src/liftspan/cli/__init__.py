"""The command `liftspan`: it asks, the stages answer. Heavy modules are imported inside the commands.

Exit codes: 0 done, 1 failed, 2 usage, 3 invalid input, 4 check failed, 5 partial (can resume).
"""

import sys

EXIT_FAILED, EXIT_INVALID = 1, 3


def main() -> None:
    """Run the command line; bad input ends in one message and exit code 3, never in a traceback."""
    from liftspan.process import WorkersDied, prepare_process

    prepare_process()
    from liftspan.cli.app import app
    from liftspan.errors import InvalidInput, OutsideEvidence
    from liftspan.files import NotWritten, begin_run

    begin_run()
    try:
        app()
    except OutsideEvidence as error:
        _say(f"{error}\nMood is not answered here. The body still answers: liftspan body show with the same treatment.")
        sys.exit(EXIT_INVALID)
    except InvalidInput as error:
        _say(str(error))
        sys.exit(EXIT_FAILED if isinstance(error, NotWritten) else EXIT_INVALID)
    except WorkersDied as error:
        _say(str(error))
        sys.exit(EXIT_FAILED)
    except BrokenPipeError:
        # The reader of a pipe closed it (`| head`): nothing to say.
        sys.stderr.close()
        sys.exit(EXIT_FAILED)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
