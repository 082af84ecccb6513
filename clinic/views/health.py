"""For whoever watches the machine: alive, and ready."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic import readiness

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of the database."""
    return JsonResponse({"alive": True})


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations, guards and worker; 503 unless all are as they should be."""
    state: dict[str, object] = {"database": False}
    try:
        state["migrations"] = readiness.migrations_are_applied()
        state["missing_guards"] = missing = readiness.missing_guards()
        state["worker"] = readiness.worker_is_fresh()
        state["database"] = True
    except DatabaseError:
        logger.exception("The database does not answer")
        missing = []
    ready = all(state.get(name) for name in ("database", "migrations", "worker")) and not missing
    return JsonResponse({"ready": ready, **state}, status=200 if ready else 503)
