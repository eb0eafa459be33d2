"""A progress bar on stderr for long work, on a terminal only: silent where nobody looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """Yields `done(at, of)`: how much is finished of how much, with time left."""
    from rich.progress import MofNCompleteColumn

    with _progress(words, MofNCompleteColumn()) as done:
        yield done


@contextmanager
def rate_bar(words: str, things: str) -> Iterator[Callable[[int, int], None]]:
    """The same for large numbers of things: with how many are done in a second."""
    from rich.progress import ProgressColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task) -> Text:
            speed = task.finished_speed or task.speed
            of = f"{task.completed:,.0f}" + (f" of {task.total:,.0f}" if task.total else "")
            return Text(f"{of} {things}" + (f", {speed:,.0f} {things}/s" if speed else ""))

    with _progress(words, Rate()) as done:
        yield done


@contextmanager
def _progress(words: str, amount) -> Iterator[Callable[[int, int], None]]:
    """Nothing is drawn before the first `done`: what is refused has no bar, and a log has none at all."""
    if not sys.stderr.isatty():
        yield lambda at, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from liftspan.cli.terminal import unescaped

    columns = (TextColumn(words, markup=False), BarColumn(), amount, TimeElapsedColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=Console(file=unescaped(sys.stderr)))
    task = progress.add_task(words, total=None)

    def done(at: int, of: int) -> None:
        progress.start()  # once more does nothing
        progress.update(task, completed=at, total=of)

    try:
        yield done
    finally:
        if progress.live.is_started:
            progress.stop()
