"""A progress bar on stderr for long work; silent where nobody looks."""

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
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn(words), BarColumn(), amount, TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(words, total=None)
        yield lambda at, of: progress.update(task, completed=at, total=of)
