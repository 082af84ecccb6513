"""What a patient says before the visit, from the link of the visit: asked, kept, warned about.

``steps`` says what is asked when (pure), ``told`` what is known so far, ``advice`` what a red-flag
answer means for the patient; the pages are in ``views.intake``, the writes in ``actions.intake``.
"""
