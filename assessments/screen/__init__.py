"""The chart between people and the data dictionary: what is shown, what is sent, what it means."""
