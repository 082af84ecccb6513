"""The whole thread in a real browser. Skipped, by name, where Chromium is not installed."""
