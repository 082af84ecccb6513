"""The clinical lead's desk: read a library version, change a draft of the next one, publish it.

``slots`` and ``parts`` say what may be changed and within which limits, ``drafting`` what every
version must still be able to do, ``differences`` what a draft changes. Forms and views are pages
of the admin; whatever changes a row is in ``assessments.library_actions``.
"""
