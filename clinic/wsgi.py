"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

application = get_wsgi_application()

# What was loaded by now stays for the life of the process: nobody need look through it again and
# again for what can be given back. An answer makes a few thousand objects that die with it; with
# Python's own threshold they were looked through several times while they were still in use.
gc.freeze()
gc.set_threshold(20_000, 20, 20)
