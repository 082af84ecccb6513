"""The desk's own pages about patients: finding, adding, looking at one, merging two."""
