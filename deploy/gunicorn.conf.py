"""How gunicorn serves Stepdown. Everything may be set from the environment."""

import os

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"  # inside the container; a proxy stands in front
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 30  # seconds a worker may be silent before it is replaced
graceful_timeout = 30  # seconds running requests get after SIGTERM
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
limit_request_line = 4094
limit_request_fields = 60
worker_tmp_dir = "/dev/shm"  # noqa: S108  # gunicorn's heartbeat file, in memory
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
accesslog = None  # addresses of patients belong in no log
access_log_format = "%(t)s %(m)s %(s)s %(B)s %(L)s"  # nor, should somebody turn one on, their query
errorlog = "-"
