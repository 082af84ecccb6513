"""What the clinic can learn from everybody's plans at once, with nobody in particular in sight.

``hidden`` and ``counting`` are pure: they count people, and hide what only a few people make up.
``reading`` asks the database, ``report`` puts words to it.
"""
