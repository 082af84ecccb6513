"""French as Canada writes it; Django's own is that of France."""

# What Django writes into a field by default; a browser's own date field takes nothing else.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y"]
DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "Y-m-d"
FIRST_DAY_OF_WEEK = 0  # Sunday
