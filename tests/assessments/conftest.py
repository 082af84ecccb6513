"""What the tests of charts and plans share."""

import pytest


@pytest.fixture(autouse=True)
def _no_collected_files(settings):
    """Static files come from where they are written; nothing was collected for a test."""
    settings.WHITENOISE_AUTOREFRESH = True
