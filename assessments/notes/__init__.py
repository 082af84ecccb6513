"""Notes in words: of any visit that gets no chart, and of a call. No rule reads a word of them."""
