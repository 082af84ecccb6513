"""A backup is one file: the database as it was at one moment, every uploaded file, a manifest.

``box`` encrypts it, ``engines`` takes the database out and puts it back, ``archive`` packs it.
"""
