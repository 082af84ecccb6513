"""What a chart costs the person who fills it in: which controls, and what the page itself takes."""

from collections.abc import Iterator

from playwright.sync_api import Page

from assessments.findings import FIELDS
from assessments.findings.dictionary import TRIGGERS


def controls_of(raw: dict) -> Iterator[tuple[str, object]]:
    """Yield every value of a case by the name of its control."""
    for name, value in raw.items():
        if name == "triggers":
            yield from ((TRIGGERS[each], score) for each, score in value.items())
        elif isinstance(value, dict):
            for key, one in value.items():
                if isinstance(one, dict):
                    yield from ((f"{name}.{part}:{key}", score) for part, score in one.items())
                else:
                    yield (f"{name}:{key}" if FIELDS[name].sided else f"{name}.{key}"), one
        elif name == "psfs":
            yield from ((f"psfs.{part}", score) for part, score in enumerate(value, 1))
        else:
            yield name, value


class Work:
    """What the page itself takes: processor seconds, whatever else the machine is doing."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.before = self._now()

    def _now(self) -> float:
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in metrics if each["name"] == "TaskDuration")

    @property
    def seconds(self) -> float:
        return self._now() - self.before

    @property
    def since_it_opened(self) -> float:
        """All that the page took since it was opened."""
        return self._now()
